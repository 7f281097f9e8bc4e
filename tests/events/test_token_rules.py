"""Rules over kinds of tokens compile to plain regular expressions."""

from __future__ import annotations

import re

import pytest

from extractor.events.token_rules import expression, letters_of


def test_names_become_classes_and_the_rest_stays() -> None:
    """A name is its letter, alternatives and macros are classes, operators are kept, spaces go."""
    letters = letters_of(("day", "month", "year"))
    rule = expression("^ day|month (?: year )? date+ $", letters, {"date": "day|year"})
    assert rule == "^[ab](?:[c])?[ac]+$"
    assert re.fullmatch(rule, "bca")


def test_unknown_kinds_and_too_many_kinds_are_errors() -> None:
    """A misspelt kind and a kind without a letter fail when the rule is compiled, not when it is used."""
    with pytest.raises(KeyError, match="moth"):
        expression("moth", letters_of(("month",)), {})
    with pytest.raises(ValueError, match="shorter"):
        letters_of(str(i) for i in range(53))
