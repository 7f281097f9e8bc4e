"""Casualties: what credit a predicted number of persons earns.

Rule: scoring.md §1 — right: equal bounds; half right: the intervals overlap, or the minima differ by at most
max(1, 10 %). Two limits keep that from crediting what nobody would call half right (docs/decisions.md): a number that
is open upwards ("dozens": 12..) reaches no further than ten times its minimum, and nobody (0..0) is never close to
somebody.
"""

from __future__ import annotations

from typing import NamedTuple

from extractor.scoring.credit_names import HALF, RIGHT, WRONG

_REACH = 10
"""An open number is taken to mean the same order of magnitude."""
_NEAR = 0.1


class Persons(NamedTuple):
    """Inclusive bounds of a number of persons; None where open."""

    min: int | None
    max: int | None


def count_credit(predicted: Persons, labelled: Persons) -> int:
    """Return the credit of a predicted number for a labelled one, in half points."""
    if predicted == labelled:
        return RIGHT
    low, least = predicted.min or 0, labelled.min or 0
    high = _REACH * low if predicted.max is None else predicted.max
    most = _REACH * least if labelled.max is None else labelled.max
    if low <= most and least <= high:
        return HALF
    if predicted.min is None or labelled.min is None or high == 0 or most == 0:
        return WRONG
    return HALF if abs(low - least) <= max(1, _NEAR * least) else WRONG


def in_words(persons: Persons) -> str:
    """Return a number as people read it: 17, at least 17, up to 20, 17 to 20."""
    if persons.min == persons.max:
        return str(persons.min)
    if persons.max is None:
        return f"at least {persons.min}"
    return f"up to {persons.max}" if persons.min is None else f"{persons.min} to {persons.max}"
