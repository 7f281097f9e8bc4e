"""The numbers of MUC-4 keys: how many of each human target, and what became of them.

"3", "10-" (10 or more), "- 15" (15 at most), "~40" (about 40), "5 - 8", "PLURAL" (two or more). A total that the key
gives besides is a row where the text holds the number.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from extractor.events.counts import parse_count
from extractor.events.vocabulary import Measure, Who

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from extractor.evaluation.muc4.keys import Fills, Template
    from extractor.events.view import View

_NUMBER: Final = re.compile(r"(?P<about>~)?\s*(?P<low>\d+)?\s*(?P<dash>-)?\s*(?P<high>\d+)?")
_AT_LEAST_TWO: Final = "PLURAL"
_ARMED: Final = frozenset({"ACTIVE MILITARY", "LAW ENFORCEMENT", "SECURITY GUARD"})
_EFFECTS: Final[dict[str, tuple[tuple[Measure, bool], ...]]] = {
    "DEATH": ((Measure.KILLED, True),),
    "INJURY": ((Measure.INJURED, True),),
    "REGAINED FREEDOM": ((Measure.RELEASED, True),),
    "NO INJURY OR DEATH": ((Measure.KILLED, False), (Measure.INJURED, False)),
    "NO INJURY": ((Measure.INJURED, False),),
    "NO DEATH": ((Measure.KILLED, False),),
}
"""Which measures an effect fills, and whether with the number of the target or with 0."""
_WORDS: Final = [
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
]

Persons = tuple[int | None, int | None]


def count_rows(
    template: Template, people: Sequence[tuple[Sequence[str], Collection[str]]], view: View
) -> list[dict[str, Any]]:
    """Return the counts of an incident as a label holds them.

    Args:
        template: Its key.
        people: Each human target by its names that stand in the text (at least one), and those that clauses know it by.
        view: The text.
    """
    rows: list[dict[str, Any]] = []
    for shown, names in people:
        number = next(filter(None, map(read_number, _of(template.hum_tgt_number, names))), None)
        effects = _of(template.hum_tgt_effect_of_incident, names)
        measures = dict.fromkeys(one for effect in effects for one in _EFFECTS.get(effect, ()))
        if template.incident_type.startswith("KIDNAPPING"):
            measures = {(Measure.ABDUCTED, True): None, **measures}
        sure = len({hurt for _, hurt in measures}) < 2  # alternatives of the key: hurt, or not hurt  # noqa: PLR2004
        for measure, hurt in measures:
            persons = number if hurt else (0, 0)
            if persons is not None:
                rows.append(
                    {
                        "measure": measure,
                        **_who(_of(template.hum_tgt_type, names)),
                        **_bounds(persons),
                        "words": _words_for(shown, persons),
                        "optional": not (hurt and sure),
                    }
                )
    rows += _total(template, rows, view)
    return [row for index, row in enumerate(rows) if row not in rows[:index]]


def read_number(text: str) -> Persons | None:
    """Read a number of a key as inclusive bounds, None where open; None where it is no number."""
    if text == _AT_LEAST_TWO:
        return 2, None
    match = _NUMBER.fullmatch(text.strip())
    if match is None or not (match["low"] or match["high"]):
        return None
    low, high = (int(part) if part else None for part in (match["low"], match["high"]))
    if not match["dash"]:
        return (low, low) if high is None else None
    return None if low is not None and high is not None and low > high else (low, high)


def _of(clauses: Fills, names: Collection[str]) -> list[str]:
    """Return what the clauses say of a target: those about exactly its names, else those that share one of them."""
    exactly = [clause for clause in clauses or () if set(clause.about) == set(names)]
    sharing = exactly or [clause for clause in clauses or () if set(clause.about) & set(names)]
    return [said for clause in sharing for said in clause.said]


def _who(types: Collection[str]) -> dict[str, Any]:
    who = Who.COMBATANTS if set(types) & _ARMED else Who.CIVILIANS
    return {"who": who, "alt_who": [Who.ALL, Who.TARGET_SIDE]}


def _bounds(persons: Persons) -> dict[str, int]:
    return {key: bound for key, bound in zip(("min", "max"), persons, strict=True) if bound is not None}


def _words_for(names: Sequence[str], persons: Persons) -> str:
    """Return the name that says the number ("TWO SOLDIERS"), else the first."""

    def says_it(name: str) -> bool:
        value = parse_count(name)
        return value is not None and (value.min, value.max) == persons

    return next(filter(says_it, names), names[0])


def _total(template: Template, rows: Sequence[dict[str, Any]], view: View) -> Iterator[dict[str, Any]]:
    """Yield the key's total as a row, where all targets met one fate and the text holds the number."""
    fates = {row["measure"] for row in rows if not row["optional"]}
    if len(fates) != 1:
        return
    for fill in template.hum_tgt_total_number or ():
        for text in fill.said:
            persons = read_number(text)
            exact = persons[0] if persons and persons[0] == persons[1] else None
            words = exact is not None and _number_in(exact, view)
            if words and persons:
                who = {"who": Who.ALL, "alt_who": [Who.CIVILIANS, Who.COMBATANTS, Who.TARGET_SIDE]}
                yield {"measure": fates.copy().pop(), **who, **_bounds(persons), "words": words, "optional": True}


def _number_in(number: int, view: View) -> str | None:
    """Return the number as the text writes it, in digits or in words, or None."""
    ways = [str(number), *_WORDS[number - 1 : number]] if number else []
    return next((way for way in ways if view.find(way)), None)
