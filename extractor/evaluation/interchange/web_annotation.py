"""W3C Web Annotations: one annotation for each span, each link, and each article as a whole.

A span is an annotation whose body tags it with its label and whose target selects it twice, by quote (the words, and 32
characters around them) and by position; status and standing of an event are bodies that classify. A link is an
annotation on an annotation. Text and label of an article are two bodies, plain text and JSON, of an annotation on the
whole of it: the standard has no field for texts, and annotations made elsewhere come with texts of their own.

*Offsets* of positions are code points, as the standard says. Some programs count UTF-16 nevertheless; the quotes
decide.

``creator`` says whose a span is; a span without one is everybody's, so that somebody who adds to our labels has a whole
reading. Source: https://www.w3.org/TR/annotation-model/ (2017).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from extractor.errors import InputError
from extractor.evaluation.interchange.marks import known_label, mark_label
from extractor.evaluation.interchange.offsets import Claim, Unit
from extractor.evaluation.interchange.tasks import Carried, Task, TaskLink, Tasks, TaskSpan, carried_in, carry, refuse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from extractor.evaluation.gold import GoldArticle
    from extractor.evaluation.interchange.marks import Mark

UNIT: Final = Unit.CODE_POINTS
_CONTEXT: Final = "http://www.w3.org/ns/anno.jsonld"
_AROUND: Final = 32
_SAID: Final = re.compile(r"(?P<name>status|standing): *(?P<value>\w+)")


def write_web_annotation(articles: Sequence[GoldArticle]) -> dict[str, Any]:
    """Return the articles as one collection of annotations, for JSON."""
    items = [item for article in articles for item in _items_of(article)]
    page = {"id": "urn:extractor:labels:1", "type": "AnnotationPage", "startIndex": 0, "items": items}
    whole = {"id": "urn:extractor:labels", "type": "AnnotationCollection", "label": "Labelled events"}
    return {"@context": _CONTEXT, **whole, "total": len(items), "first": page}


def _items_of(article: GoldArticle) -> Iterator[dict[str, Any]]:
    source = f"urn:extractor:article:{article.id}"
    carried = json.dumps(carry(article.label, UNIT), ensure_ascii=False)
    about = [_textual("describing", article.text, "text/plain"), _textual("describing", carried, "application/json")]
    yield {"id": f"{source}:label", "type": "Annotation", "motivation": "describing", "body": about, "target": source}
    marked = mark_label(article.label, article.text)
    ids = {mark: f"{source}:m{number}" for number, mark in enumerate(marked.marks, 1)}
    for mark, id_ in ids.items():
        said = marked.said.get(mark, {}).items()
        bodies = [_textual("tagging", mark.label)]
        bodies += [_textual("classifying", f"{name}: {value}") for name, value in said]
        target = {"source": source, "selector": _selectors(mark, article.text)}
        yield {"id": id_, "type": "Annotation", "motivation": "tagging", "body": bodies, "target": target}
    for number, link in enumerate(marked.links, 1):
        far = {"type": "SpecificResource", "purpose": "linking", "source": ids[link.target]}
        yield {
            "id": f"{source}:l{number}",
            "type": "Annotation",
            "motivation": "linking",
            "body": [_textual("tagging", link.kind), far],
            "target": ids[link.source],
        }


def _textual(purpose: str, value: str, kind: str | None = None) -> dict[str, Any]:
    return {"type": "TextualBody", "purpose": purpose, **({"format": kind} if kind else {}), "value": value}


def _selectors(mark: Mark, text: str) -> list[dict[str, Any]]:
    around = {
        "prefix": text[max(0, mark.start - _AROUND) : mark.start],
        "suffix": text[mark.end : mark.end + _AROUND],
    }
    return [
        {"type": "TextQuoteSelector", "exact": text[mark.start : mark.end], **around},
        {"type": "TextPositionSelector", "start": mark.start, "end": mark.end},
    ]


@dataclass
class _Source:
    """What is said about one text."""

    text: str | None = None
    carried: Carried = field(default_factory=Carried)
    spans: list[tuple[str | None, TaskSpan]] = field(default_factory=list)
    """With the person who made each."""
    people: dict[str, None] = field(default_factory=dict)


def read_web_annotation(content: object, file: str, texts: Mapping[str, str]) -> Tasks:
    """Read annotations.

    Args:
        content: The parsed JSON: an annotation, a page, a collection, or a list of them.
        file: Its name, for messages.
        texts: Articles by the last part of their address, for annotations that don't bring the text along.

    Raises:
        InputError: It is none of these, or the text of an annotation is missing; all problems are named at once.
    """
    annotations = list(_annotations(content, file))
    problems: list[str] = []
    notes: list[str] = []
    reader = _Reader(file, {str(one.get("id")) for one in annotations if one.get("id")}, problems, notes)
    for number, annotation in enumerate(annotations, 1):
        reader.add(annotation, str(annotation.get("id") or f"annotation {number}"))
    tasks = [task for address, source in reader.sources.items() for task in reader.tasks(address, source, texts)]
    refuse(problems, hint="a folder of the texts is named with --articles; each file is named as the address ends")
    return Tasks(tuple(tasks), tuple(notes))


def _annotations(content: object, file: str) -> Iterator[dict[str, Any]]:
    """Yield the annotations of whatever holds them.

    Raises:
        InputError: Something there is none.
    """
    for whole in _list(content):
        page = whole["first"] if _is_a(whole, "AnnotationCollection") and "first" in whole else whole
        items = _list(page.get("items")) if _is_a(page, "AnnotationPage") else [page]
        more = [page["next"]] if _is_a(page, "AnnotationPage") and isinstance(page.get("next"), str) else []
        for one in (*items, *more):
            if not _is_a(one, "Annotation"):
                elsewhere = isinstance(one, str) and "://" in one
                said = f"some annotations are elsewhere, at {one!r}" if elsewhere else "holds something that is none"
                raise InputError(f"{file}: {said}", hint="all annotations of a list or page have to be in the file")
            yield one


def _is_a(value: Any, kind: str) -> bool:  # noqa: ANN401 - whatever the file holds
    return isinstance(value, dict) and kind in _list(value.get("type"))


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


@dataclass
class _Reader:
    """Sorts annotations by the text that they are about."""

    file: str
    ids: set[str]
    problems: list[str]
    notes: list[str]
    sources: dict[str, _Source] = field(default_factory=dict)
    about: dict[str, str] = field(default_factory=dict)
    """The text that an annotation is about, by the annotation's id."""
    links: list[TaskLink] = field(default_factory=list)

    def add(self, annotation: Mapping[str, Any], id_: str) -> None:
        """Take in one annotation."""
        bodies = _list(annotation.get("body")) + _list(annotation.get("bodyValue"))
        for number, target in enumerate(_list(annotation.get("target")), 1):
            address = _address(target)
            if address is None:
                self.problems.append(f"{self.file}: {id_}: its target has no address")
            elif address in self.ids:
                self._link(address, bodies)
            elif isinstance(target, dict) and target.get("selector") is not None:
                person = _person(annotation.get("creator"))
                self._span(address, id_ if number == 1 else f"{id_}-{number}", target["selector"], bodies, person)
            else:
                self._whole(address, bodies, id_)

    def _span(self, address: str, id_: str, selector: object, bodies: Sequence[Any], person: str | None) -> None:
        source = self.sources.setdefault(address, _Source())
        matches = (_SAID.fullmatch(_value(body).strip()) for body in bodies)
        said = {match["name"]: match["value"] for match in matches if match}
        labels = [value for body in bodies if (value := _tag(body)) and not _SAID.fullmatch(value.strip())]
        self.about[id_] = address
        if person is not None:
            source.people[person] = None
        if not labels:
            self.notes.append(f"{self.file}: {id_} has no tag: left out")
        claim = _claim(selector)
        source.spans += [(person, TaskSpan(id_, label, claim, said)) for label in labels]

    def _link(self, near: str, bodies: Sequence[Any]) -> None:
        kind = next((value for body in bodies if (value := _value(body))), "")
        ends = [address for body in bodies if (address := _address(body)) in self.ids and address]
        self.links.extend(TaskLink(near, far, kind) for far in ends)

    def _whole(self, address: str, bodies: Iterable[Any], id_: str) -> None:
        """Take in what is said of a text as a whole: the text itself, and the label that we wrote."""
        source = self.sources.setdefault(address, _Source())
        for body in bodies:
            form = body.get("format") if isinstance(body, dict) else None
            if form == "text/plain":
                source.text = _value(body)
            elif form == "application/json":
                try:
                    source.carried = carried_in(json.loads(_value(body)))
                except ValueError as exc:
                    source.carried = Carried(problem=f"the carried label is not used: {id_} is no JSON: {exc}")

    def tasks(self, address: str, source: _Source, texts: Mapping[str, str]) -> Iterator[Task]:
        """Yield each person's reading of one text."""
        name = re.split(r"[/:#?]", address.rstrip("/"))[-1]
        text = source.text
        if text is None:
            text = texts.get(name, texts.get(name.rpartition(".")[0]))
        if text is None:
            self.problems.append(f"{self.file}: the text of {address!r} is missing")
            return
        links = tuple(link for link in self.links if self.about.get(link.source) == address)
        for person in source.people or (None,):
            yield Task(
                where=f"{self.file}: {address}" + (f", {person}" if person else ""),
                name=name.removesuffix(".txt"),
                text=text,
                spans=tuple(span for whose, span in source.spans if whose in (None, person)),
                links=links,
                unit=source.carried.unit or UNIT,
                carried=source.carried,
                annotator=person,
            )


def _address(value: object) -> str | None:
    """Return the address that a target or body names, if it names one."""
    for key in ("source", "id"):  # a source may be an address, or an object with one
        value = value.get(key, value.get("id")) if isinstance(value, dict) else value
    return value if isinstance(value, str) and value else None


def _value(body: object) -> str:
    """Return the text of a body; of a plain string, which is an address or ``bodyValue``, itself."""
    if isinstance(body, dict):
        return body["value"] if isinstance(body.get("value"), str) else ""
    return body if isinstance(body, str) else ""


def _tag(body: object) -> str:
    """Return the label that a body gives; an address gives its last part, if that is a label."""
    if isinstance(body, dict) and body.get("purpose", "tagging") not in ("tagging", "classifying", "identifying"):
        return ""
    value = _value(body)
    if value and "://" not in value:
        return value
    last = re.split(r"[/#]", value or _address(body) or "")[-1]
    return last if known_label(last) else ""


def _claim(selector: object) -> Claim:
    """Return what the selectors of a target say together."""
    found: dict[str, Mapping[str, Any]] = {}
    for one in _list(selector):
        if isinstance(one, dict):
            found.setdefault(str(one.get("type")), one)
    quote, place = found.get("TextQuoteSelector", {}), found.get("TextPositionSelector", {})
    start, end = (place.get(key) if isinstance(place.get(key), int) else None for key in ("start", "end"))
    words, prefix, suffix = (str(quote.get(key) or "") for key in ("exact", "prefix", "suffix"))
    return Claim(start, end, words or None, prefix, suffix)


def _person(creator: object) -> str | None:
    """Return the name of who made an annotation."""
    first = next(iter(_list(creator)), None)
    if isinstance(first, dict):
        name = next((first[key] for key in ("nickname", "name", "id") if isinstance(first.get(key), str)), None)
        return name or None
    return first if isinstance(first, str) and first else None
