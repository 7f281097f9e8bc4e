"""The HTML of the label pages: a list of the set, the form beside its article, two labels side by side."""

from __future__ import annotations

import difflib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from extractor.articles.build import article_from_text
from extractor.evaluation.gold import LABELS, half_of
from extractor.evaluation.labels.agreement import agreement_scores, said_events
from extractor.evaluation.labels.flaws import errors_in
from extractor.evaluation.labels.toml import to_toml
from extractor.evaluation.labels.vocabulary import KINDS, TRAPS
from extractor.events.vocabulary import EventType, Measure, Standing, Status, Who
from extractor.render.wording import label as words_of
from extractor.scoring.report import summarise
from extractor.scoring.score import score_article
from extractor.web.labelling.desk import TAKEN_OVER
from extractor.web.labelling.drafts import ActorDraft, Draft
from extractor.web.labelling.passages import COLOURS, lines_of
from extractor.web.templates import template

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractor.evaluation.labels.flaws import Flaw
    from extractor.evaluation.labels.saving import LabelConflictError
    from extractor.scoring.labels import LabelledArticle, LabelledEvent
    from extractor.web.labelling.desk import Desk

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
"""What a browser may do with a label page: our own script and style sheet, and sending the form to us."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One filled form: whose label of which article, as what version, and what is to be said about it."""

    id: str
    text: str
    annotator: str | None
    draft: Draft
    version: str
    suggest: str | None = None
    flaws: Sequence[Flaw] = ()
    message: str = ""
    """What happened: checked, saved."""
    focus: str = ""
    """Path of the field that the cursor goes to."""
    conflict: LabelConflictError | None = None
    sources: Sequence[str] = ()
    written: LabelledArticle | None = None
    """In a conflict: the label that could not be saved."""
    vocabulary: dict[str, Any] = field(
        default_factory=lambda: {
            "types": list(EventType),
            "statuses": list(Status),
            "standings": list(Standing),
            "measures": list(Measure),
            "vocabulary_who": list(Who),
            "kinds": KINDS,
            "traps": TRAPS,
        }
    )


def sheet_page(sheet: Sheet) -> str:
    """Return the form of one label beside its article."""
    article = article_from_text(sheet.text)
    wrong = errors_in(sheet.flaws)
    return template("labelling/label.html.jinja").render(
        sheet=sheet,
        draft=_with_spare_rows(sheet.draft),
        lines=lines_of(article, sheet.draft),
        language=article.language,
        half=half_of(sheet.id),
        errors=wrong,
        warnings=[flaw for flaw in sheet.flaws if flaw.severity == "warning"],
        at=_finder(sheet.flaws),
        colours=COLOURS,
        data=_inert_json(sheet.text),
        difference=_difference(sheet),
        **sheet.vocabulary,
    )


def _with_spare_rows(draft: Draft) -> Draft:
    """Return the draft with an empty row to type into at the end of the lists that nearly every event fills."""
    spare = ActorDraft()
    events = tuple(
        event.model_copy(
            update={
                "evidence": (*event.evidence, ""),
                "initiators": (*event.initiators, spare),
                "targets": (*event.targets, spare),
            }
        )
        for event in draft.events
    )
    return draft.model_copy(update={"events": events})


def _finder(flaws: Sequence[Flaw]) -> Any:  # noqa: ANN401 - a function for the template
    """Return what finds the flaws of a field: those with its own path, or that of a part of its list."""

    def at(path: str) -> list[Flaw]:
        return [flaw for flaw in flaws if flaw.field == path or flaw.field.startswith(f"{path}[")]

    def exactly(path: str) -> list[Flaw]:
        return [flaw for flaw in flaws if flaw.field == path]

    return {"field": at, "group": exactly}


def _inert_json(text: str) -> str:
    """Return the text as JSON that no tag can end: for a data block, which browsers do not run."""
    return json.dumps(text).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _difference(sheet: Sheet) -> list[str]:
    """Return what stands in the file against what was to be written, as a unified diff."""
    if sheet.conflict is None or sheet.written is None:
        return []
    theirs, mine = sheet.conflict.text.splitlines(), to_toml(sheet.written).splitlines()
    return list(difflib.unified_diff(theirs, mine, "in the file now", "yours", lineterm="", n=2))


def list_page(desk: Desk, annotator: str | None, pair: tuple[str, str] | None) -> str:
    """Return the list of a set's articles, who labelled what, and how far two of them agree."""
    rows, flaws = desk.rows()
    layers = desk.layers()
    if pair is None and len(layers) > 2:  # noqa: PLR2004 - the gold and two annotators
        pair = (layers[1], layers[2])
    return template("labelling/list.html.jinja").render(
        rows=rows,
        layers=layers,
        names={layer: _name(layer) for layer in layers},
        flaws=flaws,
        annotator=annotator,
        mine=LABELS if annotator is None else f"annotators/{annotator}",
        hidden=not desk.not_tuning,
        taken_over=TAKEN_OVER if any(row.taken_over for row in rows) else None,
        pair=pair,
        agreement=_agreement(desk, *pair) if pair else None,
    )


def _name(layer: str) -> str:
    return "the gold" if layer == LABELS else layer.split("/", 1)[1]


def _agreement(desk: Desk, first: str, second: str) -> dict[str, Any] | None:
    """Return how far two layers agree per slot; figures name no article, so both halves count."""
    pairs = desk.both(first, second)
    if not pairs:
        return None
    report = summarise(agreement_scores(pairs))
    return {
        "articles": report.articles,
        "slots": [(slot.value, figures.f1) for slot, figures in report.slots.items()],
        "all": report.event_f1,
        "events": report.detection.f1,
        "enums": [(enum.field, enum.accuracy.value) for enum in report.enums],
    }


@dataclass(frozen=True, slots=True)
class Choice:
    """Two readings of one event, or one that only one side has."""

    first: int | None
    second: int | None
    same: bool = False


def choices_of(first: LabelledArticle, second: LabelledArticle) -> list[Choice]:
    """Pair the events of two labels by the scorer's alignment, in the order of the first; lone ones follow."""
    pairs = {pair.labelled: pair.predicted for pair in score_article(first, said_events(second)).pairs}
    found = [
        Choice(i, pairs.get(i), same=i in pairs and event == second.events[pairs[i]])
        for i, event in enumerate(first.events)
    ]
    alone = sorted(set(range(len(second.events))) - set(pairs.values()))
    return found + [Choice(None, j) for j in alone]


def adjudication_page(
    id_: str, text: str, names: tuple[str, str], labels: tuple[LabelledArticle, LabelledArticle]
) -> str:
    """Return two labels side by side, with a choice for each event."""
    first, second = labels
    article = article_from_text(text)
    return template("labelling/adjudicate.html.jinja").render(
        id=id_,
        half=half_of(id_),
        names=names,
        lines=lines_of(article, Draft()),
        language=article.language,
        rows=[
            (
                choice,
                None if choice.first is None else shown_event(first.events[choice.first]),
                None if choice.second is None else shown_event(second.events[choice.second]),
            )
            for choice in choices_of(first, second)
        ],
    )


def shown_event(event: LabelledEvent) -> list[tuple[str, str]]:
    """Return an event's slots in words, in the same order for every event, so that two stand beside each other."""
    when, where = event.when, event.where
    days = "" if when.start is None and when.end is None else f"{when.start or '…'} to {when.end or '…'}"
    place = ", ".join(filter(None, (where.settlement, where.admin1, where.country)))
    return [
        ("type", " or ".join(map(words_of, (event.type, *event.alt_types)))),
        ("status", " or ".join(map(words_of, (event.status, *event.alt_status)))),
        ("standing", f"{event.standing}{' (optional)' if event.optional else ''}"),
        ("when", _worded(when.words, days) + _more(len(event.or_when))),
        ("where", _worded(where.words, place) + _more(len(event.or_where))),
        ("initiators", "; ".join(actor.names[0] for actor in event.initiators)),
        ("targets", "; ".join(actor.names[0] for actor in event.targets)),
        ("counts", "; ".join(f"{one.measure} {one.who}: “{one.words}”" for one in event.counts)),
        ("evidence", " … ".join(event.evidence)),
    ]


def _worded(words: str | None, meaning: str) -> str:
    return " = ".join(filter(None, (f"“{words}”" if words else "", meaning)))


def _more(readings: int) -> str:
    return f" (or {readings} more)" if readings else ""


def problem_page(title: str, message: str, hint: str) -> str:
    """Return the page that says why something cannot be done."""
    return template("labelling/problem.html.jinja").render(title=title, message=message, hint=hint)
