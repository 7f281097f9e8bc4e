"""Every format gives back the label that went into it, whatever signs stand before its words."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from extractor.evaluation.gold import read_gold
from extractor.evaluation.interchange.doccano import read_doccano, write_doccano
from extractor.evaluation.interchange.importing import import_tasks
from extractor.evaluation.interchange.label_studio import read_label_studio, write_label_studio
from extractor.evaluation.interchange.offsets import Unit
from extractor.evaluation.interchange.web_annotation import read_web_annotation, write_web_annotation
from tests.evaluation.interchange.hand_made import CLUSTERS, EVENTS, TEXT, article, label

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from extractor.evaluation.gold import GoldArticle
    from extractor.evaluation.interchange.tasks import Tasks


def doccano(content: Any) -> Tasks:
    """Read the lines of one file."""
    return read_doccano({"all.jsonl": list(enumerate(content, 1))})


def label_studio(content: Any) -> Tasks:
    """Read an export."""
    return read_label_studio(content, "export.json")


def web_annotation(content: Any) -> Tasks:
    """Read a collection that brings its texts along."""
    return read_web_annotation(content, "export.json", {})


FORMATS: dict[str, tuple[Callable[[Sequence[GoldArticle]], Any], Callable[[Any], Tasks]]] = {
    "label studio": (write_label_studio, label_studio),
    "label studio, utf-16": (lambda articles: write_label_studio(articles, Unit.UTF_16), label_studio),
    "label studio, graphemes": (lambda articles: write_label_studio(articles, Unit.GRAPHEMES), label_studio),
    "doccano": (write_doccano, doccano),
    "doccano, code points": (lambda articles: write_doccano(articles, Unit.CODE_POINTS), doccano),
    "doccano, graphemes": (lambda articles: write_doccano(articles, Unit.GRAPHEMES), doccano),
    "web annotation": (write_web_annotation, web_annotation),
}


def through(name: str, articles: Sequence[GoldArticle]) -> Any:
    """Return what comes back of articles that went through a format and through JSON."""
    write, read = FORMATS[name]
    return import_tasks(read(json.loads(json.dumps(write(articles)))), unit=None, kind="wire")


@pytest.mark.parametrize("name", ["label studio", "doccano", "web annotation"])
@pytest.mark.parametrize("every", [9, pytest.param(1, marks=pytest.mark.slow)])
def test_every_shipped_label_comes_back(name: str, every: int) -> None:
    """All articles of the shipped set are the same after the way through the format, and nothing is said of them."""
    gold = read_gold().articles[::every]
    found = through(name, gold)
    assert found.layers == {"labels": gold}
    assert found.notes == found.hidden == ()


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("before", ["", CLUSTERS, "👍" * 40, "e\u0301" * 40, "\ufeff", "नि\u200d👩 " * 9])
def test_signs_before_a_span_move_nothing(name: str, before: str) -> None:
    """Emoji, combining marks, joined families and a byte order mark before the spans, in every unit."""
    made = article(before + TEXT)
    found = through(name, [made])
    assert found.layers == {"labels": (made,)}
    assert found.notes == found.hidden == ()


@pytest.mark.parametrize("name", FORMATS)
def test_signs_inside_a_span_come_back(name: str) -> None:
    """Words that hold such signs, or that begin or end with one, are the same words afterwards."""
    text = "Soldiers 👩\u200d🚒 took over the cafe\u0301 at Tarnow 🇵🇱. Minister Jan Kruk called it theft.\n"
    event = {
        "type": "nonviolent_transfer_of_territory",
        "evidence": ["Soldiers 👩\u200d🚒 took over the cafe\u0301 at Tarnow 🇵🇱."],
        "where": {"words": "the cafe\u0301 at Tarnow 🇵🇱", "country": "POL", "settlement": "Tarnow"},
        "initiators": [["Soldiers 👩\u200d🚒"]],
    }
    made = article(text, published=None, printed=False, events=[event])
    assert through(name, [made]).layers == {"labels": (made,)}


@pytest.mark.parametrize("name", FORMATS)
def test_an_article_without_events_comes_back(name: str) -> None:
    """That nothing is reported is a label, too."""
    made = article(events=[])
    assert through(name, [made]).layers == {"labels": (made,)}


def without_free_field(content: Any) -> Any:
    """Return what is left when a tool drops the field of ours."""
    if isinstance(content, list):
        return [without_free_field(one) for one in content]
    if isinstance(content, dict):
        kept = {key: value for key, value in content.items() if key != "extractor"}
        if kept.get("format") == "application/json":
            return {**kept, "format": "text/html"}
        return {key: without_free_field(value) for key, value in kept.items()}
    return content


@pytest.mark.parametrize("name", ["label studio", "doccano", "web annotation"])
def test_spans_alone_are_read(name: str) -> None:
    """Where the tool dropped what spans cannot say, the label is made of the spans, and it is said what is missing."""
    write, read = FORMATS[name]
    content = without_free_field(json.loads(json.dumps(write([article()]))))
    found = import_tasks(read(content), unit=None, kind="regional")
    (made,) = found.layers["labels"]
    assert (made.id, made.text) == ("dk-2011-ferry", TEXT)
    for now, was in zip(made.label.events, label().events, strict=True):
        assert (now.type, now.evidence, now.when.words) == (was.type, was.evidence, was.when.words)
        assert {name for actor in was.targets for name in actor.names} <= {
            name for actor in now.targets for name in actor.names
        }
    killed, missing = made.label.events[0].counts
    assert (killed.min, killed.source, missing.max) == (17, "the harbour master", 2)
    assert "no kind (taken as regional), country or traps came with it" in found.notes[0]
    assert len(found.notes) == 1 + len(EVENTS)


@pytest.mark.parametrize(("day", "start"), [("2011-03-10", "2011-03-06"), ("2012-01-02T08:00:00Z", "2012-01-01")])
def test_a_day_beside_the_text_is_taken(day: str, start: str) -> None:
    """Where no label is carried, days are counted from the publication date that the file gives."""
    lines = without_free_field(json.loads(json.dumps(write_doccano([article()]))))
    tasks = without_free_field(json.loads(json.dumps(write_label_studio([article()]))))
    lines[0]["published"] = tasks[0]["data"]["published"] = day
    for found in (doccano(lines), label_studio(tasks)):
        (made,) = import_tasks(found, unit=None, kind="wire").layers["labels"]
        assert str(made.label.published) == day[:10]
        assert str(made.label.events[0].when.start) == start


@pytest.mark.parametrize("day", ["soon", "2011-13-40", 20110310, None])
def test_a_day_that_is_none_is_passed_over(day: object) -> None:
    """What is no ISO day leaves the date unknown."""
    lines = without_free_field(json.loads(json.dumps(write_doccano([article()]))))
    found = import_tasks(doccano([{**lines[0], "published": day}]), unit=None, kind="wire")
    assert found.layers["labels"][0].label.published is None
    assert "publication date unknown" in found.notes[0]
