"""The labelled set on disk: articles, their labels, the two halves, and the digest that names its content.

::

    gold/
      articles/<id>.txt            the article as a reader would have saved it
      labels/<id>.toml             what it reports, by a person's reading (scoring/labels.py)
      annotators/a/<id>.toml       the same by one annotator alone, b by another, blind

*Halves.* ``dev`` is looked at while prompts are written, ``test`` decides. Which half an article belongs to depends on
its id alone: the first byte of ``SHA-256("extractor-gold:" + id)`` is even for dev, odd for test. So nobody chooses,
and an article added later moves no other.

*Digest.* Figures are only worth comparing on the same set, so a set is named by a tagged hash over its sorted ids, each
with the hash of its text and of its label's meaning: line ends, comments and notes don't change it, anything that could
change a score does.

A set with an error in it is refused whole: all errors are named at once, each with file and field
(:mod:`extractor.evaluation.labels.checks` says what is looked for).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePath
from typing import TYPE_CHECKING, Final, Literal

from extractor.errors import UsageError
from extractor.evaluation.labels.checks import check_label
from extractor.evaluation.labels.files import read_labels, read_texts
from extractor.evaluation.labels.flaws import Flaw, errors_in
from extractor.evaluation.shipped import evals_folder

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from extractor.scoring.labels import LabelledArticle

Half = Literal["dev", "test"]
LABELS: Final = "labels"
ARTICLES: Final = "articles"
ANNOTATORS: Final = "annotators"
_SHOWN: Final = 40
"""So many problems stand in an error message; ``extractor eval validate`` prints them all."""


class GoldError(UsageError):
    """A labelled set that cannot be used; ``flaws`` holds everything that is wrong with it."""

    def __init__(self, message: str, *, hint: str = "", flaws: Sequence[Flaw] = ()) -> None:
        super().__init__(message, hint=hint)
        self.flaws = tuple(flaws)


@dataclass(frozen=True, slots=True)
class GoldArticle:
    """A labelled article."""

    label: LabelledArticle
    text: str

    @property
    def id(self) -> str:
        """Its name in the set."""
        return self.label.id

    @property
    def half(self) -> Half:
        """The half it belongs to."""
        return half_of(self.id)


@dataclass(frozen=True, slots=True)
class GoldSet:
    """All labelled articles, by id."""

    folder: Path
    articles: tuple[GoldArticle, ...]
    digest: str

    def part(self, half: Half | Literal["all"]) -> tuple[GoldArticle, ...]:
        """Return the articles of one half, or all."""
        return tuple(article for article in self.articles if half in ("all", article.half))

    def article(self, id: str) -> GoldArticle:  # noqa: A002 - the field's name
        """Return the article ``id``.

        Raises:
            UsageError: There is none.
        """
        for article in self.articles:
            if article.id == id:
                return article
        from difflib import get_close_matches  # noqa: PLC0415 - only for the hint

        near = get_close_matches(id, [article.id for article in self.articles], n=1)
        hint = f"did you mean {near[0]!r}?" if near else "extractor eval coverage --articles lists them"
        raise UsageError(f"the labelled set {str(self.folder)!r} has no article {id!r}", hint=hint)


def half_of(id: str) -> Half:  # noqa: A002 - the field's name
    """Return the half that an article belongs to by its id."""
    return "dev" if hashlib.sha256(f"extractor-gold:{id}".encode()).digest()[0] % 2 == 0 else "test"


def gold_folder(folder: Path | None = None) -> Path:
    """Return ``folder``, or the set that comes with extractor (in a source checkout or an installed package).

    Raises:
        GoldError: There is no such folder, or it holds no articles.
    """
    chosen = evals_folder() / "gold" if folder is None else folder
    if not (chosen / ARTICLES).is_dir():
        hint = f"a labelled set is a folder with {ARTICLES}/<id>.txt and {LABELS}/<id>.toml"
        raise GoldError(f"{str(chosen)!r} is no labelled set", hint=hint)
    return chosen


def read_gold(folder: Path | None = None, *, labels: str = LABELS, partial: bool = False) -> GoldSet:
    """Read and check a labelled set.

    Args:
        folder: Where it lies; None: the shipped one.
        labels: Folder of the labels inside it; ``annotators/a`` reads what one annotator wrote.
        partial: Articles without a label are left out rather than an error.

    Raises:
        GoldError: The set has errors; the message names them all, up to 40.
    """
    root = gold_folder(folder)
    articles, flaws = examine(root, labels=labels, partial=partial)
    wrong = errors_in(flaws)
    if wrong:
        said = "; ".join(map(str, wrong[:_SHOWN])) + (" …" if len(wrong) > _SHOWN else "")
        raise GoldError(
            f"the labelled set {str(root)!r} has {len(wrong)} error(s): {said}",
            hint=f"extractor eval validate {root}{'' if labels == LABELS else f' --labels {labels}'} lists all of them",
            flaws=wrong,
        )
    if not articles:
        raise GoldError(f"the labelled set {str(root)!r} holds no labelled article in {labels!r}")
    return GoldSet(root, tuple(articles), digest_of(articles))


def examine(
    folder: Path,
    *,
    labels: str = LABELS,
    today: dt.date | None = None,
    advice: bool = False,
    partial: bool = False,
) -> tuple[list[GoldArticle], list[Flaw]]:
    """Read a set as far as it can be read.

    Args:
        folder: The set.
        labels: Folder of the labels inside it.
        today: No article is published later; by default the present day.
        advice: Also give warnings: where code reads a date or a number otherwise than the labeller.
        partial: An article without a label is nothing wrong.

    Returns:
        The articles that have a text and a readable label, by id, and everything that is wrong.
    """
    texts, flaws = read_texts(folder / ARTICLES, folder)
    found, more = read_labels(folder / labels, folder)
    flaws += more
    if not found and not more:
        return [], [*flaws, Flaw(labels, "", "there are no labels in this folder")]
    # A file that cannot be read has been named already; that its other half is alone says nothing more.
    named = {PurePath(flaw.file).stem for flaw in flaws}
    articles = []
    today = today or datetime.now(UTC).date()
    for id_, (file, label) in sorted(found.items()):
        if id_ in texts:
            articles.append(GoldArticle(label, texts[id_]))
            flaws += check_label(label, texts[id_], file, today=today, advice=advice)
        elif id_ not in named:
            flaws.append(Flaw(file, "", f"there is no article {ARTICLES}/{id_}.txt for this label"))
    if not partial:
        flaws += [
            Flaw(f"{ARTICLES}/{id_}.txt", "", f"there is no label {labels}/{id_}.toml for this article")
            for id_ in sorted(texts.keys() - found.keys() - named)
        ]
    return articles, flaws


def digest_of(articles: Iterable[GoldArticle]) -> str:
    """Return the tagged hash of a set's content; the order of ``articles`` does not matter."""
    whole = hashlib.sha256(b"extractor gold 1\n")
    for article in sorted(articles, key=lambda each: each.id):
        text = hashlib.sha256(article.text.encode()).hexdigest()
        label = hashlib.sha256(_meaning(article.label).encode()).hexdigest()
        whole.update(f"{article.id} {text} {label}\n".encode())
    return f"sha256:{whole.hexdigest()}"


def _meaning(label: LabelledArticle) -> str:
    """Return a label without notes and without values that only repeat a default."""
    # Events hold notes too, and their other values must keep their order.
    return label.model_dump_json(exclude={"note": True, "events": {"__all__": {"note"}}}, exclude_defaults=True)


def refuse_test_half(articles: Iterable[GoldArticle], *, not_tuning: bool) -> None:
    """Refuse to show articles of the test half to somebody who may be writing prompts.

    Raises:
        UsageError: One of ``articles`` belongs to it, and ``not_tuning`` was not said.
    """
    if not_tuning:
        return
    hidden = sum(article.half == "test" for article in articles)
    if hidden:
        raise UsageError(
            f"{hidden} of these articles belong to the half test, which nobody reads who writes prompts",
            hint="use --half dev, or say --i-am-not-tuning",
        )
