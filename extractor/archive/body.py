"""What an article says without its page: the words of the sentences that are no furniture, and how many they are.

Menus, newsletter offers and captions of other stories are on many pages and say nothing about this one: a keyword in
them is no reason to keep an article, they make no article longer, and they are no sign that two articles are the same.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from extractor.articles.article import Article

_UNSEEN: Final = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
"""Soft hyphens and zero-width characters: inside words, and no part of them."""
_QUOTES: Final = {ord("\u2018"): "'", ord("\u2019"): "'", ord("\u02bc"): "'"}
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
"""Scripts that put no spaces between words: Thai, Lao, Burmese, Khmer, Japanese, Chinese."""
_UNSPACED_PER_WORD: Final = 2
"""Characters of such a script that count for one word, a rule of thumb of translators."""


def body_of(article: Article) -> str:
    """Return the sentences that are no furniture, joined by spaces; all of them where everything is furniture."""
    kept = [s for s in article.sentences if not s.furniture] or article.sentences
    return " ".join(article.text[s.start : s.end] for s in kept)


def plain(text: str) -> str:
    """Return ``text`` for comparing words: NFKC, case folded, one space between words, nothing unseen inside them."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(_UNSEEN | _QUOTES)
    return " ".join(text.casefold().split())


def count_words(text: str) -> int:
    """Return how many words ``text`` has; where a script puts no spaces, two characters count for one word."""
    words = len(text.split())
    if text.isascii():
        return words
    spaced, unspaced = _UNSPACED.subn(" ", text)
    return len(spaced.split()) + unspaced // _UNSPACED_PER_WORD if unspaced else words


def is_unspaced(character: str) -> bool:
    """Return whether ``character`` is of a script that puts no spaces between words."""
    return _UNSPACED.match(character) is not None
