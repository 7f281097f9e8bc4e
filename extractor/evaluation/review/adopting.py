"""Reviewed articles become articles of a labelled set of one's own.

A text that the set holds already is not taken twice. An id that the set has for another text gets a number; which half
an article belongs to follows from its id (:mod:`extractor.evaluation.gold`). Text and label are written one after the
other, so whoever is interrupted goes on with the same command.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from extractor.errors import UsageError
from extractor.evaluation.files import write_whole
from extractor.evaluation.gold import ARTICLES, LABELS, half_of
from extractor.evaluation.labels.files import read_labels, read_texts
from extractor.evaluation.labels.naming import free_name
from extractor.evaluation.labels.saving import NO_FILE, save_label
from extractor.evaluation.review.decisions import reviewed
from extractor.evaluation.set_files import refuse_shipped

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Adopted:
    """What came of it, by the articles' ids in the set."""

    taken: tuple[str, ...]
    there: tuple[str, ...]
    """Texts that the set had with a label before."""

    @property
    def test(self) -> int:
        """How many of the taken ones belong to the half test."""
        return sum(half_of(id_) == "test" for id_ in self.taken)


def adopt(folder: Path, into: Path, *, labels: str = LABELS) -> Adopted:
    """Copy the reviewed articles of ``folder`` into a set, with their labels.

    Args:
        folder: A set made by ``archive review``.
        into: A labelled set, or a new or empty folder.
        labels: Folder of the labels inside ``folder``; ``annotators/a`` is one annotator's.

    Raises:
        GoldError: ``folder`` has errors; nothing was written.
        UsageError: Nothing was reviewed; or the set is the shipped one, has errors or cannot be written.
        LabelConflictError: Somebody else labels the same article at the same moment.
    """
    refuse_shipped(into)
    if into.resolve() == folder.resolve():
        raise UsageError(f"{str(into)!r} is the review itself", hint="name another set with --into")
    articles = [article for article, _ in reviewed(folder, labels=labels)]
    if not articles:
        raise UsageError(f"nothing in {str(folder)!r} was reviewed", hint="save a label first: extractor serve --set")
    texts, flaws = read_texts(into / ARTICLES, into)
    done, wrong = read_labels(into / LABELS, into)
    if flaws or wrong:
        raise UsageError(f"{str(into)!r} has errors: {'; '.join(map(str, (flaws + wrong)[:5]))}", hint="eval validate")
    known = {text: id_ for id_, text in texts.items()}
    taken, there = [], []
    for article in articles:
        id_ = known.get(article.text) or free_name(article.id, texts)
        if id_ in done:
            there.append(id_)
            continue
        if id_ not in texts:
            _write(into / ARTICLES / f"{id_}.txt", article.text)
            texts[id_] = article.text
        save_label(into, LABELS, article.label.model_copy(update={"id": id_}), expected=NO_FILE)
        taken.append(id_)
    return Adopted(tuple(taken), tuple(there))


def _write(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, text)
    except OSError as error:
        raise UsageError(f"cannot write {str(file)!r}: {error.strerror}", hint="go on with the same command") from error
