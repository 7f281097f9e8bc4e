"""Regular expressions over kinds of tokens, written with the names of the kinds.

A phrase whose tokens have kinds ("weekday", "month") becomes a string with one letter per token; then a grammar rule is
an ordinary regular expression over that string, and ``expression("weekday? (?: day month | month day )", …)`` lets it
be written, and read, without a single letter.
"""

from __future__ import annotations

import re
import string
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_NAMES = re.compile(r"[a-z]+(?:\|[a-z]+)*")


def names(text: str) -> tuple[str, ...]:
    """Return the words of a text, in order."""
    return tuple(text.split())


def letters_of(kinds: Iterable[str]) -> dict[str, str]:
    """Give each kind a letter; ValueError where there are more kinds than letters."""
    listed = tuple(kinds)
    return dict(zip(listed, string.ascii_letters[: len(listed)], strict=True))


def expression(rule: str, letters: Mapping[str, str], macros: Mapping[str, str]) -> str:
    """Compile a rule: a name or "this|that" becomes a class of letters, all else stays, spaces go.

    ``macros`` are names for alternatives; KeyError names a kind that does not exist.
    """

    def one(match: re.Match[str]) -> str:
        kinds = [kind for name in match.group().split("|") for kind in macros.get(name, name).split("|")]
        return "[" + "".join(letters[kind] for kind in kinds) + "]"

    return _NAMES.sub(one, rule).replace(" ", "")
