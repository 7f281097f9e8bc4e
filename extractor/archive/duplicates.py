"""Near duplicates: the same text again with a typo mended, a line cut or another agency's name on it.

Each body (no furniture, headline or dateline) becomes a set of shingles, runs of four words; two bodies are near when
those sets overlap (Jaccard). MinHash with LSH (Broder 1997; Leskovec, Rajaraman and Ullman, ch. 3) finds them without
comparing all pairs. An article is compared with *firsts* only, those that were near nothing before them, so a cluster
is a star around its first article, and no chain of small changes joins two articles that have little in common.

Being near is not being the same. "17 dead" and "19 dead" may be all that two reports of a war differ in, so
:class:`Match` names the *news*: numbers, names and, where a script has no capitals, words of this article that the
first does not have. Only an article without news, and with nearly the same date ("on Sunday" means another day a week
later), is :attr:`Match.same`, which may be linked instead of asked. A changed "not" or verb is not seen.

Memory is bounded: 2.2 KB for each first article, and of at most ``remember`` of them; older ones are forgotten by
halves, so a duplicate that stands further apart in the source is not found. A million firsts take 2.2 GB.
"""

from __future__ import annotations

import re
import zlib
from array import array
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from extractor.archive.body import plain
from extractor.errors import UsageError
from extractor.events.number_words import NUMBER_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from extractor.articles.article import Article, Sentence

NEAR: Final = 0.6
"""Least estimated similarity that is reported. Of edited copies above it 99 % are found (tests/archive)."""
REMEMBER: Final = 200_000
_SHINGLE: Final = 4
_HASHES: Final = 100
"""Standard error of the estimate: at most 0.05."""
_BANDS: Final = 20
"""Bands of five hashes: a pair of similarity 0.6 is looked at with a probability of 0.80, of 0.7 with 0.97."""
_SEED: Final = 20_261_123
_LEAST_WORDS: Final = 25
"""Shorter bodies share their phrases with too many others."""
_DAYS: Final = 3
_NEWS_SHOWN: Final = 12
_WORD: Final = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]|\d+(?:[.,:]\d+)*|[^\W\d_]+"
)
"""A number, a word, or a character of a script without spaces."""


@dataclass(frozen=True, slots=True)
class Match:
    """An earlier article that this one hardly differs from."""

    place: int
    """Of the earlier article, as it was offered."""
    similarity: float
    """Estimated Jaccard similarity of the two bodies, 0 to 1."""
    news: tuple[str, ...]
    """Numbers and names of this article that the earlier one does not have, at most twelve of them."""
    days: int | None
    """Between the two publication dates, 0 where neither is known; None where only one is."""

    @property
    def same(self) -> bool:
        """Whether nothing is lost when the earlier article's events stand for this one."""
        return not self.news and self.days is not None and self.days <= _DAYS


@dataclass(slots=True)
class NearDuplicates:
    """What has been offered so far; feed it the articles in the order of the source.

    Args:
        near: Least similarity of a match, 0.5 to 1.
        remember: How many first articles are kept to compare with; at most this many and at least half.

    Raises:
        UsageError: The package rensa is not installed, or a number is out of range.
    """

    near: float = NEAR
    remember: int = REMEMBER
    forgotten: int = 0
    """First articles that later ones are no longer compared with."""
    sizes: Counter[int] = field(default_factory=Counter)
    """Articles near each first one that is remembered, by its place; the first itself is not counted."""
    _young: _Generation = field(init=False)
    _old: _Generation = field(init=False)

    def __post_init__(self) -> None:
        if not 0.5 <= self.near <= 1 or self.remember < 2:  # noqa: PLR2004 - below 0.5 LSH misses most pairs
            raise UsageError(
                f"near duplicates of similarity {self.near} among {self.remember} cannot be found",
                hint="a similarity from 0.5 to 1, and at least 2 articles",
            )
        self._young, self._old = _Generation(), _Generation()

    def offer(self, article: Article, place: int) -> Match | None:
        """Compare ``article`` with the first articles before it; without a match it becomes one itself.

        Args:
            article: The next article of the source; 0.6 ms for 600 words.
            place: Its number in the source; comes back as :attr:`Match.place` of later ones.
        """
        sentences = [s for s in article.sentences if not (s.furniture or s.headline)] or list(article.sentences)
        words = _WORD.findall(plain(_joined(article, sentences)))
        if len(words) < _LEAST_WORDS:
            return None
        signed = _signature(words)
        telling = telling_words(article, sentences)
        found = [hit for one in (self._young, self._old) if (hit := one.nearest(signed, self.near))]
        if not found:
            self._remember(_First(place, telling.keys(), article.published.date), signed)
            return None
        similarity, first = max(found, key=lambda hit: (hit[0], -hit[1].place))
        self.sizes[first.place] += 1
        news = [telling[code] for code in telling if code not in first.telling]
        return Match(first.place, similarity, tuple(news[:_NEWS_SHOWN]), _days(first.published, article.published.date))

    def clusters(self) -> Iterator[tuple[int, int]]:
        """Yield the place and the number of near duplicates of each first article that has any, largest first."""
        yield from sorted(self.sizes.items(), key=lambda item: (-item[1], item[0]))

    def _remember(self, first: _First, signed: Any) -> None:  # noqa: ANN401 - a signature of rensa
        self._young.add(first, signed)
        if len(self._young.firsts) >= self.remember // 2:
            self.forgotten += len(self._old.firsts)
            self._old, self._young = self._young, _Generation()


class _First:
    """What is kept of an article that was near nothing before it."""

    __slots__ = ("place", "published", "telling")

    def __init__(self, place: int, telling: Iterable[int], published: date | None) -> None:
        self.place = place
        self.telling = array("I", telling)
        self.published = published


class _Generation:
    """First articles, found by their bands."""

    def __init__(self) -> None:
        try:
            from rensa import RMinHashLSH  # noqa: PLC0415 - an optional package
        except ImportError as error:
            raise UsageError(
                "finding near duplicates needs the package rensa, which is not installed",
                hint="pip install 'extractor[archive]', or --near-duplicates off",
            ) from error
        self.firsts: list[_First] = []
        self._bands = RMinHashLSH(0.5, _HASHES, _BANDS)
        self._hashes = np.zeros((1024, _HASHES), dtype=np.uint32)

    def add(self, first: _First, signed: Any) -> None:  # noqa: ANN401 - a signature of rensa
        number = len(self.firsts)
        if number == len(self._hashes):
            self._hashes = np.concatenate([self._hashes, np.zeros_like(self._hashes)])
        self._hashes[number] = signed.digest()
        self._bands.insert(number, signed)
        self.firsts.append(first)

    def nearest(self, signed: Any, near: float) -> tuple[float, _First] | None:  # noqa: ANN401 - same
        """Return the most similar first article and its similarity, the earliest of equals, or None."""
        candidates = sorted(set(self._bands.query(signed)))
        if not candidates:
            return None
        digest = np.array(signed.digest(), dtype=np.uint32)
        similar = (self._hashes[candidates] == digest).mean(axis=1)
        best = int(similar.argmax())
        return (float(similar[best]), self.firsts[candidates[best]]) if similar[best] >= near else None


def telling_words(article: Article, sentences: Iterable[Sentence]) -> dict[int, str]:
    """Return the words that make news, by a hash of what they are without case.

    Numbers in digits and words, words with a capital that do not open a sentence, and all words of scripts that have no
    capitals.
    """
    telling: dict[int, str] = {}
    for sentence in sentences:
        text = article.text[sentence.dateline_end or sentence.start : sentence.end]
        for number, word in enumerate(_WORD.findall(text)):
            if word.islower():
                if word not in NUMBER_WORDS:
                    continue
            elif number == 0 and word.isalpha() and word.lower() != word and word.lower() not in NUMBER_WORDS:
                continue
            key = plain(word)
            telling.setdefault(zlib.crc32(key.encode()), word)
    return telling


def _joined(article: Article, sentences: Iterable[Sentence]) -> str:
    return " ".join(article.text[s.dateline_end or s.start : s.end] for s in sentences)


def _signature(words: list[str]) -> Any:  # noqa: ANN401 - a signature of rensa
    from rensa import RMinHash  # noqa: PLC0415 - an optional package

    signed = RMinHash(_HASHES, _SEED)
    signed.update({" ".join(words[i : i + _SHINGLE]) for i in range(len(words) - _SHINGLE + 1)})
    return signed


def _days(first: date | None, later: date | None) -> int | None:
    if first is None or later is None:
        return 0 if first is later else None
    return abs((later - first).days)
