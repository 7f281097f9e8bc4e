"""From the tasks of a file to a labelled set: articles, the labels to score against, and those of single annotators.

What a file calls ground truth, or all of it where only one person labelled, becomes ``labels/``. Where several did,
each has a folder in ``annotators/``, as with people who label blind (docs/labelling.md), and the label is still to be
decided. All that cannot be placed is named at once; then every label goes through the checks of ``eval validate``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from extractor.errors import InputError
from extractor.evaluation.gold import GoldArticle, GoldError, half_of
from extractor.evaluation.interchange.labels import build_label
from extractor.evaluation.interchange.marks import STANDINGS, STATUSES, Link, Mark, Marked, known_label
from extractor.evaluation.interchange.offsets import MisplacedError, locate, short, with_line_feeds
from extractor.evaluation.interchange.tasks import SHOWN, refuse
from extractor.evaluation.labels.checks import check_label
from extractor.evaluation.labels.files import MAX_BYTES
from extractor.evaluation.labels.naming import free_name, id_of, plain_name
from extractor.evaluation.labels.saving import layer_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from extractor.evaluation.interchange.offsets import Unit
    from extractor.evaluation.interchange.tasks import Task, Tasks, TaskSpan

_ALLOWED: Final = {"status": STATUSES, "standing": STANDINGS}


@dataclass(frozen=True)
class Imported:
    """A set to be written: labelled articles by the folder of their labels, and what a person should know."""

    layers: Mapping[str, tuple[GoldArticle, ...]]
    notes: tuple[str, ...]
    hidden: tuple[str, ...]
    """Notes about articles of the half test, whose words they quote."""


def import_tasks(found: Tasks, *, unit: Unit | None, kind: str) -> Imported:
    """Turn tasks into labelled articles.

    Args:
        found: What a file holds.
        unit: What its offsets count; None: what the file declares, or its tool is known for.
        kind: In whose manner an article is taken to be written where the file doesn't say.

    Raises:
        InputError: Texts or spans that cannot be used, or nothing to import; all are named at once.
        GoldError: Labels that ``eval validate`` would refuse.
    """
    if not found.tasks:
        said = "; ".join(found.notes[:SHOWN])
        raise InputError(f"there is no labelled task to import{': ' if said else ''}{said}")
    names = _named(found.tasks)
    importing = _Importing(unit, kind)
    labelled: dict[str, dict[str, tuple[GoldArticle, str]]] = {}
    for task, layer in zip(found.tasks, _layers(found.tasks), strict=True):
        article = importing.article(task, names[task.name, task.text])
        here = labelled.setdefault(layer, {})
        if article and article.id in here:
            other = here[article.id][1]
            importing.problems.append(f"{task.where}: is a second reading of {article.id!r} by one person, as {other}")
        elif article:
            here[article.id] = (article, task.where)
    refuse(importing.problems, hint="nothing was written; docs/labelling.md says how places are found")
    _check(pair for here in labelled.values() for pair in here.values())
    layers = {layer: tuple(article for article, _ in here.values()) for layer, here in labelled.items()}
    return Imported(layers, (*found.notes, *importing.notes), tuple(importing.hidden))


@dataclass(frozen=True)
class _Importing:
    """Turns tasks into labelled articles, and collects what is to be said and what is wrong."""

    unit: Unit | None
    kind: str
    notes: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def article(self, task: Task, id_: str) -> GoldArticle | None:
        """Return the labelled article; None where it has problems."""
        text = with_line_feeds(task.text)
        wrong = _unusable(text)
        if wrong:
            self.problems.append(f"{task.where}: {wrong}")
            return None
        notes = [task.carried.problem] if task.carried.problem else []
        before = len(self.problems)
        marked = self._marked(task, notes)
        if len(self.problems) > before:
            return None
        carried = task.carried.label
        built = build_label(marked, text, carried, id=id_, kind=self.kind, published=task.published)
        about = self.hidden if half_of(id_) == "test" else self.notes
        about.extend(f"{task.where}: {note}" for note in (*notes, *built.notes))
        return GoldArticle(built.label, text)

    def _marked(self, task: Task, notes: list[str]) -> Marked:
        """Return spans and links of a task; an unknown label leaves a span out, one without a place is a problem."""
        unit = self.unit or task.unit
        marks: dict[str, Mark] = {}
        said: dict[Mark, Mapping[str, str]] = {}
        moved = 0
        for span in task.spans:
            label = known_label(span.label)
            if label is None:
                words = f", {short(span.claim.words)}" if span.claim.words else ""
                notes.append(f"{span.id} has the unknown label {span.label!r}{words}: left out")
                continue
            try:
                place = locate(task.text, span.claim, unit)
            except MisplacedError as exc:
                self.problems.append(f"{task.where}: {span.id} ({span.label}): {exc}")
                continue
            moved += place.moved
            mark = Mark(place.start, place.end, label)
            # A tool may let one region have several labels; its relations then start at the first.
            marks.setdefault(span.id, mark)
            said[mark] = {**said.get(mark, {}), **_choices(span)}
        if moved:
            notes.append(f"{moved} span(s) taken where their words stand, not at their {unit} offset")
        links = tuple(
            Link(marks[link.source], link.kind.strip().casefold(), marks[link.target])
            for link in task.links
            if link.source in marks and link.target in marks
        )
        return Marked(tuple(said), links, {mark: choices for mark, choices in said.items() if choices})


def _unusable(text: str) -> str:
    """Return what is wrong with a text; empty: nothing."""
    if not text.strip():
        return "the text is empty"
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        return "the text holds half a character (a lone surrogate)"
    return f"the text is larger than {MAX_BYTES:,} bytes" if size > MAX_BYTES else ""


def _choices(span: TaskSpan) -> dict[str, str]:
    said = {name: value.strip().casefold() for name, value in span.said.items()}
    return {name: value for name, value in said.items() if value in _ALLOWED[name]}


def _named(tasks: Iterable[Task]) -> dict[tuple[str, str], str]:
    """Return the id of every article, by name and text: what the file calls it, as far as that is free."""
    names: dict[tuple[str, str], str] = {}
    for task in tasks:
        if (task.name, task.text) not in names:
            names[task.name, task.text] = free_name(id_of(task.name), set(names.values()))
    return names


def _layers(tasks: tuple[Task, ...]) -> list[str]:
    """Return the folder of each task's label."""
    people = {task.annotator for task in tasks if not task.truth}
    alone = len(people) == 1 and not any(task.truth for task in tasks)
    names: dict[str | None, str] = {}
    for person in sorted(people, key=lambda one: one or ""):
        names[person] = free_name(_nickname(person or ""), set(names.values()))
    return [layer_of(None if task.truth or alone else names[task.annotator]) for task in tasks]


def _nickname(person: str) -> str:
    """Return the name of a person's folder: of an address its person, else the name itself."""
    last = re.split(r"[/#:]", person.partition("@")[0].rstrip("/"))[-1]
    return plain_name(last)[:28].rstrip("-") or "unknown"


def _check(articles: Iterable[tuple[GoldArticle, str]]) -> None:
    """Refuse labels that are not true to their article.

    Raises:
        GoldError: With everything that is wrong, up to 40 in the message.
    """
    today = datetime.now(UTC).date()
    flaws = [flaw for one, where in articles for flaw in check_label(one.label, one.text, where, today=today)]
    if flaws:
        said = "; ".join(map(str, flaws[:SHOWN])) + (" …" if len(flaws) > SHOWN else "")
        raise GoldError(
            f"{len(flaws)} error(s) in the labels: {said}",
            hint="nothing was written; correct them in the tool and export again",
            flaws=flaws,
        )
