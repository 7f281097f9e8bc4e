"""What a model is shown of an article: numbered sentences, and the code that fences them in.

The article is written by strangers and may try to pass for instructions. Three things keep it in its place:

- It is shown as lines ``[7] text``, one sentence each. White space (line breaks above all) and control characters are
  folded into single spaces, so that no sentence can open a line of its own; the number is the article's own.
- Templates put those lines between two lines that carry a code, the *nonce*. It is the first 8 hexadecimal digits of
  SHA-256 over the prompt's digest and the article's hash, derived again with a counter while it occurs in anything that
  is shown. So a text cannot hold its own fence, whoever wrote it, and still the same article gives the same bytes:
  replies can be cached, runs repeated, and all steps of one article share a prefix.
- Chat templates know control tokens such as ``<|im_end|>``; local servers read them even inside a user's message,
  which would end the turn and the fence with it. They are shown with a space after their first character.

Nothing else is touched: angle brackets, braces and quotes reach the model as they stand. Evidence is cited by sentence
number, so the folding cannot shift a quotation.
"""

from __future__ import annotations

import hashlib
import itertools
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from extractor.articles.article import Article, Sentence

NONCE_DIGITS: Final = 8
MAX_TITLE: Final = 300
"""A title is shown up to this many characters; it bounds how many codes a crafted one could use up."""
_CONTROL: Final = dict.fromkeys([*range(32), *range(127, 160)], " ")
_TOKEN: Final = re.compile(
    r"<(?=[|\uff5c])"  # <|im_end|>, <|eot_id|>, and those with full-width bars
    r"|<(?=/?(?:s|bos|eos|unk|pad|think|tool_call|tool_response|(?:start|end)_of_turn|extra_id_[0-9]+)>)"
    r"|<(?=<SYS>>|</SYS>>)"
    r"|\[(?=/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS)\])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence as shown; ``{{ line }}`` gives ``[7] text``."""

    number: int
    text: str
    furniture: bool = False

    def __str__(self) -> str:
        """Return the line with its number, and marked where it is furniture."""
        return f"[{self.number}] (page furniture) {self.text}" if self.furniture else f"[{self.number}] {self.text}"


@dataclass(frozen=True, slots=True)
class Shown:
    """An article as templates see it (``article.numbered``, ``article.title`` …): plain strings only."""

    numbered: str
    """All lines, ``[7] text``."""
    lines: tuple[Line, ...]
    """The same one by one, for templates that show some of them; dropped furniture is not among them."""
    title: str | None
    """None where the text holds it as a line of its own."""
    published: str | None
    """ISO date, None when unknown."""
    language: str | None
    sha256: str
    folded: str
    """``numbered`` and ``title``, case folded, to look for codes in."""


def plain(text: str) -> str:
    """Return ``text`` on one line, control characters as spaces, control tokens of chat templates broken."""
    # str.translate takes ten times as long, and few lines hold anything to fold.
    folded = " ".join((text if text.isprintable() else text.translate(_CONTROL)).split())
    return _TOKEN.sub(lambda match: f"{match[0]} ", folded) if "<" in folded or "[" in folded else folded


def plain_values(value: Any) -> Any:  # noqa: ANN401 - JSON-like values of any shape
    """Return ``value`` with every string in it (keys apart) as :func:`plain` shows it."""
    if isinstance(value, str):
        return plain(value)
    if hasattr(value, "items"):
        return {key: plain_values(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain_values(inner) for inner in value]
    return value


def line_of(article: Article, sentence: Sentence) -> Line:
    """Return ``sentence`` as it is shown."""
    return Line(sentence.number, plain(article.text[sentence.start : sentence.end]), sentence.furniture)


@lru_cache(maxsize=8)  # one article is worded window by window
def show(article: Article, *, mark_furniture: bool) -> Shown:
    """Return ``article`` as templates see it."""
    shown = (sentence for sentence in article.sentences if mark_furniture or not sentence.furniture)
    lines = tuple(line_of(article, sentence) for sentence in shown)
    title = plain(article.title[:MAX_TITLE]) if article.title else None
    title = None if any(title == line.text for line in lines) else title
    numbered = "\n".join(map(str, lines))
    return Shown(
        numbered=numbered,
        lines=lines,
        title=title,
        published=article.published.date.isoformat() if article.published.date else None,
        language=article.language,
        sha256=article.sha256,
        folded=f"{numbered}\n{title or ''}".casefold(),
    )


def nonce_for(digest: str, sha256: str, shown: Sequence[str], folded: str = "") -> str:
    """Return the code that fences an article in: 8 hexadecimal digits that occur in none of ``shown``.

    Args:
        digest: The prompt version's digest.
        sha256: The article's hash.
        shown: Every text of the article, and of earlier replies about it, that the message holds.
        folded: More of them, case folded already.
    """
    seen = "\n".join(shown).casefold()
    return next(nonce for nonce in nonces(digest, sha256) if nonce not in seen and nonce not in folded)


def nonces(digest: str, sha256: str) -> Iterator[str]:
    """Yield the codes that may fence this article in under this prompt version, the first choice first, without end."""
    for counter in itertools.count():
        seed = f"{digest}\n{sha256}\n{counter}" if counter else f"{digest}\n{sha256}"
        yield hashlib.sha256(seed.encode()).hexdigest()[:NONCE_DIGITS]


def strings_in(value: Any) -> list[str]:  # noqa: ANN401 - JSON-like values of any shape
    """Return every string in ``value``, mapping keys included."""
    if isinstance(value, str):
        return [value]
    if hasattr(value, "items"):
        items: Mapping[str, Any] = value
        return [text for key, inner in items.items() for text in (str(key), *strings_in(inner))]
    if isinstance(value, list | tuple):
        return [text for inner in value for text in strings_in(inner)]
    return []
