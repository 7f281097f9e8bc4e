"""From spans back to a label, together with what spans cannot say.

A file that we wrote carries the whole label beside its spans, in a free field of the format; what was changed in the
tool is laid over it (:mod:`extractor.evaluation.interchange.changes`). Where nothing is carried, because the file was
made by hand or the tool dropped it, the spans alone make the label (:mod:`extractor.evaluation.interchange.values`),
and what nobody said is listed, so that a person can look at it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from extractor.articles.build import article_from_text
from extractor.evaluation.interchange.changes import changed_events
from extractor.evaluation.interchange.readings import read_events
from extractor.evaluation.interchange.values import Values
from extractor.scoring.labels import LabelledArticle

if TYPE_CHECKING:
    import datetime as dt

    from extractor.evaluation.interchange.marks import Marked


@dataclass(frozen=True, slots=True)
class Built:
    """A label, and what could not be said or kept."""

    label: LabelledArticle
    notes: tuple[str, ...]


def build_label(  # noqa: PLR0913 - one keyword for each thing that a file may leave unsaid
    marked: Marked,
    text: str,
    carried: LabelledArticle | None,
    *,
    id: str,  # noqa: A002 - the field's name
    kind: str,
    published: dt.date | None = None,
) -> Built:
    """Return the label that the spans mean.

    Args:
        marked: The spans of one person's reading.
        text: The article, line ends as LF.
        carried: The label that the file brought along; None: it brought none.
        id: The article's name in the new set.
        kind: In whose manner the article is taken to be written where nothing is carried.
        published: The day that stands beside the text, for where nothing is carried.
    """
    readings, stray = read_events(marked)
    head = _head(text, carried, kind, published)
    values = Values(text, head["published"])
    if carried is None:
        events = tuple(map(values.event, readings))
        day = head["published"] if published else f"read from the text, {head['published']}"
        said = f"publication date {day if head['published'] else 'unknown'}"
        values.notes.insert(0, f"no kind (taken as {kind}), country or traps came with it; {said}")
    else:
        events = tuple(changed_events(carried, readings, values))
    notes = [*values.notes, *(f"{values.said(mark)} is linked to no event: left out" for mark in stray)]
    return Built(LabelledArticle(**{**head, "id": id}, events=events), tuple(dict.fromkeys(notes)))


def _head(text: str, carried: LabelledArticle | None, kind: str, published: dt.date | None) -> dict[str, Any]:
    """Return what a label says about its article."""
    if carried is not None:
        return carried.model_dump(exclude={"events"})
    printed = article_from_text(text).published.printed
    return {"published": published or printed, "printed": printed is not None, "kind": kind}
