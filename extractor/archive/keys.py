"""What makes two questions the same, as tagged hashes.

The key of an article in a run
    SHA-256 over everything that decides the answer: the text and its division into sentences, the publication date
    with its basis, words and printed date, title and language (all that prompts and grounding see of an article), and
    the plan's prompt digest, reply types' schemas, model and settings. One answered key is never asked again, in
    whichever run; change any part and it is (promises.md R14). The article's name, address and source are no part of
    it: the same story under two names is one question.

The grounding's version
    SHA-256 over the code and tables that turn replies into events. It is read from the installed files themselves, so
    nobody has to remember to raise a number; a changed comment counts as a change, and grounding again costs nothing
    but time. It is no part of the key: an answer stays paid for when a codebook is mended.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from typing import TYPE_CHECKING, Final

from extractor.articles.article import Sentence
from extractor.events.reply import REPLY_TYPES
from extractor.replies import schema_digest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable

    from extractor.archive.records import Plan
    from extractor.articles.article import Article
    from extractor.prompts.registry import Prompt

_KEY: Final = b"extractor archive key 1\n"
_READING: Final = b"extractor archive reading 1\n"
_CONTENT: Final = b"extractor archive content 1\n"
_REPLIES: Final = b"extractor archive replies 1\n"
_GROUNDING: Final = b"extractor grounding 1\n"
_FURNITURE: Final = 1
_HEADLINE: Final = 2


@dataclass(frozen=True, slots=True)
class Content:
    """What prompts and grounding see of an article, as the store needs it."""

    sentences: str
    """Its numbered sentences as JSON: start, end, marks, end of the dateline, paragraph of each."""
    reading: bytes
    """Digest of the text and its sentences: 32 bytes."""
    digest: bytes
    """Digest of all of it, with dates, title and language: 32 bytes."""


@dataclass(frozen=True)
class Keys:
    """Makes the keys of one run's articles."""

    plan: Plan

    @cached_property
    def _fixed(self) -> bytes:
        """Return what all keys of the run begin with: a fixed number of bytes, so that no two can be mixed up."""
        plan = self.plan
        said = {
            "prompt": plan.prompt_digest,
            "replies": plan.replies_digest,
            "model": plan.model.model_dump(),
            "settings": plan.settings,
        }
        return _KEY + hashlib.sha256(json.dumps(said, sort_keys=True).encode()).digest()

    def key(self, content: Content) -> bytes:
        """Return the key of the article with this content: 32 bytes."""
        return hashlib.sha256(self._fixed + content.digest).digest()


def content_of(article: Article) -> Content:
    """Return what prompts and grounding see of ``article``."""
    rows = [
        (start, end, _FURNITURE * furniture | _HEADLINE * headline, dateline_end, paragraph)
        for _, start, end, furniture, dateline_end, headline, paragraph in article.sentences
    ]
    sentences = json.dumps(rows, separators=(",", ":"))
    reading = hashlib.sha256(_READING + bytes.fromhex(article.sha256) + sentences.encode()).digest()
    day = article.published
    seen = [str(day.date), day.basis, day.words, str(day.printed), article.title, article.language]
    return Content(sentences, reading, hashlib.sha256(_CONTENT + reading + json.dumps(seen).encode()).digest())


def unpack_sentences(packed: str) -> tuple[Sentence, ...]:
    """Return the sentences that :attr:`Content.sentences` holds."""
    rows = enumerate(json.loads(packed), start=1)
    found = [
        Sentence(number, start, end, marks & _FURNITURE > 0, dateline_end, marks & _HEADLINE > 0, paragraph)
        for number, (start, end, marks, dateline_end, paragraph) in rows
    ]
    return tuple(found)


def replies_digest(prompt: Prompt) -> str:
    """Return the tagged hash of the schemas of all reply types that ``prompt`` asks for, in the order of its steps."""
    asked = [schema_digest(REPLY_TYPES[step.reply]) for step in prompt.steps]
    return "sha256:" + hashlib.sha256(_REPLIES + json.dumps(asked).encode()).hexdigest()


@cache
def grounding_version() -> str:
    """Return the version of the code and tables by which this installation turns replies into events."""
    package = resources.files("extractor")
    found = hashlib.sha256(_GROUNDING)
    for name, file in [("pipeline.py", package / "pipeline.py"), *_files(package / "events", "events")]:
        content = hashlib.sha256(file.read_bytes().replace(b"\r\n", b"\n")).hexdigest()
        found.update(f"{name} {content}\n".encode())
    return f"g1-{found.hexdigest()[:16]}"


def _files(folder: Traversable, name: str) -> Iterator[tuple[str, Traversable]]:
    """Yield code and tables below ``folder`` by name, in one order on every machine."""
    for entry in sorted(folder.iterdir(), key=lambda one: one.name):
        own = f"{name}/{entry.name}"
        if entry.name.startswith((".", "__pycache__")):
            continue
        if entry.is_dir():
            yield from _files(entry, own)
        else:
            yield own, entry
