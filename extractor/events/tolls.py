"""Totals over an event's counts, as the projections need them: the least, the most, and which row to believe.

Rows of one measure may contradict one another (two sources) or complete one another (civilians, combatants). A row for
``all`` is a total; where there is none, a total is at least its largest part. Parts are never added up: "twelve people,
among them five children" would count the children twice.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extractor.events.vocabulary import CountForm, Measure, Who

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractor.events.summary import Count

_INDEPENDENT = re.compile(
    r"\b(?:un|u\.n\.|united nations|red cross|red crescent|hospitals?|doctors?|medics?|medical|morgue|coroner|rescuers?"
    r"|rescue workers|civil defen[cs]e|white helmets|observatory|monitors?|monitoring|human rights|rights group|amnesty"
    r"|m\u00e9decins|msf|ambulance|emergency services|witness(?:es)?|residents?)\b",
    re.IGNORECASE,
)
_PARTY = re.compile(
    r"\b(?:army|military|rebels?|militants?|insurgents?|militia|fighters|commander|troops|defen[cs]e ministry"
    r"|ministry of defen[cs]e|taliban|hamas|hezbollah|islamic state|separatists?)\b",
    re.IGNORECASE,
)
_FORM_RANK = {
    CountForm.EXACT: 0,
    CountForm.RANGE: 1,
    CountForm.AT_LEAST: 2,
    CountForm.ABOUT: 3,
    CountForm.AT_MOST: 4,
    CountForm.VAGUE: 5,
}


def totals(counts: Sequence[Count], measure: Measure) -> list[Count]:
    """Return the rows that give the total of a measure: those for ``all``, else those of the largest part."""
    rows = [c for c in counts if c.measure is measure]
    whole = [c for c in rows if c.who is Who.ALL]
    if whole or not rows:
        return whole
    parts: dict[Who, list[Count]] = {}
    for row in rows:
        parts.setdefault(row.who, []).append(row)
    return max(parts.values(), key=least)


def bounds(counts: Sequence[Count], measure: Measure) -> tuple[int | None, int | None]:
    """Return the widest bounds over the rows that count everybody; an open one, and one that nobody gives, is None."""
    rows = [count for count in counts if count.measure is measure and count.who is Who.ALL]
    lows = [count.min for count in rows if count.min is not None]
    highs = [count.max for count in rows if count.max is not None]
    return min(lows, default=None), max(highs) if highs and len(highs) == len(rows) else None


def least(rows: Sequence[Count]) -> int:
    """Return the smallest minimum of the rows, 0 where there is none or it is open ("up to nine")."""
    return min((row.min or 0 for row in rows), default=0)


def most(rows: Sequence[Count]) -> int:
    """Return the largest maximum of the rows; an open one ("at least nine") counts with its minimum."""
    return max((row.min or 0 if row.max is None else row.max for row in rows), default=0)


def most_authoritative(rows: Sequence[Count]) -> int:
    """Return the number of the row to believe, 0 without rows.

    Independent sources (hospitals, UN, monitors) go before others, those before parties to the fighting; then exact
    numbers before bounds and vague words; then the lower number (UCDP: the most conservative estimate when in doubt).
    """
    if not rows:
        return 0

    def number(row: Count) -> int:
        return (row.max or 0) if row.min is None else row.min

    return number(min(rows, key=lambda row: (_source_rank(row.source), _FORM_RANK[row.form], number(row))))


def _source_rank(source: str | None) -> int:
    if source and _INDEPENDENT.search(source):
        return 0
    return 2 if source and _PARTY.search(source) else 1
