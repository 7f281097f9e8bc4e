"""What the label pages work on: the files of one labelled set, and the readings that kept runs can suggest.

Nothing is held in memory between two requests: another program, another annotator or git may change any file, and the
next page shows it. The half ``test`` is only opened for those who say that they write no prompts, as on the command
line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from extractor.articles.build import article_from_text
from extractor.errors import StoreError, UsageError
from extractor.evaluation.gold import ARTICLES, LABELS, gold_folder, half_of
from extractor.evaluation.labels.adopting import suggested_events
from extractor.evaluation.labels.checks import check_label
from extractor.evaluation.labels.files import flaws_of, read_labels, read_texts
from extractor.evaluation.labels.flaws import Flaw, errors_in
from extractor.evaluation.labels.saving import annotators_of, label_file, layer_of, version_of
from extractor.evaluation.review.suggestions import read_suggestion, suggestion_file
from extractor.evaluation.runs import MANIFEST, load_run, named
from extractor.scoring.labels import LabelledArticle
from extractor.web.labelling.drafts import ACCEPT, REJECT, Draft, draft_of, event_draft, values_of

if TYPE_CHECKING:
    from pathlib import Path

    from extractor.articles.article import Article
    from extractor.evaluation.gold import Half
    from extractor.events.summary import Extraction

TAKEN_OVER: Final = "archive"
"""What the pages call what a run said about articles that were taken over from an archive, as suggestions."""
_INDEX: Final = re.compile(r"^events\[(\d+)\]")


class MissingArticleError(UsageError):
    """There is no such article in the set."""


class HiddenHalfError(UsageError):
    """The article belongs to the half test, and nobody said that no prompts are written here."""


@dataclass(frozen=True, slots=True)
class Row:
    """One article of the set: how many events each layer has labelled in it, None where it has not."""

    id: str
    half: Half
    words: int
    events: dict[str, int | None]
    taken_over: bool
    """A run's events wait to be reviewed."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What is wrong with a draft, and its label where nothing is."""

    label: LabelledArticle | None
    flaws: list[Flaw]


@dataclass(frozen=True, slots=True)
class Desk:
    """One labelled set, opened for labelling."""

    folder: Path
    runs: Path
    """Where evaluation runs are kept."""
    not_tuning: bool = False

    def rows(self) -> tuple[list[Row], list[Flaw]]:
        """Return all articles by id, and what is wrong with the set's files."""
        texts, flaws = read_texts(gold_folder(self.folder) / ARTICLES, self.folder)
        layers = {}
        for layer in self.layers():
            layers[layer], wrong = read_labels(self.folder / layer, self.folder)
            flaws += wrong
        rows = []
        for id_, text in sorted(texts.items()):
            events = {layer: _events(layers[layer].get(id_)) for layer in layers}
            taken_over = suggestion_file(self.folder, id_).is_file()
            rows.append(Row(id_, half_of(id_), len(text.split()), events, taken_over))
        return rows, flaws

    def layers(self) -> list[str]:
        """Return the folders of labels: the gold, then each annotator's."""
        return [LABELS, *(layer_of(name) for name in annotators_of(self.folder))]

    def text(self, id: str) -> str:  # noqa: A002 - the field's name
        """Return the text of an article.

        Raises:
            MissingArticleError: There is none of this name, or it cannot be read.
            HiddenHalfError: It belongs to the half test.
        """
        texts, flaws = read_texts(gold_folder(self.folder) / ARTICLES, self.folder)
        if id not in texts:
            broken = [str(flaw) for flaw in flaws if flaw.file == f"{ARTICLES}/{id}.txt"]
            said = f": {broken[0]}" if broken else ""
            raise MissingArticleError(f"the labelled set has no article {id[:64]!r}{said}")
        if half_of(id) == "test" and not self.not_tuning:
            raise HiddenHalfError(
                f"{id!r} belongs to the half test, which nobody reads who writes prompts",
                hint="who writes none starts extractor serve with --i-am-not-tuning",
            )
        return texts[id]

    def label(self, layer: str, id: str) -> tuple[LabelledArticle | None, str]:  # noqa: A002 - the field's name
        """Return the label that a layer has for an article, if any, and the version of its file.

        Raises:
            StoreError: The file is there and holds no label.
        """
        file = label_file(self.folder, layer, id)
        version = version_of(file)
        labels, flaws = read_labels(file.parent, self.folder) if file.is_file() else ({}, [])
        if id in labels:
            return labels[id][1], version
        broken = [flaw for flaw in flaws if flaw.file == file.relative_to(self.folder).as_posix()]
        if broken:
            raise StoreError("; ".join(map(str, broken)), hint="mend the file by hand first; nothing was changed")
        return None, version

    def draft(self, layer: str, id: str, suggest: str | None) -> tuple[Draft, str]:  # noqa: A002 - the field's name
        """Return what the form of an article starts with, and the version of the label it replaces.

        Args:
            layer: Whose label.
            id: Name of the article.
            suggest: Name of a kept run whose events are proposed, each waiting for a verdict; None: the label as it
                is, or an empty form.

        Raises:
            UsageError: There is no such run, or it holds nothing about this text.
        """
        text = self.text(id)
        label, version = self.label(layer, id)
        if suggest is None:
            return (draft_of(label) if label else _fresh(text)), version
        extraction = self._suggestion(suggest, id, text)
        start = draft_of(label) if label else _fresh(text, extraction)
        events = tuple(event_draft(event, suggested=True) for event in suggested_events(extraction))
        return start.model_copy(update={"events": events}), version

    def sources(self, id: str) -> list[str]:  # noqa: A002 - the field's name
        """Return the names of what can suggest a reading of this article, or might: runs are not opened for it."""
        taken = [TAKEN_OVER] if suggestion_file(self.folder, id).is_file() else []
        return taken + sorted(path.parent.name for path in self.runs.glob(f"*/{MANIFEST}"))

    def _suggestion(self, name: str, id: str, text: str) -> Extraction:  # noqa: A002 - the field's name
        if name == TAKEN_OVER:
            extraction = read_suggestion(self.folder, id)
        else:
            row = load_run(self.runs / named(name), unfinished=True).by_article.get((id, 0))
            if row is None:
                raise UsageError(f"the run {name!r} holds no article {id!r}", hint="choose another run, or none")
            extraction = row.extraction
        if extraction.article.sha256 != article_from_text(text).sha256:
            raise UsageError(
                f"{name!r} is about another text of {id!r}", hint="runs without page furniture cannot suggest"
            )
        return extraction

    def examine(self, draft: Draft, layer: str, id: str, *, decided: bool = True) -> Checked:  # noqa: A002 - as above
        """Check a draft with the functions of ``extractor eval validate``.

        Args:
            draft: What is in the form.
            layer: Whose label it is.
            id: Name of the article.
            decided: Every suggestion must have been accepted or rejected.

        Returns:
            Flaws with the fields of the draft; warnings are among them, and do not keep a label from being one.
        """
        text = self.text(id)
        file = f"{layer}/{id}.toml"
        values, kept = values_of(draft, id)
        undecided = [
            Flaw(file, f"events[{number}].verdict", "is a suggestion: accept it, corrected or not, or reject it")
            for number, event in enumerate(draft.events)
            if decided and event.suggested and event.verdict not in (ACCEPT, REJECT)
        ]
        try:
            label = LabelledArticle.model_validate(values)
        except ValidationError as error:
            return Checked(None, undecided + [_in_draft(flaw, kept) for flaw in flaws_of(error, file)])
        found = check_label(label, text, file, today=datetime.now(UTC).date(), advice=True)
        flaws = undecided + [_in_draft(flaw, kept) for flaw in found]
        return Checked(None if errors_in(flaws) else label, flaws)

    def both(self, first: str, second: str) -> list[tuple[LabelledArticle, LabelledArticle]]:
        """Return the labels of all articles that two layers have labelled."""
        one, other = (read_labels(self.folder / layer, self.folder)[0] for layer in (first, second))
        return [(label, other[id_][1]) for id_, (_, label) in sorted(one.items()) if id_ in other]


def _events(found: tuple[str, LabelledArticle] | None) -> int | None:
    return None if found is None else len(found[1].events)


def _fresh(text: str, extraction: Extraction | None = None) -> Draft:
    """Return an empty form; what code reads off the text, or a run was told, about the date is filled in."""
    article: Article = article_from_text(text)
    told = None if extraction is None else extraction.published.date
    day = told or article.published.printed
    printed = article.published.printed is not None
    furniture = any(sentence.furniture for sentence in article.sentences)
    return Draft(published=str(day or ""), printed="on" if printed else "", furniture="on" if furniture else "")


def _in_draft(flaw: Flaw, kept: list[int]) -> Flaw:
    """Return a flaw of the label with the event's number in the form, which holds rejected events too."""
    field = _INDEX.sub(lambda match: f"events[{kept[int(match[1])]}]", flaw.field)
    return Flaw(flaw.file, field, flaw.message, flaw.severity)
