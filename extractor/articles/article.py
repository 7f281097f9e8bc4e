"""The article as every later step sees it: untouched text, numbered sentences, publication date.

Offsets everywhere are Unicode code points into :attr:`Article.text`, half-open ``[start, end)``, so that
``article.text[s.start:s.end]`` is the sentence, byte for byte what the source said. Nothing is cleaned away:
page furniture keeps its place in the text and is only marked, because evidence must be checkable against
what a reader sees.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    import datetime as dt

DateBasis = Literal["given", "metadata", "printed", "unknown"]


@dataclass(frozen=True, slots=True)
class Published:
    """When the article was published, and how we know.

    ``given`` by the caller beats ``metadata`` of the page or record beats ``printed`` in the text; otherwise
    ``unknown`` with ``date`` None. Never today's date, and never a guess.
    """

    date: dt.date | None = None
    basis: DateBasis = "unknown"
    words: str | None = None
    printed: dt.date | None = None
    """The date that the text itself prints, also where another basis won; for check ``published_conflict``."""


class Sentence(NamedTuple):
    """One numbered sentence (numbers start at 1) at ``text[start:end]``.

    A tuple, because archives make forty of them for each article that they claim, and hand them to other processes: a
    frozen dataclass takes twice as long to make and five times as long to pickle.
    """

    number: int
    start: int
    end: int
    furniture: bool = False
    """Menu, newsletter offer, caption of another story, copyright line: kept, numbered, never evidence."""
    dateline_end: int | None = None
    """Where a leading dateline ("ISTANBUL, June 3 (Reuters) -") ends in the text, or None."""
    headline: bool = False
    paragraph: int = 0
    """Paragraphs count from 0 in text order."""


@dataclass(frozen=True, slots=True)
class Article:
    """One article, read and numbered; made by the readers of this package only."""

    id: str
    """Stable name: the record's own id, else the file name, else the first 16 digits of ``sha256``."""
    text: str
    sha256: str
    """Hex SHA-256 of ``text`` in UTF-8."""
    sentences: tuple[Sentence, ...]
    published: Published = field(default_factory=Published)
    title: str | None = None
    url: str | None = None
    language: str | None = None
    """ISO 639-1 code, or None where the text is too short to tell."""
    source: str = "-"
    """What the user named: a path, ``path:line`` of a record, or ``-`` for standard input."""
    warnings: tuple[str, ...] = ()
    """What a reader should know: hidden text left out, undecodable bytes, guessed date not used."""

    def __hash__(self) -> int:
        """Hash the name and the text's own hash: an article is looked up again for each question about it."""
        return hash((self.id, self.sha256))

    def quote(self, number: int) -> str:
        """Return the verbatim text of sentence ``number``; raise IndexError when there is none."""
        if number < 1:
            raise IndexError(number)
        s = self.sentences[number - 1]
        return self.text[s.start : s.end]
