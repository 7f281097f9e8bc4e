"""Label Studio: what we write, what the tool writes, and what people leave in their projects."""

from __future__ import annotations

import copy
import json
from functools import partial
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from extractor.errors import InputError
from extractor.evaluation.gold import GoldError
from extractor.evaluation.interchange.importing import Imported, import_tasks
from extractor.evaluation.interchange.label_studio import labelling_config, read_label_studio, write_label_studio
from extractor.evaluation.interchange.offsets import Unit
from tests.evaluation.interchange.hand_made import BODY, TEXT, article, label

if TYPE_CHECKING:
    from collections.abc import Callable


def back(content: Any, **options: Any) -> Imported:
    """Read tasks that went through JSON."""
    found = read_label_studio(json.loads(json.dumps(content)), "export.json")
    return import_tasks(found, **{"unit": None, "kind": "wire", **options})


@pytest.mark.parametrize("unit", list(Unit))
def test_the_unit_of_the_option_counts(unit: Unit) -> None:
    """A file that declares no unit is read in the one that is told, and nothing is said to be moved."""
    tasks = write_label_studio([article()], unit)
    del tasks[0]["data"]["extractor"]["offsets"]
    found = back(tasks, unit=unit)
    assert (found.layers["labels"], found.notes) == ((article(),), ())


def test_old_offsets_are_placed_by_their_words() -> None:
    """UTF-16 offsets of an old version in a file that declares code points: the words decide, and it is said."""
    tasks = write_label_studio([article()], Unit.UTF_16)
    tasks[0]["data"]["extractor"]["offsets"] = "code-points"
    found = back(tasks)
    assert found.layers["labels"] == (article(),)
    assert "taken where their words stand" in found.notes[0]


def region(words: str, chosen: str, id_: str, text: str = TEXT) -> dict[str, Any]:
    """Return a region as the tool writes it, on the first place of the words."""
    start = text.index(words)
    value = {"start": start, "end": start + len(words), "text": words.replace("\n", "\\n"), "labels": [chosen]}
    return {"id": id_, "from_name": "label", "to_name": "text", "type": "labels", "origin": "manual", "value": value}


def choice(id_: str, name: str, chosen: str) -> dict[str, Any]:
    """Return a choice of a region."""
    return {"id": id_, "from_name": name, "to_name": "text", "type": "choices", "value": {"choices": [chosen]}}


def relation(source: str, target: str, *labels: str) -> dict[str, Any]:
    """Return a relation."""
    return {"type": "relation", "from_id": source, "to_id": target, "direction": "right", "labels": list(labels)}


def task(*result: Any, text: str = TEXT, **changes: Any) -> dict[str, Any]:
    """Return a task that nobody made with our export, labelled by user 1."""
    annotation = {"id": 7, "completed_by": 1, "was_cancelled": False, "ground_truth": False, "result": list(result)}
    return {"id": 3, "data": {"text": text}, "annotations": [annotation], "predictions": [], **changes}


MISSING = "place names, alternatives, optional fills, standing: taken as none or the usual ones"
SANK = region("A ferry sank off Sollund on Sunday.", "Disaster accident", "a")


def test_a_hand_made_task() -> None:
    """Spans alone make a label: days and numbers are read by code, and what nobody said is listed."""
    at = partial(region, text=BODY)
    found = back(
        [
            task(
                at("A ferry sank off Sollund on Sunday.", "Disaster accident", "a"),
                choice("a", "status", "Denied"),
                at("on Sunday", "when", "b"),
                at("off Sollund", "where", "c"),
                at("17 passengers", "killed", "d"),
                at("the harbour master", "source", "e"),
                at("passengers", "target", "f"),
                at("passengers drowned", "target", "g"),
                relation("a", "b", "when"),
                relation("c", "a"),
                relation("a", "d", "anything"),
                relation("d", "e"),
                relation("a", "f"),
                relation("f", "g", "or"),
                text=BODY,
            )
        ]
    )
    (made,) = found.layers["labels"]
    assert made.label.model_dump(mode="json", exclude_defaults=True) == {
        "id": "task-3",
        "published": "2011-03-07",
        "kind": "wire",
        "events": [
            {
                "type": "disaster_accident",
                "status": "denied",
                "evidence": ["A ferry sank off Sollund on Sunday."],
                "when": {"words": "on Sunday", "start": "2011-03-06", "end": "2011-03-06"},
                "where": {"words": "off Sollund"},
                "targets": [{"names": ["passengers", "passengers drowned"]}],
                "counts": [
                    {
                        "measure": "killed",
                        "words": "17 passengers",
                        "min": 17,
                        "max": 17,
                        "source": "the harbour master",
                    }
                ],
            }
        ],
    }
    assert [note.split(": ", 2)[2] for note in found.hidden] == [
        "no kind (taken as wire), country or traps came with it; publication date read from the text, 2011-03-07",
        "disaster_accident 'A ferry sank off Sollund on Sunday.' came without " + MISSING,
    ]


def test_what_a_project_holds_besides() -> None:
    """Unknown labels, cancelled annotations, predictions and unlabelled tasks are left out, and each is named."""
    cancelled = {"id": 8, "completed_by": 2, "was_cancelled": True, "result": []}
    labelled = task(SANK, region("Varde", "City", "x"), predictions=[{"result": [SANK]}])
    labelled["annotations"].append(cancelled)
    found = back([labelled, task(id=4, annotations=[])])
    assert [one.id for one in found.layers["labels"]] == ["task-3"]
    said = " | ".join((*found.notes, *found.hidden))
    for words in (
        "export.json: task 3: 1 prediction(s) are no labels",
        "task 3: 1 cancelled annotation(s) left out",
        "task 4: nobody has labelled it",
        "x has the unknown label 'City', 'Varde': left out",
    ):
        assert words in said


def test_an_empty_annotation_says_that_nothing_is_reported() -> None:
    """Submitting a task without a region is a label without events."""
    (made,) = back([task()]).layers["labels"]
    assert made.label.events == ()


def test_two_annotators_get_a_folder_each() -> None:
    """Each person's annotation becomes that annotator's label; what is ground truth becomes the label itself."""
    both = task(SANK)
    other = copy.deepcopy(both["annotations"][0])
    both["annotations"].append({**other, "id": 9, "completed_by": {"id": 4, "email": "Maria.Lund@example.org"}})
    found = back([both])
    assert sorted(found.layers) == ["annotators/maria-lund", "annotators/user-1"]
    both["annotations"].append({**other, "id": 10, "ground_truth": True})
    assert sorted(back([both]).layers) == ["annotators/maria-lund", "annotators/user-1", "labels"]


def test_people_of_one_nickname_are_two() -> None:
    """The whole address tells people apart; the folder is named for the part before the sign."""
    both = task(SANK)
    (first,) = both["annotations"]
    first["completed_by"] = {"id": 1, "email": "info@example.org"}
    both["annotations"].append({**first, "id": 9, "completed_by": {"id": 2, "email": "info@example.net"}})
    assert sorted(back([both]).layers) == ["annotators/info", "annotators/info-2"]


def test_the_last_annotation_of_a_person_counts() -> None:
    """Who annotated a task twice is heard once, and it is said."""
    twice = task(SANK)
    twice["annotations"].append({"id": 9, "completed_by": 1, "result": [], "updated_at": "2026-01-02T00:00:00Z"})
    found = back([twice])
    assert found.layers["labels"][0].label.events == ()
    assert "annotation 7 was made again by the same person" in found.notes[0]


def test_line_ends_of_windows() -> None:
    """A text with CRLF is taken over with LF, and spans behind a line end stay on their words."""
    text = TEXT.replace("\n", "\r\n").replace("off Sollund ", "off Sollund\r\n")
    words = "A ferry sank off Sollund\r\non Sunday."
    missing = "Two crew members"
    found = back(
        [task(region(words, "disaster_accident", "a", text), region(missing, "missing", "b", text), text=text)]
    )
    (made,) = found.layers["labels"]
    assert "\r" not in made.text
    assert made.label.events[0].evidence == ("A ferry sank off Sollund on Sunday.",)
    assert made.label.events[0].counts[0].words == missing


EDITS: dict[str, tuple[Callable[[list[dict[str, Any]]], object], Callable[[Any], object], object]] = {
    "retyped": (
        lambda result: [
            one["value"].update(labels=["other"])
            for one in result
            if one.get("value", {}).get("labels") == ["disaster_accident"]
        ],
        lambda events: (events[0].type.value, events[0].alt_types, events[0].where.settlement),
        ("other", (), "Sollund"),
    ),
    "status chosen": (
        lambda result: next(one for one in result if one.get("from_name") == "status")["value"].update(
            choices=["denied"]
        ),
        lambda events: events[0].status.value,
        "denied",
    ),
    "place dropped": (
        lambda result: _without(result, "where"),
        lambda events: (events[0].where.words, events[0].when.words),
        (None, "on Sunday"),
    ),
    "number dropped": (
        lambda result: _without(result, "missing"),
        lambda events: [count.measure.value for count in events[0].counts],
        ["killed"],
    ),
    "source dropped": (
        lambda result: _without(result, "source"),
        lambda events: [(count.min, count.source) for count in events[0].counts],
        [(17, None), (2, None)],
    ),
    "source added": (
        lambda result: result.extend(
            [
                region("The Union of Seamen", "source", "new"),
                relation(_id(result, "missing"), "new", "source"),
            ]
        ),
        lambda events: [(count.min, count.source, count.optional) for count in events[0].counts],
        [(17, "the harbour master", False), (2, "The Union of Seamen", True)],
    ),
    "time moved": (
        lambda result: _moved(result, "on Sunday", "Sunday"),
        lambda events: (events[0].when.words, str(events[0].when.start), events[1].when.words),
        ("Sunday", "2011-03-06", "on Monday"),
    ),
    "time dropped": (
        lambda result: _without(result, "when"),
        lambda events: [(event.when.words, str(event.when.end), event.or_when) for event in events[:2]],
        [(None, "2011-03-07", ()), (None, "2011-03-07", ())],
    ),
    "time given": (
        lambda result: result.extend(
            [region("on Monday.", "when", "new"), relation(_id(result, "accusation#2"), "new", "when")]
        ),
        lambda events: (events[2].when.words, str(events[2].when.start), events[2].or_when),
        ("on Monday.", "2011-03-07", ()),
    ),
    "place widened": (
        lambda result: _moved(result, "off Sollund", "sank off Sollund"),
        lambda events: (events[0].where.words, events[0].where.country, events[0].where.aliases, events[0].or_where),
        ("sank off Sollund", "DNK", ("Varde Bay",), ()),
    ),
    "place added": (
        lambda result: result.extend(
            [region("Varde", "where", "new"), relation(_id(result, "disaster_accident"), "new", "where")]
        ),
        lambda events: (events[0].where.settlement, [where.words for where in events[0].or_where]),
        ("Sollund", ["Varde"]),
    ),
    "place given": (
        lambda result: result.extend(
            [region("Varde", "where", "new"), relation(_id(result, "accusation"), "new", "where")]
        ),
        lambda events: (events[1].where.words, events[1].or_where),
        ("Varde", ()),
    ),
    "number widened": (
        lambda result: _moved(result, "Two crew members", "Two crew members are missing"),
        lambda events: [(count.words, count.min, count.max, count.optional) for count in events[0].counts][1:],
        [("Two crew members are missing", 2, 2, True)],
    ),
    "number added": (
        lambda result: result.extend(
            [region("17 passengers", "injured", "new"), relation(_id(result, "disaster_accident"), "new", "count")]
        ),
        lambda events: [(count.measure.value, count.min, count.max) for count in events[0].counts],
        [("killed", 17, None), ("missing", 2, 2), ("injured", 17, 17)],
    ),
    "name widened": (
        lambda result: _moved(result, "crew members", "crew"),
        lambda events: [(actor.names, actor.optional) for actor in events[0].targets],
        [(("passengers",), False), (("Two crew members", "crew"), True)],
    ),
    "standing chosen": (
        lambda result: next(one for one in result if one.get("from_name") == "standing")["value"].update(
            choices=["background"]
        ),
        lambda events: (events[0].standing.value, events[0].status.value),
        ("background", "actual"),
    ),
    "evidence dropped": (
        lambda result: _without(result, "evidence"),
        lambda events: events[0].evidence,
        ("A ferry sank off Sollund on Sunday.",),
    ),
    "anchor widened": (
        lambda result: _moved(result, "A ferry sank off Sollund on Sunday.", "A ferry sank"),
        lambda events: (events[0].evidence, events[0].note),
        (("A ferry sank", "At least 17 passengers drowned 🚢"), "A note."),
    ),
    "name added": (
        lambda result: result.extend(
            [region("17 passengers", "target", "new"), relation(_id(result, "target"), "new", "or")]
        ),
        lambda events: [actor.names for actor in events[0].targets],
        [("passengers", "17 passengers"), ("Two crew members", "crew members")],
    ),
    "actor added": (
        lambda result: result.extend(
            [region("Varde", "initiator", "new"), relation(_id(result, "disaster_accident"), "new", "initiator")]
        ),
        lambda events: [actor.names for actor in events[0].initiators],
        [("Varde",)],
    ),
    "event dropped": (
        lambda result: _without(result, "accusation"),
        lambda events: [(event.type.value, event.optional) for event in events],
        [("disaster_accident", False), ("accusation", False)],
    ),
    "event added": (
        lambda result: result.extend([region("the harbour master said", "meeting", "new")]),
        lambda events: [event.type.value for event in events],
        ["disaster_accident", "accusation", "accusation", "meeting"],
    ),
}


def _without(result: list[dict[str, Any]], chosen: str) -> None:
    """Delete the regions with a label, and what hangs on them."""
    gone = {one["id"] for one in result if one.get("value", {}).get("labels") == [chosen]}
    assert gone
    result[:] = [one for one in result if gone.isdisjoint({one.get("id"), one.get("from_id"), one.get("to_id")})]


def _id(result: list[dict[str, Any]], chosen: str) -> str:
    return next(str(one["id"]) for one in result if one.get("value", {}).get("labels") == [chosen])


def _moved(result: list[dict[str, Any]], words: str, other: str) -> None:
    """Move the regions on some words to others."""
    start = TEXT.index(other)
    for one in result:
        if one.get("value", {}).get("text") == words:
            one["value"].update(text=other, start=start, end=start + len(other))


def test_a_text_that_was_changed_in_the_tool() -> None:
    """Events whose words are gone from the text are left out and counted; the others stay."""
    tasks = write_label_studio([article()])
    tasks[0]["data"]["text"] = TEXT.replace("The Union of Seamen blamed", "Nobody blamed")
    result = tasks[0]["annotations"][0]["result"]
    for chosen in ("accusation", "accusation#2", "initiator"):
        _without(result, chosen)
    found = back(tasks)
    (made,) = found.layers["labels"]
    assert [(event.type, event.note) for event in made.label.events] == [("disaster_accident", "A note.")]
    assert "2 event(s) of the carried label quote words that are not in this text: left out" in " ".join(found.notes)


def test_half_a_character_in_the_carried_label() -> None:
    """JSON can hold half a character, which no file can: such a carried label is not used."""
    tasks = write_label_studio([article()])
    tasks[0]["data"]["extractor"]["label"]["note"] = "\ud83d"
    assert "the carried label is not used: it holds half a character" in back(tasks).notes[0]


@pytest.mark.parametrize("name", EDITS)
def test_only_what_was_edited_changes(name: str) -> None:
    """An edit in the tool changes its own value; all else of the label, which spans cannot say, stays."""
    edit, look, wanted = EDITS[name]
    tasks = write_label_studio([article()])
    edit(tasks[0]["annotations"][0]["result"])
    (made,) = back(tasks).layers["labels"]
    assert look(made.label.events) == wanted
    assert made.label.model_dump(exclude={"events"}) == label().model_dump(exclude={"events"})


def test_a_broken_carried_label_is_named() -> None:
    """A carried label that was tampered with is not used, and it is said why."""
    tasks = write_label_studio([article()])
    tasks[0]["data"]["extractor"]["label"]["events"][0]["type"] = "party"
    found = back(tasks)
    assert "the carried label is not used: events.0.type" in found.notes[0]
    assert found.layers["labels"][0].label.events[0].type == "disaster_accident"


@pytest.mark.parametrize(
    ("tasks", "said"),
    [
        ([], "there is no labelled task"),
        ([task(annotations=[])], "nobody has labelled it"),
        ([{"text": "A", "label": []}], "task 1: data: Field required"),
        (["A"], "export.json: task 1"),
        ([task(data={"image": "a.png", "more": "b"})], "none of its data is the text; there is image, more"),
        ([task(data={})], "there is nothing"),
        ([task(data={"published": "2011-03-07"})], "there is published"),
        ([task(text=" ")], "the text is empty"),
        ([task(text="\ud83d half")], "half a character"),
        ([task(text="a" * 1_000_001)], "larger than 1,000,000 bytes"),
        ([task({**SANK, "value": {**SANK["value"], "text": "Oslo"}})], "task 3, annotation 7: a .* 'Oslo' does not"),
        ([task({**SANK, "value": {"start": "/p/text", "labels": ["attack"]}})], "neither offsets nor words"),
        ([task(SANK), task(SANK, id=4)], "is a second reading of 'task-'|second reading"),
    ],
)
def test_what_cannot_be_read_is_named(tasks: Any, said: str) -> None:
    """Each problem is named with its file, task and annotation, and nothing is imported."""
    if said.startswith("is a second"):
        for one in tasks:
            one["data"]["id"] = "ferry"
    with pytest.raises(InputError, match=said):
        back(tasks)


def test_labels_are_checked_like_any_others() -> None:
    """A label that eval validate would refuse is refused here, with the place in the file."""
    with pytest.raises(
        GoldError, match=r"export.json: task 3, annotation 7: events\[1\]: says the same as events\[0\]"
    ):
        back([task(SANK, {**SANK, "id": "b", "value": {**SANK["value"], "labels": ["disaster_accident#2"]}})])


def test_html_projects_give_offsets_of_the_text() -> None:
    """Where start and end are paths into HTML, the offsets of the text beside them are taken."""
    start = TEXT.index("A ferry sank off")
    value = {**SANK["value"], "start": "/div/text()", "end": "/div/text()", "startOffset": 1, "endOffset": 2}
    value["globalOffsets"] = {"start": start, "end": start + len("A ferry sank off Sollund on Sunday.")}
    (made,) = back([task({**SANK, "type": "hypertextlabels", "value": value})]).layers["labels"]
    assert made.label.events[0].evidence == ("A ferry sank off Sollund on Sunday.",)


def test_the_interface_knows_every_label() -> None:
    """The labelling interface is XML and holds every label, kind of relation and choice that the tasks use."""
    root = ET.fromstring(labelling_config([article()]))  # noqa: S314 - we wrote it
    known = {tag: {one.get("value") for one in root.iter(tag)} for tag in ("Label", "Relation", "Choice")}
    for region_ in write_label_studio([article()])[0]["annotations"][0]["result"]:
        value = region_.get("value", {})
        assert set(value.get("labels", [])) <= known["Label"]
        assert set(value.get("choices", [])) <= known["Choice"]
        if region_["type"] == "relation":
            assert set(region_["labels"]) <= known["Relation"]
    assert {one.get("name") for one in root.iter() if one.get("toName") == "text"} == {"label", "status", "standing"}
