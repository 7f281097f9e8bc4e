"""Under which conditions an article is shown to a prompt, and what its label then demands.

The same labelled article can be asked about with its publication date given or held back, and as its reader saved it
or without the page furniture. A condition changes the question, so it may change the right answer: without a
publication date "on Friday" names no day, and a label that demands one would count an honest null as a miss. So where
the article is read with another date than the label assumes, those labelled days that the words alone do not name
become unresolved; their words stay.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from pydantic import BaseModel

from extractor.articles.build import article_from_text
from extractor.events.dates import resolve_when
from extractor.scoring.labels import LabelledWhen

if TYPE_CHECKING:
    from collections.abc import Iterable

    from extractor.articles.article import Article
    from extractor.evaluation.gold import GoldArticle
    from extractor.scoring.labels import LabelledArticle, LabelledEvent


class Conditions(BaseModel, frozen=True, extra="forbid"):
    """How articles are shown."""

    date: Literal["given", "stripped"] = "given"
    """Whether the publication date is given beside the text; a date that the text prints is read either way."""
    furniture: Literal["kept", "removed"] = "kept"
    """Whether menus, offers and the like stay in the text; what is furniture, the reader of articles decides."""

    def __str__(self) -> str:
        return f"date {self.date}, furniture {self.furniture}"


AS_GIVEN: Final = Conditions()


@dataclass(frozen=True, slots=True)
class Case:
    """One labelled article under its conditions: what is asked about, and what would be right."""

    article: Article
    label: LabelledArticle

    @property
    def id(self) -> str:
        """The article's name in the set."""
        return self.label.id


def make_case(label: LabelledArticle, text: str, conditions: Conditions = AS_GIVEN) -> Case:
    """Return the article ``text`` as ``conditions`` show it, with its label as they leave it.

    Raises:
        InputError: The text holds nothing.
    """
    published = label.published if conditions.date == "given" else None
    article = article_from_text(text, published=published, id=label.id, source=label.id)
    if conditions.furniture == "removed":
        bare = _without_furniture(article)
        article = article_from_text(bare, published=published, id=label.id, source=label.id)
    if article.published.date == label.published:
        return Case(article, label)
    return Case(article, label.model_copy(update={"events": tuple(map(_undated, label.events))}))


def cases_of(articles: Iterable[GoldArticle], conditions: Conditions = AS_GIVEN) -> dict[str, Case]:
    """Return the cases of labelled articles by name, in their order."""
    return {article.id: make_case(article.label, article.text, conditions) for article in articles}


def _without_furniture(article: Article) -> str:
    """Return the text without the sentences that are furniture; all of it where nothing else would be left."""
    pieces, place = [], 0
    for sentence in article.sentences:
        if sentence.furniture:
            pieces.append(article.text[place : sentence.start])
            place = sentence.end
    kept = "".join([*pieces, article.text[place:]])
    return kept if kept.strip() else article.text


def _undated(event: LabelledEvent) -> LabelledEvent:
    """Return ``event`` with the days unresolved that only the publication date gave."""
    when = _words_alone(event.when)
    return event.model_copy(update={"when": when, "or_when": tuple(map(_words_alone, event.or_when))})


def _words_alone(when: LabelledWhen) -> LabelledWhen:
    known = resolve_when(when.words, None)
    if (known.start, known.end) == (when.start, when.end):
        return when
    return LabelledWhen(words=when.words)
