"""The article as the label page shows it: numbered sentences, cut into tokens that say where they stand in the text.

Each token carries its start and end in Unicode code points, the offsets of the rest of the program. A browser counts in
UTF-16 units, where a sign beyond the first plane is two; the page's script never counts over more than one token, and
gets the words themselves out of the text by these offsets, so what it puts into a field is the article's own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from extractor.events.summary import Span
from extractor.events.view import View

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from extractor.articles.article import Article
    from extractor.web.labelling.drafts import Draft

COLOURS: Final = 8
_TOKEN: Final = re.compile(r"\w+(?:[.,'’]\w+)*|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Token:
    """A word or sign, with the space before it and the numbers of the events whose evidence it stands in."""

    before: str
    text: str
    start: int
    end: int
    events: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence; ``first`` of its paragraph begins a block."""

    number: int
    first: bool
    headline: bool
    furniture: bool
    tokens: tuple[Token, ...]


def lines_of(article: Article, draft: Draft) -> list[Line]:
    """Return the article's sentences with the draft's evidence marked."""
    spans = list(_evidence(article.text, draft))
    found = []
    paragraph = -1
    for sentence in article.sentences:
        tokens = tuple(_tokens(article.text, sentence.start, sentence.end, spans))
        first = sentence.paragraph != paragraph
        paragraph = sentence.paragraph
        found.append(Line(sentence.number, first, sentence.headline, sentence.furniture, tokens))
    return found


def _evidence(text: str, draft: Draft) -> Iterator[tuple[int, Span]]:
    view = View.of(text)
    for number, event in enumerate(draft.events, start=1):
        for words in filter(str.strip, event.evidence):
            exact = text.find(words)
            span = Span(start=exact, end=exact + len(words)) if exact >= 0 else view.find(words)
            if span is not None:
                yield number, span


def _tokens(text: str, start: int, end: int, spans: Sequence[tuple[int, Span]]) -> Iterator[Token]:
    place = start
    near = [(number, span) for number, span in spans if span.start < end and start < span.end]
    for match in _TOKEN.finditer(text, start, end):
        a, b = match.span()
        events = tuple(sorted({number for number, span in near if span.start < b and a < span.end}))
        yield Token(text[place:a], match[0], a, b, events)
        place = b


def quotes(article: Article, numbers: str) -> tuple[list[str], list[str]]:
    """Return the sentences of a list like ``1, 4-6`` word for word, and the parts of it that name none."""
    found, wrong = [], []
    for part in filter(None, (one.strip() for one in numbers.split(","))):
        match = re.fullmatch(r"(\d{1,5})(?:\s*-\s*(\d{1,5}))?", part)
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
        if 1 <= first <= last <= len(article.sentences):
            found += [article.quote(number) for number in range(first, last + 1)]
        else:
            wrong.append(part)
    return found, wrong
