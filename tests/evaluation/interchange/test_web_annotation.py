"""W3C Web Annotations: what we write, and what other programs write about a text."""

from __future__ import annotations

import json
from typing import Any

import pytest

from extractor.errors import InputError
from extractor.evaluation.interchange.importing import Imported, import_tasks
from extractor.evaluation.interchange.offsets import Unit
from extractor.evaluation.interchange.web_annotation import read_web_annotation, write_web_annotation
from tests.evaluation.interchange.hand_made import TEXT, article

SENTENCE = "A ferry sank off Sollund on Sunday."
PAGE = "https://example.org/news/ferry.html"


def back(content: Any, unit: Unit | None = None, **texts: str) -> Imported:
    """Read annotations; ``texts`` are those of a folder."""
    return import_tasks(read_web_annotation(content, "notes.json", texts or {"ferry": TEXT}), unit=unit, kind="wire")


def annotation(body: Any, selector: Any, **more: Any) -> dict[str, Any]:
    """Return an annotation as other programs write it."""
    target = {"source": PAGE, "selector": selector}
    return {"id": "https://example.org/a1", "type": "Annotation", "body": body, "target": target, **more}


def quote(exact: str, **around: str) -> dict[str, Any]:
    """Return a selector by words."""
    return {"type": "TextQuoteSelector", "exact": exact, **around}


def position(words: str, text: str = TEXT) -> dict[str, Any]:
    """Return a selector by code points."""
    start = text.index(words)
    return {"type": "TextPositionSelector", "start": start, "end": start + len(words)}


TAG = {"type": "TextualBody", "purpose": "tagging", "value": "disaster_accident"}


def test_positions_are_code_points_and_quotes_are_exact() -> None:
    """Each span that we write selects the same words both ways, with the words around them."""
    for one in write_web_annotation([article()])["first"]["items"]:
        if one["motivation"] == "tagging":
            by_quote, by_position = one["target"]["selector"]
            start, end = by_position["start"], by_position["end"]
            assert TEXT[start:end] == by_quote["exact"]
            assert TEXT[:start].endswith(by_quote["prefix"])
            assert TEXT[end:].startswith(by_quote["suffix"])


@pytest.mark.parametrize(
    "selector",
    [
        quote(SENTENCE),
        position(SENTENCE),
        [position(SENTENCE), quote(SENTENCE)],
        [quote(SENTENCE, prefix="2011 - ", suffix=" At least"), {"type": "FragmentSelector", "value": "p1"}],
        [{"type": "TextPositionSelector", "start": 0, "end": 4}, quote(SENTENCE)],
    ],
)
@pytest.mark.parametrize(
    "body",
    [
        TAG,
        [TAG],
        "disaster_accident",
        {"type": "TextualBody", "value": "Disaster accident"},
        {"type": "SpecificResource", "purpose": "tagging", "source": "https://example.org/types#disaster_accident"},
        [{"type": "TextualBody", "purpose": "commenting", "value": "Look here."}, TAG],
    ],
)
def test_annotations_of_other_programs(selector: Any, body: Any) -> None:
    """Bodies and selectors of the standard are understood in each of their forms."""
    (made,) = back(annotation(body, selector)).layers["labels"]
    assert made.id == "ferry-html"
    assert [event.evidence for event in made.label.events] == [(SENTENCE,)]


def test_a_body_value_is_a_tag() -> None:
    """The standard's short form of a body."""
    one = annotation(None, quote(SENTENCE), bodyValue="disaster_accident")
    assert len(back([one]).layers["labels"][0].label.events) == 1


@pytest.mark.parametrize("wrap", ["list", "page", "collection"])
def test_lists_pages_and_collections(wrap: str) -> None:
    """Whatever holds the annotations is opened."""
    items = [annotation(TAG, quote(SENTENCE))]
    page = {"type": "AnnotationPage", "items": items}
    content = {"list": items, "page": page, "collection": {"type": ["AnnotationCollection"], "first": page}}[wrap]
    assert len(back(content).layers["labels"][0].label.events) == 1


def test_links_between_annotations() -> None:
    """An annotation on an annotation says what the one is to the other."""
    when = annotation("when", quote("on Sunday"), id="https://example.org/a2")
    link = {
        "type": "Annotation",
        "motivation": "linking",
        "body": {"type": "SpecificResource", "source": "https://example.org/a2"},
        "target": "https://example.org/a1",
    }
    threat = annotation("accusation", quote("The Union of Seamen blamed the owner"), id="https://example.org/a3")
    (made,) = back([annotation(TAG, quote(SENTENCE)), when, threat, link]).layers["labels"]
    assert [event.when.words for event in made.label.events] == ["on Sunday", None]


def test_creators_get_folders() -> None:
    """Each creator's reading is their own; what nobody signed belongs to all of them."""
    unsigned = annotation("when", quote("on Sunday"), id="https://example.org/a2")
    mine = annotation(TAG, quote(SENTENCE), creator=["acct:maria-lund@example.org", "another"])
    yours = annotation(TAG, quote(SENTENCE), id="https://example.org/a3", creator="b")
    found = back([unsigned, mine, yours])
    assert {layer: one.label.events[0].when.words for layer, (one,) in found.layers.items()} == {
        "annotators/b": "on Sunday",
        "annotators/maria-lund": "on Sunday",
    }
    assert list(back([unsigned, mine]).layers) == ["labels"]


def test_offsets_of_javascript_are_placed_by_the_quote() -> None:
    """Programs that count UTF-16 against the standard are read right where they quote, and where they are told to."""
    shift = len(TEXT[: TEXT.index(SENTENCE)].encode("utf-16-le")) // 2
    place = {"type": "TextPositionSelector", "start": shift, "end": shift + len(SENTENCE)}
    found = back(annotation(TAG, [place, quote(SENTENCE)]))
    assert found.layers["labels"][0].label.events[0].evidence == (SENTENCE,)
    assert any("taken where their words stand" in note for note in (*found.notes, *found.hidden))
    told = back(annotation(TAG, place), unit=Unit.UTF_16)
    assert told.layers["labels"][0].label.events[0].evidence == (SENTENCE,)


def test_a_change_of_ours_keeps_the_rest() -> None:
    """A deleted annotation drops its value only."""
    content = json.loads(json.dumps(write_web_annotation([article()])))
    items = content["first"]["items"]
    gone = next(one["id"] for one in items if one["motivation"] == "tagging" and one["body"][0]["value"] == "where")
    content["first"]["items"] = [one for one in items if gone not in json.dumps(one)]
    (made,) = back(content).layers["labels"]
    first, *rest = article().label.events
    assert made.label.events[0] == first.model_copy(update={"where": type(first.where)()})
    assert list(made.label.events[1:]) == rest


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"type": "Note"}, "notes.json: holds something that is none"),
        ("text", "holds something that is none"),
        ([["text"]], "holds something that is none"),
        ({"type": "AnnotationCollection", "first": "https://example.org/p1"}, "elsewhere, at 'https://example.org/p1'"),
        ({"type": "AnnotationPage", "items": ["https://example.org/a1"]}, "elsewhere, at 'https://example.org/a1'"),
        ({"type": "AnnotationPage", "items": [], "next": "https://example.org/p2"}, "at 'https://example.org/p2'"),
        ([annotation(TAG, quote(SENTENCE), target={"selector": quote(SENTENCE)})], "its target has no address"),
        ([annotation(TAG, quote("Oslo"))], "https://example.org/a1 .disaster_accident.: 'Oslo' does not stand"),
        ([annotation(TAG, {"type": "XPathSelector", "value": "/p"})], "neither offsets nor words"),
        ([], "there is no labelled task"),
    ],
)
def test_what_cannot_be_read_is_named(content: Any, said: str) -> None:
    """Each problem is named with its file and annotation."""
    with pytest.raises(InputError, match=said):
        back(content)


def test_a_missing_text_is_named() -> None:
    """Annotations without their text cannot be placed; the message says how to give it."""
    with pytest.raises(InputError, match=r"the text of 'https://example.org/news/ferry.html' is missing") as caught:
        back([annotation(TAG, quote(SENTENCE))], other="A text.")
    assert "--articles" in caught.value.hint


def test_what_has_no_tag_is_left_out() -> None:
    """A remark on some words is no label; it is named."""
    remark = annotation({"type": "TextualBody", "purpose": "commenting", "value": "Hm."}, quote("Varde"))
    found = back([remark, annotation(TAG, quote(SENTENCE), id="https://example.org/a2")])
    assert found.notes[0] == "notes.json: https://example.org/a1 has no tag: left out"


def test_a_broken_carried_label_is_named() -> None:
    """A body that is no JSON any more is not used, and it is said why."""
    content = json.loads(json.dumps(write_web_annotation([article()])))
    content["first"]["items"][0]["body"][1]["value"] = "{"
    assert "is no JSON" in back(content).notes[0]
