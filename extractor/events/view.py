"""A text as a reader's eye sees it: whole tokens in normalised form, each tied to its place in the untouched text.

What a model copies rarely equals the article byte for byte: quotes are curled, dashes lengthened, words hold soft
hyphens, lines wrap. So phrases are compared on a normalised view (NFKC, casefold, quotes, dashes and spaces unified,
invisible characters left out), and always as *whole tokens*: ``7`` is not in ``17``, ``9`` is not in ``9,000``. Each
token remembers its half-open span in the original, so whatever is found is shown verbatim.

Tokens are words (``o'brien``), numbers with their thousands joined (``9,000`` is ``9000``), initials without their dots
(``U.S.`` is ``us``) and the possessive ``'s``. Hyphens separate, so ``al-Assad`` holds ``Assad``; punctuation is no
token and is read from the gap before a token where it matters. A short word that is also an abbreviation (``US``,
``IS``, ``WHO``) keeps its capitals: the phrase ``US`` does not match ``us``.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING

from extractor.events.summary import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

ARTICLES = frozenset({"the", "a", "an"})

# Tokens whose capitals carry the meaning: pronoun or verb in small letters, name or month with capitals.
_CASED = frozenset({"us", "is", "it", "who", "may", "march", "aids", "am", "as", "or", "pm"})

_INVISIBLE = "\u00ad\u034f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff"
_SIGNS = (
    dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u02bc\u02b9\u0060\u00b4\uff07", "'")
    | dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb\uff02", '"')
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d", "-")
)
_UNIFIED = (
    _SIGNS
    | dict.fromkeys(map(chr, (0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000)), " ")
    | dict.fromkeys("\u2028\u2029\u0085", "\n")
    | {"\u2026": "."}
    # Footnote marks are no digits of the number before them.
    | dict.fromkeys("\u00b9\u00b2\u00b3\u2070\u2074\u2075\u2076\u2077\u2078\u2079", " ")
    | dict.fromkeys(map(chr, range(0x2080, 0x208A)), " ")
    | dict.fromkeys(map(chr, range(0x2460, 0x2500)), " ")
)
# A fraction sign stays one character: NFKC would read two and a half as 21 over 2.
_KEPT = frozenset("\u00bc\u00bd\u00be") | frozenset(map(chr, range(0x2150, 0x215F)))

# Vowel signs that \w does not count as part of a word (combining marks, Hebrew, Arabic, Indic, Thai, Burmese, Khmer).
_MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc"
    "\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963\u0981-\u0983\u09bc-\u09cd\u0a01-\u0a03\u0a3c-\u0a4d"
    "\u0b01-\u0b03\u0b3c-\u0b57\u0bbe-\u0bcd\u0c00-\u0c04\u0c3e-\u0c4d\u0cbc-\u0ccd\u0d3e-\u0d4d\u102b-\u103e\u17b4-\u17d3"
)
_UNSPACED = "\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
"""Scripts without spaces between words: each character is a token."""

_SIGN = re.compile(r"[`\x80-\U0010ffff]")
"""Any character that a table of signs may have."""
_SPECIAL = re.compile(r"[A-Za-z]?[^\x00-\x7f]+")
_CLUSTER = re.compile(f"[{_INVISIBLE}]+|.[{_MARKS}{_INVISIBLE}]*", re.DOTALL)
_UNSEEN = re.compile(f"[{_INVISIBLE}]")
_TRAILING = re.compile(f"[{_INVISIBLE}]+$")
_STOP = re.compile(r"[,;:()\u2013\u2014\u201c\u201d\"\u2026]|\s-\s|--")
# One group around it all, so that split() gives the tokens, too.
_TOKEN = re.compile(
    rf"([a-z]{{2,}}(?![\w{_MARKS}'])"  # most words, told fastest
    r"|(?<![\w.])[a-z](?:\.[a-z])+\b\.?"  # initials
    r"|\d+(?:,\d{3}(?!\d))*(?:\.\d+)?[a-z\u00e0-\u024f\u0400-\u04ff]*"  # numbers
    rf"|[{_UNSPACED}]"
    rf"|'s\b"
    rf"|[\w{_MARKS}]+(?:'(?!s\b)[\w{_MARKS}]+)*)"
)


def _written(text: str, signs: Mapping[str, str]) -> str:
    """Return ``text`` with each of ``signs`` as the one that stands for it.

    Most texts hold three or four of them: replacing each in the whole text is ten times as fast as ``str.translate``.
    """
    for sign in signs.keys() & set(_SIGN.findall(text)):
        text = text.replace(sign, signs[sign])
    return text


# The same for texts without any sign beyond ASCII, where the classes are small and quickly told.
_PLAIN_TOKEN = re.compile(
    r"(?=[\w'])([a-z]{2,}(?![\w'])|(?<![\w.])[a-z](?:\.[a-z])+\b\.?|\d+(?:,\d{3}(?!\d))*(?:\.\d+)?[a-z]*"
    r"|'s\b|\w+(?:'(?!s\b)\w+)*)",
    re.ASCII,
)


def visible(text: str) -> tuple[str, Sequence[int]]:
    """Return ``text`` without invisible characters and with plain quotes and dashes, and the place of each character.

    Case and spaces stay: capitals tell names, a no-break space joins the digits of a number.
    """
    if text.isascii():
        return text, range(len(text))
    if not _UNSEEN.search(text):  # each sign has one plain sign in its place
        return _written(text, _SIGNS), range(len(text))
    places: list[int] = []
    last = 0
    for unseen in _UNSEEN.finditer(text):
        places += range(last, unseen.start())
        last = unseen.end()
    return _written(_UNSEEN.sub("", text), _SIGNS), [*places, *range(last, len(text))]


def _fold_run(run: str, at: int) -> tuple[str, list[int], list[int]]:
    """Fold ``run``, found at ``at``; return the folded characters with the source span (start, end) of each."""
    out: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for match in _CLUSTER.finditer(run):
        seen = _written(_UNSEEN.sub("", match.group()), _UNIFIED)
        if not seen:
            continue
        piece = seen if seen in _KEPT else unicodedata.normalize("NFKC", seen).casefold()
        start = at + match.start()
        out.append(piece)
        starts += [start] * len(piece)
        ends += [start + len(_TRAILING.sub("", match.group()))] * len(piece)
    return "".join(out), starts, ends


def _fold(text: str) -> tuple[str, Sequence[int] | None, Sequence[int] | None]:
    """Return the folded text and, where positions moved, the source start and end of each of its characters."""
    plain = text.replace("_", " ")
    if text.isascii():
        return plain.lower(), None, None
    unified = _written(plain, _UNIFIED)
    if unified.isascii():
        return unified.lower(), None, None
    out: list[str] = []
    moved: list[tuple[int, int, str, list[int], list[int]]] = []
    last = 0
    for match in _SPECIAL.finditer(plain):
        run = _written(match.group(), _UNIFIED)
        folded = run.casefold()
        if run.isascii() or (
            len(folded) == len(run) and unicodedata.is_normalized("NFKC", run) and not _UNSEEN.search(run)
        ):
            continue
        piece, starts, ends = _fold_run(match.group(), match.start())
        moved.append((match.start(), match.end(), piece, starts, ends))
    if not moved:
        return unified.casefold(), None, None
    all_starts: list[int] = []
    all_ends: list[int] = []
    for start, end, piece, starts, ends in moved:
        out += (_written(plain[last:start], _UNIFIED).casefold(), piece)
        all_starts += [*range(last, start), *starts]
        all_ends += [*range(last + 1, start + 1), *ends]
        last = end
    out.append(_written(plain[last:], _UNIFIED).casefold())
    all_starts += range(last, len(text))
    all_ends += range(last + 1, len(text) + 1)
    return "".join(out), all_starts, all_ends


def _joined(key: str) -> str:
    """Return a number without its thousands commas, initials without their dots."""
    return key.replace(",", "") if key[0].isdigit() else key.replace(".", "")


@dataclass(frozen=True, eq=False)
class View:
    """The tokens of a text: normalised ``keys[i]`` stands at ``text[starts[i]:ends[i]]``."""

    text: str
    keys: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    @classmethod
    def of(cls, text: str) -> View:
        """Normalise and tokenise ``text`` once."""
        folded, source_starts, source_ends = _fold(text)
        token = _PLAIN_TOKEN if folded.isascii() else _TOKEN
        pieces = token.split(folded)  # what stands between the tokens, and the tokens, by turns
        edges = tuple(accumulate(map(len, pieces)))
        keys, starts, ends = pieces[1::2], edges[:-1:2], edges[1::2]
        together = "".join(keys)
        if "," in together or "." in together:
            keys = [_joined(key) if "," in key or "." in key else key for key in keys]
        if source_starts is not None and source_ends is not None:
            starts = tuple(map(source_starts.__getitem__, starts))
            ends = tuple([source_ends[end - 1] for end in ends])
        return cls(text, tuple(keys), starts, ends)

    @cached_property
    def stops(self) -> frozenset[int]:
        """The indices of the tokens before which the punctuation ends a clause."""
        gaps = enumerate(zip(self.ends, self.starts[1:], strict=False), 1)
        odd = ((i, self.text[end:start]) for i, (end, start) in gaps if start - end != 1 or self.text[end] != " ")
        return frozenset(i for i, gap in odd if _STOP.search(gap))

    @cached_property
    def line(self) -> str:
        """All keys, each with a space before it."""
        return " " + " ".join(self.keys)

    def tokens(self, start: int, end: int) -> range:
        """Return the indices of the tokens that lie in ``text[start:end]`` as a whole."""
        low = bisect_left(self.starts, start)
        return range(low, max(low, bisect_left(self.ends, end + 1)))

    def gap(self, index: int) -> str:
        """Return the raw text between token ``index`` and the one before it."""
        return self.text[self.ends[index - 1] if index else 0 : self.starts[index]]

    def raw(self, index: int) -> str:
        """Return token ``index`` as the text writes it."""
        return self.text[self.starts[index] : self.ends[index]]

    def words(self, low: int, high: int) -> str:
        """Return the tokens ``low`` to ``high - 1`` as the text writes them, with what stands between."""
        return self.text[self.starts[low] : self.ends[high - 1]]

    def span(self, low: int, high: int) -> Span:
        """Return the place of the tokens ``low`` to ``high - 1`` in the text."""
        return Span(start=self.starts[low], end=self.ends[high - 1])

    def find(self, phrase: str, within: tuple[int, int] | None = None) -> Span | None:
        """Return where ``phrase`` first stands as whole tokens in ``text[within[0]:within[1]]``, or None.

        A leading article of the phrase ("the Kremlin") is optional; a phrase without any token is never found.
        """
        for low, high in self.occurrences(phrase, within):
            return self.span(low, high)
        return None

    def occurrences(self, phrase: str, within: tuple[int, int] | None = None) -> Iterator[tuple[int, int]]:
        """Yield the token ranges ``[low, high)`` where ``phrase`` stands, in text order."""
        wanted = tokens_of(phrase)
        keys = wanted.keys
        skip = 1 if len(keys) > 1 and keys[0] in ARTICLES else 0
        keys = keys[skip:]
        if not keys:
            return
        inside = range(len(self.keys)) if within is None else self.tokens(*within)
        after = inside.start
        for _ in range(self.keys[inside.start : inside.stop].count(keys[0])):
            low = self.keys.index(keys[0], after)
            high, after = low + len(keys), low + 1
            if self.keys[low:high] != keys:
                continue
            if high > inside.stop:
                break
            if all(self._same_case(low + i, wanted.raw(skip + i)) for i, key in enumerate(keys) if key in _CASED):
                yield low, high

    def _same_case(self, index: int, wanted: str) -> bool:
        letters = wanted.replace(".", "")
        found = self.raw(index).replace(".", "")
        if letters.isupper() and len(letters) > 1:
            return found.isupper()
        return not letters[:1].isupper() or found[:1].isupper()


@lru_cache(maxsize=1024)
def tokens_of(phrase: str) -> View:
    """Return the view of a phrase or sentence, remembered because the same ones come again and again."""
    return View.of(phrase)
