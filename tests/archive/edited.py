"""Edited copies of articles, as agencies and sites make them, for measuring what finds near duplicates."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING

from extractor.articles.build import article_from_text

if TYPE_CHECKING:
    import datetime as dt

    from extractor.articles.article import Article

EDITS = ("cut", "typos", "agency line", "house style", "all of them")


def edited(article: Article, edit: str, seed: int, published: dt.date | None = None) -> Article:
    """Return a copy of ``article`` with one kind of edit that changes nothing it reports."""
    chance = random.Random(f"{seed} {edit} {article.sha256}")  # noqa: S311 - edits, no secrets
    text = article.text
    if edit in {"agency line", "all of them"}:
        text = _agency_line(article, text)
    if edit in {"cut", "all of them"}:
        text = _cut(text, chance)
    if edit in {"typos", "all of them"}:
        text = _typos(text, chance)
    if edit in {"house style", "all of them"}:
        text = _house_style(text)
    return article_from_text(text, published=published or article.published.date)


def _cut(text: str, chance: random.Random) -> str:
    """Leave out the last tenth to quarter, as an editor short of space does."""
    keep = round(len(text) * chance.uniform(0.75, 0.9))
    end = text.find(". ", keep)
    return text if end < 0 else text[: end + 1]


def _typos(text: str, chance: random.Random) -> str:
    """Swap two letters in the middle of one small word in a hundred."""
    parts = re.split(r"(\b[a-z]{5,}\b)", text)
    for at in range(1, len(parts), 2):
        if chance.random() < 0.02:
            word = parts[at]
            middle = len(word) // 2
            parts[at] = word[: middle - 1] + word[middle] + word[middle - 1] + word[middle + 1 :]
    return "".join(parts)


def _house_style(text: str) -> str:
    """Straighten quotes and dashes, and double the spaces behind full stops."""
    for old, new in (("“", '"'), ("”", '"'), ("’", "'"), ("—", " - "), ("–", "-"), (". ", ".  ")):
        text = text.replace(old, new)
    return text


def _agency_line(article: Article, text: str) -> str:
    """Put another agency's dateline before the first line of the body and its copyright line below."""
    lead = next((s for s in article.sentences if not (s.furniture or s.headline)), article.sentences[0])
    opening = article.text[lead.dateline_end or lead.start : lead.end][:40].strip()
    at = max(0, text.find(opening))
    head = text[: lead.start] if lead.dateline_end and lead.start < at else text[:at]
    line = "Copyright 2024 Northern Wire. All rights reserved."
    return f"{head}KESTREL BAY, March 4 (Northern Wire) -- {text[at:]}\n\n{line}\n"
