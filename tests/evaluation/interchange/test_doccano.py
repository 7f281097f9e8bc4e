"""doccano: what its projects export, with relations and without, for one person and for several."""

from __future__ import annotations

from typing import Any

import pytest

from extractor.errors import InputError
from extractor.evaluation.gold import GoldError
from extractor.evaluation.interchange.doccano import read_doccano, write_doccano
from extractor.evaluation.interchange.importing import Imported, import_tasks
from extractor.evaluation.interchange.offsets import Unit
from tests.evaluation.interchange.hand_made import TEXT, article

SENTENCE = "A ferry sank off Sollund on Sunday."


def back(*rows: Any, unit: Unit | None = None, **files: list[Any]) -> Imported:
    """Read one file, or several."""
    lines = {f"{name}.jsonl": list(enumerate(each, 1)) for name, each in (files or {"all": list(rows)}).items()}
    return import_tasks(read_doccano(lines), unit=unit, kind="wire")


def utf_16(words: str) -> tuple[int, int]:
    """Return the offsets that JavaScript counts."""
    before, inside = (len(part.encode("utf-16-le")) // 2 for part in (TEXT[: TEXT.index(words)], words))
    return before, before + inside


def entity(id_: int, words: str, chosen: str) -> dict[str, Any]:
    """Return an entity as the tool writes it."""
    start, end = utf_16(words)
    return {"id": id_, "label": chosen, "start_offset": start, "end_offset": end}


def row(*entities: Any, **more: Any) -> dict[str, Any]:
    """Return a line as the tool writes it."""
    return {"id": 12, "text": TEXT, "entities": list(entities), "relations": [], "Comments": [], **more}


def test_offsets_are_those_of_the_tool() -> None:
    """What we write counts as JavaScript does, and one entity stands for all events that share its words."""
    (line,) = write_doccano([article()])
    found = [(one["label"], one["start_offset"], one["end_offset"]) for one in line["entities"]]
    assert ("disaster_accident", *utf_16(SENTENCE)) in found
    assert len(set(found)) == len(found)
    assert {one["label"] for one in line["entities"]} >= {"accusation", "accusation#2", "killed", "source"}
    ids = {one["id"] for one in line["entities"]}
    assert all({one["from_id"], one["to_id"]} <= ids for one in line["relations"])


def test_a_project_with_relations() -> None:
    """Entities and relations without anything of ours make a label."""
    when = {"id": 30, "from_id": 1, "to_id": 2, "type": "when"}
    (made,) = back(
        row(entity(1, SENTENCE, "Disaster-Accident"), entity(2, "on Sunday", "WHEN"), relations=[when])
    ).layers["labels"]
    assert made.id == "task-12"
    assert (made.label.events[0].evidence, made.label.events[0].when.words) == ((SENTENCE,), "on Sunday")


def test_a_project_without_relations() -> None:
    """A list of (start, end, label) is read; spans belong to the event whose evidence holds them."""
    threat = "The Union of Seamen blamed the owner, Baltic Lines, on Monday."
    listed = [
        [*utf_16(SENTENCE), "disaster_accident"],
        [*utf_16("off Sollund"), "where"],
        [*utf_16(threat), "accusation"],
        [*utf_16("Baltic Lines"), "target"],
        [*utf_16("Two crew members"), "missing"],
    ]
    found = back({"id": 12, "text": TEXT, "label": listed, "Comments": []})
    sank, blamed = found.layers["labels"][0].label.events
    assert sank.where.words == "off Sollund"
    assert blamed.targets[0].names == ("Baltic Lines",)
    assert "missing 'Two crew members' is linked to no event: left out" in found.hidden[-1]


def test_the_unit_of_the_option_counts() -> None:
    """Without quotes nothing else can tell: a project that counts graphemes is read as such when told."""
    start = len("👍 Cafe F n F – ") + len("Varde, 7 March 2011 - ")
    grapheme = {"id": 1, "label": "disaster_accident", "start_offset": start, "end_offset": start + len(SENTENCE)}
    (made,) = back(row(grapheme), unit=Unit.GRAPHEMES).layers["labels"]
    assert made.label.events[0].evidence == (SENTENCE,)


def test_a_file_for_each_person() -> None:
    """Several files are several annotators, named as the files are, and their texts are the same articles."""
    mine = row(entity(1, SENTENCE, "disaster_accident"))
    found = back(admin=[mine], Maria_L=[row()])
    assert {layer: [one.id for one in articles] for layer, articles in found.layers.items()} == {
        "annotators/admin": ["task-12"],
        "annotators/maria-l": ["task-12"],
    }


def test_two_texts_of_one_number_are_two_articles() -> None:
    """Files of two projects may count alike; the texts tell their articles apart."""
    found = back(one=[row()], two=[{**row(), "text": "Another text.", "entities": []}])
    assert [article_.id for articles in found.layers.values() for article_ in articles] == ["task-12", "task-12-2"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({"id": 1}, "all.jsonl: line 1: text: Field required"),
        (["a"], "all.jsonl: line 1"),
        (
            row({"id": 1, "label": "attack", "start_offset": 0, "end_offset": 9999}),
            "id 12: 1 .attack.: 0 to 9999 marks",
        ),
        (row({"id": 1, "label": "attack"}), "start_offset: Field required"),
        ({"text": TEXT, "label": ["sport"]}, "label.0"),
    ],
)
def test_what_cannot_be_read_is_named(line: Any, said: str) -> None:
    """Each problem is named with its file, line and entity."""
    with pytest.raises(InputError, match=said):
        back(line)


def test_wrong_offsets_end_in_a_check() -> None:
    """The same two spans under two labels say one event twice, which the checks refuse with file and line."""
    both = row(entity(1, SENTENCE, "disaster_accident"), entity(2, SENTENCE, "disaster_accident#2"))
    with pytest.raises(GoldError, match=r"all\.jsonl: line 1, id 12: events"):
        back(both)
