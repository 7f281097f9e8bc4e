"""Which articles of an archive are asked about: filters, a sample, a limit, in this order, over a stream.

``--ids`` → language → dates → length → keywords → ``--sample`` → ``--limit``. An article leaves at the first of them
that it does not pass, and :class:`Choosing` counts why, so that a run can say what it left out. What a filter cannot
tell is left out too, under a reason of its own: an article without a known date is not in any range of dates.

A sample is drawn by hash: each text has a place in a fixed order that only ``--seed`` changes, so the same archive
gives the same sample however it is sorted, and an archive that grew keeps most of its sample. A share (``5%``) streams.
A number (``1000``) is known only at the end: the whole source is read first, and at most that many articles are held in
memory (about 20 MB per 1,000 articles of 600 words).

Inputs that hold no article are no articles that a filter could drop: they pass, wherever they stand in the stream.
"""

from __future__ import annotations

import hashlib
import heapq
import json
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from extractor.archive.body import body_of, count_words, is_unspaced, plain
from extractor.articles.article import Article
from extractor.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date
    from pathlib import Path

    from extractor.articles.options import InputFailure

_WHOLE: Final = 2**64
"""Places in the order that a sample is drawn by: the first 8 bytes of a hash."""


class Reason(StrEnum):
    """Why an article was left out, in the order in which the filters are asked."""

    ID = "not among the ids"
    LANGUAGE = "another language"
    LANGUAGE_UNKNOWN = "language unknown"
    DATE = "outside the dates"
    DATE_UNKNOWN = "date unknown"
    TOO_SHORT = "too short"
    TOO_LONG = "too long"
    KEYWORD = "no keyword"
    SAMPLE = "not in the sample"


@dataclass(frozen=True, slots=True)
class Sample:
    """How many articles a sample takes: ``count`` of them, or a ``share`` (0 to 1) of what the filters keep."""

    count: int | None = None
    share: float | None = None

    def __str__(self) -> str:
        return f"{self.count}" if self.share is None else f"{100 * self.share:g}%"


@dataclass(frozen=True, slots=True)
class Selection:
    """What to choose; the default chooses everything.

    Raises:
        UsageError: A range is empty, or a number can choose nothing.
    """

    languages: frozenset[str] = frozenset()
    """ISO 639-1 codes; empty: all."""
    since: date | None = None
    """First publication date, inclusive."""
    until: date | None = None
    """Last publication date, inclusive."""
    min_words: int | None = None
    max_words: int | None = None
    keywords: tuple[str, ...] = ()
    """Words or phrases; one of them has to stand in the title or the body, as whole words, in any case."""
    ids: frozenset[str] | None = None
    """Names of articles (:attr:`Article.id`); None: all."""
    sample: Sample | None = None
    seed: int = 0
    limit: int | None = None
    """Take the first so many; nothing behind the last of them is read."""

    def __post_init__(self) -> None:
        if self.since and self.until and self.since > self.until:
            raise UsageError(f"no day is from {self.since} to {self.until}", hint="swap --since and --until")
        if (self.min_words or 0) > (self.max_words if self.max_words is not None else float("inf")):
            raise UsageError(f"no article has {self.min_words} to {self.max_words} words", hint="swap the two numbers")
        if self.limit is not None and self.limit < 1:
            raise UsageError(f"--limit {self.limit} leaves no article", hint="give 1 or more")
        if empty := [word for word in self.keywords if not plain(word)]:
            raise UsageError(f"--keyword {empty[0]!r} is no word", hint="give a word or a phrase")

    def as_settings(self) -> dict[str, str]:
        """Return the selection for a run's plan: only what is set; of the ids their number and a hash."""
        said = {
            "languages": ",".join(sorted(self.languages)) or None,
            "since": self.since,
            "until": self.until,
            "min_words": self.min_words,
            "max_words": self.max_words,
            "keywords": json.dumps(self.keywords, ensure_ascii=False) if self.keywords else None,
            "ids": None if self.ids is None else _digest(self.ids),
            "sample": self.sample,
            "seed": self.seed if self.sample else None,
            "limit": self.limit,
        }
        return {name: str(value) for name, value in said.items() if value is not None}


@dataclass(slots=True)
class Choosing:
    """One pass of a :class:`Selection` over a source, and what it has counted so far."""

    selection: Selection
    seen: int = 0
    """Articles read."""
    kept: int = 0
    failures: int = 0
    """Inputs that hold no article; they pass."""
    dropped: Counter[Reason] = field(default_factory=Counter)
    limited: bool = False
    """The limit was reached: what stood behind it was not read."""
    _found: set[str] = field(default_factory=set)

    def choose(self, stream: Iterable[Article | InputFailure]) -> Iterator[Article | InputFailure]:
        """Yield the chosen articles in the order of ``stream``, and every failure."""
        limit = self.selection.limit
        for item in self._sampled(stream):
            if isinstance(item, Article):
                self.kept += 1
            yield item
            if self.kept == limit:
                self.limited = True
                return

    @property
    def missing_ids(self) -> frozenset[str]:
        """Wanted ids that no article has had so far."""
        return (self.selection.ids or frozenset()) - self._found

    def as_json(self) -> dict[str, Any]:
        """Return the counts, reasons in the order of the filters."""
        return {
            "seen": self.seen,
            "kept": self.kept,
            "failures": self.failures,
            "dropped": {reason.value: self.dropped[reason] for reason in Reason if self.dropped[reason]},
            "limited": self.limited,
            "missing_ids": len(self.missing_ids),
        }

    def __str__(self) -> str:
        parts = [f"{self.seen:,} articles read, {self.kept:,} chosen"]
        left_out = [f"{self.dropped[reason]:,} {reason}" for reason in Reason if self.dropped[reason]]
        if left_out:
            parts.append(f"left out: {', '.join(left_out)}")
        if self.limited:
            parts.append(f"stopped at the limit of {self.selection.limit:,}")
        if self.missing_ids:
            parts.append(f"{len(self.missing_ids):,} ids not found, such as {min(self.missing_ids)!r}")
        return "; ".join(parts)

    def _sampled(self, stream: Iterable[Article | InputFailure]) -> Iterator[Article | InputFailure]:
        sample = self.selection.sample
        if sample is None:
            yield from self._filtered(stream)
        elif sample.share is not None:
            border = sample.share * _WHOLE
            for item in self._filtered(stream):
                if isinstance(item, Article) and _place(item.sha256, self.selection.seed) >= border:
                    self.dropped[Reason.SAMPLE] += 1
                else:
                    yield item
        else:
            yield from self._drawn(stream, sample.count or 0)

    def _drawn(self, stream: Iterable[Article | InputFailure], count: int) -> Iterator[Article | InputFailure]:
        """Read everything, hold the ``count`` articles with the lowest places, then yield them in source order.

        Of articles with the same text the first are taken.
        """
        held: list[tuple[int, int, Article]] = []  # a heap with the highest place on top
        for number, item in enumerate(self._filtered(stream)):
            if not isinstance(item, Article):
                yield item
                continue
            entry = (-_place(item.sha256, self.selection.seed), -number, item)
            if len(held) < count:
                heapq.heappush(held, entry)
            else:
                heapq.heappushpop(held, entry)
                self.dropped[Reason.SAMPLE] += 1
        for _, _, article in sorted(held, key=lambda entry: -entry[1]):
            yield article

    def _filtered(self, stream: Iterable[Article | InputFailure]) -> Iterator[Article | InputFailure]:
        wanted = self.selection
        keywords = [plain(word) for word in wanted.keywords]
        for item in stream:
            if not isinstance(item, Article):
                self.failures += 1
                yield item
                continue
            self.seen += 1
            if wanted.ids is not None and item.id in wanted.ids:
                self._found.add(item.id)
            if reason := _reason(item, wanted, keywords):
                self.dropped[reason] += 1
            else:
                yield item


def parse_sample(text: str) -> Sample:
    """Return the sample that ``text`` means: ``1000`` articles, or ``5%`` of them.

    Raises:
        UsageError: It is neither, or takes nothing.
    """
    try:
        if text.endswith("%"):
            share = float(text[:-1]) / 100
            if 0 < share <= 1:
                return Sample(share=share)
        elif (count := int(text)) > 0:
            return Sample(count=count)
    except ValueError:
        pass
    raise UsageError(f"--sample {text!r} is no sample", hint="write a number of articles or a share: 1000 or 5%")


def read_ids(path: Path) -> frozenset[str]:
    """Return the ids in ``path``, one a line; empty lines are skipped.

    Raises:
        UsageError: The file cannot be read, or holds none.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeError) as error:
        raise UsageError(f"--ids {str(path)!r} cannot be read: {error}", hint="one id a line, in UTF-8") from error
    ids = frozenset(line.strip() for line in lines) - {""}
    if not ids:
        raise UsageError(f"--ids {str(path)!r} holds no id", hint="one id a line")
    return ids


def _reason(article: Article, wanted: Selection, keywords: list[str]) -> Reason | None:
    """Return why ``article`` is left out, or None; the cheap questions come first."""
    if wanted.ids is not None and article.id not in wanted.ids:
        return Reason.ID
    if wanted.languages and article.language not in wanted.languages:
        return Reason.LANGUAGE if article.language else Reason.LANGUAGE_UNKNOWN
    if reason := _date_reason(article.published.date, wanted):
        return reason
    if wanted.min_words is None and wanted.max_words is None and not keywords:
        return None
    return _text_reason(article, wanted, keywords)


def _date_reason(day: date | None, wanted: Selection) -> Reason | None:
    if not (wanted.since or wanted.until):
        return None
    if day is None:
        return Reason.DATE_UNKNOWN
    inside = (wanted.since is None or day >= wanted.since) and (wanted.until is None or day <= wanted.until)
    return None if inside else Reason.DATE


def _text_reason(article: Article, wanted: Selection, keywords: list[str]) -> Reason | None:
    body = body_of(article)
    words = count_words(body)
    if wanted.min_words is not None and words < wanted.min_words:
        return Reason.TOO_SHORT
    if wanted.max_words is not None and words > wanted.max_words:
        return Reason.TOO_LONG
    said = plain(f"{article.title or ''}\n{body}") if keywords else ""
    return None if not keywords or any(_holds(said, word) for word in keywords) else Reason.KEYWORD


def _holds(text: str, words: str) -> bool:
    """Return whether ``words`` stand in ``text`` as whole words; both are :func:`plain`."""
    at = text.find(words)
    while at >= 0:
        end = at + len(words)
        if not (_joined(text[at - 1 : at], words[0]) or _joined(text[end : end + 1], words[-1])):
            return True
        at = text.find(words, at + 1)
    return False


def _joined(neighbour: str, edge: str) -> bool:
    """Return whether ``neighbour`` makes the keyword that ends with ``edge`` a part of a longer word.

    Letters, marks (the vowel signs of Hindi and Arabic) and digits do; in scripts without spaces nothing can.
    """
    if not neighbour or not _in_word(edge) or is_unspaced(edge) or is_unspaced(neighbour):
        return False
    return _in_word(neighbour)


def _in_word(character: str) -> bool:
    return unicodedata.category(character)[0] in "LMN" or character == "_"


def _place(sha256: str, seed: int) -> int:
    """Return the place of a text in the order of ``seed``: a number below 2**64."""
    return int.from_bytes(hashlib.sha256(f"extractor sample {seed} {sha256}".encode()).digest()[:8], "big")


def _digest(ids: frozenset[str]) -> str:
    said = "\n".join(sorted(ids)).encode("utf-8", "surrogatepass")
    return f"{len(ids)} ids, sha256:{hashlib.sha256(said).hexdigest()}"
