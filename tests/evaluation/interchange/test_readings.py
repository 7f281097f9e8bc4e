"""Which span belongs to which event, however people drew their relations."""

from __future__ import annotations

import pytest

from extractor.evaluation.interchange.marks import Link, Mark, Marked, known_label
from extractor.evaluation.interchange.readings import read_events

ATTACK = Mark(0, 100, "attack")
THREAT = Mark(200, 300, "threat")
WHEN = Mark(10, 20, "when")
FAR_WHEN = Mark(400, 410, "when")
NAME = Mark(30, 40, "target")
OTHER_NAME = Mark(50, 60, "target")
KILLED = Mark(70, 80, "killed")
SOURCE = Mark(85, 95, "source")
MARKS = (ATTACK, THREAT, WHEN, FAR_WHEN, NAME, OTHER_NAME, KILLED, SOURCE)


def read(*links: tuple[Mark, str, Mark], marks: tuple[Mark, ...] = MARKS) -> tuple[dict[str, object], list[Mark]]:
    """Return what fills the attack's slots, with its other names and sources, and what belongs to no event."""
    readings, stray = read_events(Marked(marks, tuple(Link(*link) for link in links)))
    (attack,) = (one for one in readings if one.anchor == ATTACK)
    filled: dict[str, object] = {kind: list(slot) for kind, slot in attack.fills.items()}
    return {**filled, **({"or": attack.others} if attack.others else {}), "from": attack.sources}, stray


ALL_LINKED = {
    "when": [WHEN],
    "target": [NAME],
    "count": [KILLED],
    "or": {NAME: {OTHER_NAME: None}},
    "from": {KILLED: SOURCE},
}


@pytest.mark.parametrize("kind", ["when", "", "anything"])
@pytest.mark.parametrize("turned", [False, True])
def test_relations_of_any_kind_and_direction(kind: str, turned: bool) -> None:
    """The labels of the two ends tell what a relation means, drawn forwards or backwards."""
    links = [(ATTACK, WHEN), (ATTACK, NAME), (NAME, OTHER_NAME), (ATTACK, KILLED), (KILLED, SOURCE)]
    found, stray = read(*((far, kind, near) if turned else (near, kind, far) for near, far in links))
    assert found == ALL_LINKED
    assert stray == [FAR_WHEN]


def test_another_right_time() -> None:
    """A time that is linked as another answer is one."""
    found, _ = read((ATTACK, "when", WHEN), (ATTACK, "or_when", FAR_WHEN))
    assert (found["when"], found["or_when"]) == ([WHEN], [FAR_WHEN])


def test_spans_without_relations() -> None:
    """What stands in the evidence of one event is its own; what stands elsewhere belongs to none of two."""
    found, stray = read()
    assert found == {"when": [WHEN], "target": [NAME, OTHER_NAME], "count": [KILLED], "from": {}}
    assert stray == [SOURCE, FAR_WHEN]


def test_the_only_event_gets_everything() -> None:
    """With one event, spans anywhere are its own."""
    found, stray = read(marks=tuple(mark for mark in MARKS if mark != THREAT))
    assert found["when"] == [WHEN, FAR_WHEN]
    assert stray == [SOURCE]


def test_nothing_is_lost_without_a_word() -> None:
    """Spans that are linked to each other and to no event are adopted together, or named."""
    found, stray = read((KILLED, "source", SOURCE), (NAME, "or", OTHER_NAME))
    assert found == {
        "when": [WHEN],
        "target": [NAME],
        "count": [KILLED],
        "or": {NAME: {OTHER_NAME: None}},
        "from": {KILLED: SOURCE},
    }
    away = (Mark(500, 510, "target"), Mark(520, 530, "target"))
    _, stray = read((away[0], "or", away[1]), (ATTACK, "", SOURCE), (ATTACK, "", THREAT), marks=(*MARKS, *away))
    assert stray == [SOURCE, FAR_WHEN, *away]


def test_no_event_at_all() -> None:
    """Spans without an event all belong to none."""
    assert read_events(Marked((WHEN, NAME), (Link(WHEN, "", NAME),))) == ([], [WHEN, NAME])


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("attack", "attack"),
        (" Armed clash ", "armed_clash"),
        ("Disaster-Accident#2", "disaster_accident#2"),
        ("KILLED", "killed"),
        ("killed#2", None),
        ("PERSON", None),
        ("", None),
    ],
)
def test_labels_as_people_write_them(written: str, meant: str | None) -> None:
    """Case, spaces and hyphens don't matter; what is no label is none."""
    assert known_label(written) == meant
