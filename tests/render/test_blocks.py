"""The table: whole outputs compared."""

from __future__ import annotations

import io

from extractor.render.blocks import Blocks
from extractor.render.terminal import make_console
from tests.samples import make_article, make_extraction, make_failure

DEMAND = """\
Norland presses Sudria
harbour.txt · en · published 2024-03-04 (printed) · 1 event
! hidden text left out

1  demand · other
   Ada Lund demanded that Sudria hand over the leader.
   when         on or before 2024-03-04 (the publication date)
   where        place unknown
   initiator    Ada Lund (NOR GOV)
   target       Sudria, accused
   quote        [4] “Foreign Minister Ada Lund demanded on Monday that Sudria hand over the gunmen’s
                leader, adding that “nearly 40 people” were hurt in the same attack.”
   checks       0 passed, 1 failed
                ✗ when_supported when “on Tuesday”: “Tuesday” is not in the quoted sentences
"""
EXPLAINED = """\
                  …the port authority said. Foreign Minister Ada Lund demanded ⟦on Monday⟧ that
                Sudria hand over the gunmen’s leader, adding that “nea…
"""
MADE_BY = """
scripted at scripted, prompt events@v1 · 2 requests, 1,234 tokens in, 321 out, cost unknown, 4.2 s
"""


def drawn(*, explain: bool = False) -> str:
    """Return the table of an extraction with the demand alone."""
    article = make_article()
    extraction = make_extraction(article)
    blocks = Blocks(make_console(io.StringIO(), width=100), explain=explain)
    text = blocks.add(article, extraction.model_copy(update={"events": extraction.events[1:2]}))
    return "\n".join(line.rstrip() for line in text.split("\n"))


def test_an_event_is_one_block_with_its_failed_checks_in_sight() -> None:
    """Type, words with dates, actors by role, quotes with their sentence, and what failed."""
    assert drawn() == DEMAND + MADE_BY


def test_explain_adds_each_check_with_the_text_it_looked_at() -> None:
    """The checked span stands marked in the text around it."""
    assert drawn(explain=True) == DEMAND + EXPLAINED + MADE_BY


def test_articles_are_separated_and_a_failure_says_why() -> None:
    """The second article is a failed one: a rule, its name, the outcome, what happened and what to do."""
    article = make_article()
    blocks = Blocks(make_console(io.StringIO(), width=60))
    blocks.add(article, make_extraction(article))
    lines = [line.rstrip() for line in blocks.add(article, make_failure(article)).splitlines()]
    assert lines[:5] == [
        "─" * 60,
        "harbour",
        "harbour.txt · publication date unknown · 0 events",
        "✗ invalid: the reply is no JSON",
        "  choose a larger model",
    ]
    assert blocks.end() == ""


def test_an_article_without_events_says_so() -> None:
    """No events is an answer, and is told apart from a failure."""
    article = make_article()
    empty = make_extraction(article).model_copy(update={"events": ()})
    assert "No events were found in this article." in Blocks(make_console(io.StringIO())).add(article, empty)
