"""Data and documents: JSON, JSON lines, CSV and Markdown, written article by article.

A document is two methods that return text: ``add`` for each article as it is done, ``end`` after the last. JSON and
JSON lines hold everything, untouched, in the order of docs/schema.md. CSV and Markdown are projections for people:
line breaks and control characters in their texts become spaces or visible signs, and what a spreadsheet would run as
a formula, or a Markdown viewer as markup, is disarmed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

from extractor.events.tolls import bounds
from extractor.events.vocabulary import CheckResult, Measure, Outcome, Role
from extractor.render import wording
from extractor.render.csv_lines import csv_lines
from extractor.render.terminal import clean_for_terminal

if TYPE_CHECKING:
    from extractor.articles.article import Article
    from extractor.events.summary import EventSummary, Extraction
    from extractor.render.csv_lines import Cell


class Document(Protocol):
    """A file or stream in the making."""

    def add(self, article: Article, extraction: Extraction) -> str:
        """Return the text that this article adds."""
        ...

    def end(self) -> str:
        """Return the text that ends the document."""
        ...


class Json:
    """One object, or with ``several`` an array of them; indented, UTF-8, never ASCII escapes."""

    def __init__(self, *, several: bool) -> None:
        self._several = several
        self._count = 0

    def add(self, article: Article, extraction: Extraction) -> str:  # noqa: ARG002 - the protocol's signature
        """Return the extraction as JSON."""
        self._count += 1
        return f"{self._before()}{extraction.model_dump_json(indent=2)}"

    def end(self) -> str:
        """Close the array; nothing at all where one object was expected and its input failed."""
        if self._several:
            return "\n]\n" if self._count else "[]\n"
        return "\n" if self._count else ""

    def _before(self) -> str:
        if not self._several:
            return ""
        return "[\n" if self._count == 1 else ",\n"


class JsonLines:
    """One object per line and article."""

    def add(self, article: Article, extraction: Extraction) -> str:  # noqa: ARG002 - the protocol's signature
        """Return the extraction as one line of JSON."""
        return f"{extraction.model_dump_json()}\n"

    def end(self) -> str:
        """Return nothing: lines need no end."""
        return ""


_TOLLS = (Measure.KILLED, Measure.INJURED)
_COUNTS = tuple(f"{measure}_{bound}" for measure in _TOLLS for bound in ("min", "max"))

COLUMNS = (
    "article_id", "source", "title", "url", "language", "published", "published_basis", "outcome", "problem",
    "event_id", "type", "status", "standing", "territory_change", "summary",
    "when_words", "start", "end", "when_basis", "when_precision",
    "where_words", "country", "admin1", "settlement", "lat", "lon", "geonameid", "where_precision",
    *(f"{role}s" for role in Role), *_COUNTS, "counts", "sentences", "quotes", "failed_checks", "prompt", "model",
)  # fmt: skip
"""The columns of the CSV in their order (docs/cli.md): one row per event; an article without events has one row with
empty event columns, so that no article disappears. ``killed_min`` … are the smallest minimum and the largest maximum
over the rows that count everybody; every count, with its words and source, is in ``counts``."""


class Csv:
    """One row per event under :data:`COLUMNS`; texts are quoted and disarmed, numbers are bare."""

    def __init__(self) -> None:
        self._header = True

    def add(self, article: Article, extraction: Extraction) -> str:  # noqa: ARG002 - the protocol's signature
        """Return the article's rows, with the header before the first."""
        head, self._header = [COLUMNS] if self._header else [], False
        common = _article_cells(extraction)
        cells = (common | (_event_cells(event) if event else {}) for event in extraction.events or (None,))
        return csv_lines([*head, *([row.get(column) for column in COLUMNS] for row in cells)])

    def end(self) -> str:
        """Return the header where there was no article at all, else nothing."""
        return csv_lines([COLUMNS]) if self._header else ""


def _article_cells(extraction: Extraction) -> dict[str, Cell]:
    article, problem = extraction.article, extraction.problem
    return {
        "article_id": article.id,
        "source": article.source,
        "title": article.title,
        "url": article.url,
        "language": article.language,
        "published": str(extraction.published.date or ""),
        "published_basis": extraction.published.basis,
        "outcome": extraction.outcome.value,
        "problem": f"{problem.kind}: {problem.message}" if problem else None,
        "prompt": extraction.provenance.prompt,
        "model": extraction.provenance.model,
    }


def _event_cells(event: EventSummary) -> dict[str, Cell]:
    when, where = event.when, event.where
    by_role = {f"{role}s": "; ".join(a.name for a in event.actors if a.role is role) for role in Role}
    return {
        "event_id": event.id,
        "type": event.type.value,
        "status": event.status.value,
        "standing": event.standing.value,
        "territory_change": event.territory_change.value,
        "summary": event.summary,
        "when_words": when.words,
        "start": str(when.start or ""),
        "end": str(when.end or ""),
        "when_basis": when.basis.value,
        "when_precision": when.precision.value,
        "where_words": where.words,
        "country": where.country,
        "admin1": where.admin1,
        "settlement": where.settlement,
        "lat": where.lat,
        "lon": where.lon,
        "geonameid": where.geonameid,
        "where_precision": where.precision.value,
        **by_role,
        **{f"{m}_{bound}": n for m in _TOLLS for bound, n in zip(("min", "max"), bounds(event.counts, m), strict=True)},
        "counts": "; ".join(wording.count_line(count) for count in event.counts),
        "sentences": " ".join(str(evidence.sentence) for evidence in event.evidence),
        "quotes": " | ".join(evidence.quote for evidence in event.evidence),
        "failed_checks": "; ".join(wording.check_line(check) for check in wording.failed(event.checks)),
    }


class Markdown:
    """A report that reads well in any Markdown viewer; with ``explain`` every check of every event."""

    def __init__(self, *, explain: bool = False) -> None:
        self._explain = explain
        self._first = True

    def add(self, article: Article, extraction: Extraction) -> str:
        """Return one article's section."""
        lines = [] if self._first else ["---", ""]
        self._first = False
        lines += [f"# {escape(wording.headline_of(extraction))}", "", escape(wording.facts_line(extraction)), ""]
        lines += [f"- note: {escape(warning)}" for warning in extraction.article.warnings]
        if extraction.problem is not None:
            problem = extraction.problem
            lines += [f"**{extraction.outcome}**: {escape(problem.message)}. {escape(problem.hint)}", ""]
        elif not extraction.events and extraction.outcome is Outcome.OK:
            lines += ["No events were found in this article.", ""]
        for number, event in enumerate(extraction.events, start=1):
            lines += self._event(article, number, event)
        lines += [f"*{escape(wording.made_by(extraction))}*", ""]
        return "\n".join(lines) + "\n"

    def end(self) -> str:
        """Return nothing: a report needs no end."""
        return ""

    def _event(self, article: Article, number: int, event: EventSummary) -> list[str]:
        lines = ["", f"## {number}. {escape(wording.kind_of(event))}", "", escape(event.summary), ""]
        lines += [
            f"- when: {escape(wording.when_line(event.when))}",
            f"- where: {escape(wording.where_line(event.where))}",
        ]
        lines += [f"- {actor.role}: {escape(wording.actor_line(actor))}" for actor in event.actors]
        lines += [f"- {escape(wording.count_line(count))}" for count in event.counts]
        shown = event.checks if self._explain else wording.failed(event.checks)
        for check in shown:
            context = wording.around(article, check) if self._explain else None
            seen = f" — {escape(context[0])}**{escape(context[1])}**{escape(context[2])}" if context else ""
            lines.append(f"- {_RESULTS[check.result]}: {escape(wording.check_line(check))}{seen}")
        for evidence in event.evidence:
            said = wording.speaker_line(evidence)
            lines += [
                "",
                f"> {escape(evidence.quote)} ({f'{escape(said)}, ' if said else ''}sentence {evidence.sentence})",
            ]
        return [*lines, ""]


_RESULTS = {
    CheckResult.PASSED: "check passed",
    CheckResult.FAILED: "**check failed**",
    CheckResult.NOT_APPLICABLE: "check not applicable",
}

_MARKUP = re.compile(r"[\\`*\[\]|~$]|(?<![^\W_])_|_(?![^\W_])")
"""What opens markup inside a line; an underscore does so only at the edge of a word."""
_LINE_START = re.compile(r"^( *)([#+\-=]|\d+[.)])")
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "@": "&#64;"})
_LINK = re.compile(r":(?=//)|(?<=www)\.", re.IGNORECASE)


def escape(text: str) -> str:
    """Return ``text`` on one line, with everything that Markdown or HTML would act on shown as itself.

    Bare URLs, addresses and mentions stay readable but are no links: an article must not place one in a report.
    """
    line = _MARKUP.sub(lambda match: f"\\{match[0]}", clean_for_terminal(text)).translate(_ENTITIES)
    line = _LINK.sub(lambda match: f"&#{ord(match[0])};", line)
    return _LINE_START.sub(lambda match: f"{match[1]}{match[2][:-1]}\\{match[2][-1]}", line)
