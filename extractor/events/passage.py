"""What a check looks at: the sentences quoted for one event, inside their article.

A value is best supported by a quoted sentence. Reporters also set a scene once and go on ("In Kabul on Monday … Later,
a second blast …"), so time and place may come from the sentence before, from the headline or from the same paragraph:
that is the *scene*, and whatever is found there is said to be so.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from extractor.events.countries import countries_in
from extractor.events.cues import type_cues
from extractor.events.measures import Clauses
from extractor.events.mentions import Mention, mentions
from extractor.events.negation import Negations
from extractor.events.summary import Check
from extractor.events.view import visible
from extractor.events.vocabulary import CheckName, CheckResult, EventType

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extractor.articles.article import Article, Sentence
    from extractor.events.cues import Hit
    from extractor.events.summary import Span
    from extractor.events.view import View


@dataclass(frozen=True, eq=False)
class Reading:
    """What the checks need to know of one sentence, read when first asked, once however many events quote it."""

    view: View
    tokens: range
    """Indices into the view's tokens."""
    _cues: dict[EventType, tuple[Hit, ...]] = field(default_factory=dict, repr=False)

    def cues(self, type_: EventType) -> tuple[Hit, ...]:
        """Return the sentence's words for an event type; none for a type that has no words of its own."""
        found = self._cues.get(type_)
        if found is None:
            table = type_cues(type_)
            found = self._cues[type_] = tuple(table.hits(self.view, self.tokens)) if table else ()
        return found

    @cached_property
    def numbers(self) -> tuple[Mention, ...]:
        """The numbers that the sentence states."""
        return mentions(self.view, self.tokens)

    @cached_property
    def clauses(self) -> Clauses:
        """The sentence cut into clauses, with the words that compete for its numbers."""
        return Clauses.of(self.view, self.tokens, self.numbers)

    @cached_property
    def negations(self) -> Negations:
        """The words that may turn the report round."""
        return Negations.of(self.view, self.tokens)

    @cached_property
    def countries(self) -> frozenset[str]:
        """Alpha-3 codes of the countries that the sentence names."""
        if not self.tokens:
            return frozenset()
        return frozenset(countries_in(visible(self.view.words(self.tokens.start, self.tokens.stop))[0]))


@dataclass(frozen=True, slots=True, eq=False)
class Passage:
    """The quoted sentences of one event, in text order, with the view of the whole article."""

    article: Article
    view: View
    sentences: tuple[Sentence, ...]
    countries: tuple[str, ...] = ()
    """Alpha-3 codes of the countries that the whole article names, in order of mention."""
    known: dict[int, Reading] = field(default_factory=dict, repr=False)
    """Readings by sentence number; the passages of one article share it."""

    def read(self, sentence: Sentence) -> Reading:
        """Return the sentence's reading."""
        reading = self.known.get(sentence.number)
        if reading is None:
            reading = self.known[sentence.number] = Reading(self.view, self.tokens(sentence))
        return reading

    def readings(self) -> tuple[Reading, ...]:
        """Return the readings of the quoted sentences."""
        return tuple(map(self.read, self.sentences))

    def tokens(self, sentence: Sentence) -> range:
        """Return the indices of the sentence's tokens in the view."""
        return self.view.tokens(sentence.start, sentence.end)

    def find(self, phrase: str) -> Span | None:
        """Return where the quoted sentences first hold ``phrase``, or None."""
        return next(self.places(phrase), None)

    def places(self, phrase: str) -> Iterator[Span]:
        """Yield every place in the quoted sentences where ``phrase`` stands as whole tokens."""
        for low, high in self.occurrences(phrase):
            yield self.view.span(low, high)

    def occurrences(self, phrase: str) -> Iterator[tuple[int, int]]:
        """Yield the same places as token ranges ``[low, high)`` of the view."""
        for sentence in self.sentences:
            yield from self.view.occurrences(phrase, (sentence.start, sentence.end))

    def elsewhere(self, phrase: str) -> tuple[Sentence, Span] | None:
        """Return the first other sentence of the article that holds ``phrase``, and where; None if none does."""
        quoted = {sentence.number for sentence in self.sentences}
        return self._first(phrase, (s for s in self.article.sentences if s.number not in quoted and not s.furniture))

    def in_scene(self, phrase: str) -> tuple[Sentence, Span] | None:
        """Return the sentence of the scene (see the module) that holds ``phrase``, and where; None if none does."""
        quoted = {sentence.number for sentence in self.sentences}
        paragraphs = {sentence.paragraph for sentence in self.sentences}
        scene = (
            s
            for s in self.article.sentences
            if not s.furniture
            and s.number not in quoted
            and (s.headline or s.paragraph in paragraphs or s.number + 1 in quoted)
        )
        return self._first(phrase, scene)

    def _first(self, phrase: str, sentences: Iterator[Sentence]) -> tuple[Sentence, Span] | None:
        for sentence in sentences:
            span = self.view.find(phrase, (sentence.start, sentence.end))
            if span:
                return sentence, span
        return None


class Subject(NamedTuple):
    """Which value is under test: the check's name, the value's path inside the event, the value itself."""

    name: CheckName
    field: str | None = None
    value: str | None = None

    def passed(self, detail: str, span: Span | None = None) -> Check:
        """Return a check that ended well."""
        return self._ended(CheckResult.PASSED, detail, span)

    def failed(self, detail: str, span: Span | None = None) -> Check:
        """Return a check that the value did not stand."""
        return self._ended(CheckResult.FAILED, detail, span)

    def not_applicable(self, detail: str) -> Check:
        """Return a check that had nothing to look at."""
        return self._ended(CheckResult.NOT_APPLICABLE, detail, None)

    def _ended(self, result: CheckResult, detail: str, span: Span | None) -> Check:
        return Check(name=self.name, result=result, field=self.field, value=self.value, span=span, detail=detail)
