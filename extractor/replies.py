"""Replies that are kept, so that no question is paid for twice and a run can be read again without a model.

A reply is known by its request. The *key* of a request is a tagged hash (``sha256:…``) over everything that decides
what a model would say: the article's text and publication date, the words of the question, the reply type's schema,
the phrases it may choose from, the sampling parameters, the model with its settings, and the number of the repeat.
Change any one of them and the question is asked; change none and it is not (promises.md R14).

Two things are left out on purpose. The codes of the fences (``prompts/shown.py``) differ from one prompt version to the
next and mean nothing, so they are struck out of the words: a version that shares its ``find`` step with an older one
shares that step's replies. And the prompt version itself: two versions that say the same are the same question.

Errors are never kept. Where replies lie is up to who keeps them, behind :class:`Replies`: a folder for evaluations
(``evaluation/replies.py``), a database for archives (``archive/store/``).
"""

from __future__ import annotations

import hashlib
import itertools
import json
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Protocol

from pydantic import BaseModel, Field

from extractor.errors import ModelError
from extractor.events.summary import Usage
from extractor.llm.boundary import Answer
from extractor.llm.classify import Where
from extractor.llm.parse import parse_reply
from extractor.llm.schema import reply_schema
from extractor.prompts.render import examples_of
from extractor.prompts.shown import nonces

if TYPE_CHECKING:
    from collections.abc import Mapping

    from extractor.articles.article import Article
    from extractor.llm.boundary import Ask, Model, ModelInfo, R
    from extractor.prompts.registry import Prompt

_TAG: Final = b"extractor request 1\n"
_FENCE: Final = "␟nonce␟"
_CODES: Final = 4
"""First choices of fence codes that are struck out; a text that holds three of its own by chance does not exist."""


class NotKeptError(ModelError):
    """A run that is read again asks a question to which it holds no reply."""


class AskedModel(BaseModel, frozen=True, extra="forbid"):
    """The model as a request's key and a run's plan know it: what was chosen, not where it happened to listen."""

    name: str
    kind: str = "endpoint"
    """``embedded`` or ``endpoint``."""
    endpoint: str = "this machine"
    """Host and port; the embedded model's port is another at each start, and no part of this."""
    mode: str = "auto"
    """How replies were asked for; ``auto`` follows from the endpoint."""
    sha256: str | None = None
    """Of an embedded model's file."""

    def __str__(self) -> str:
        return self.name if self.kind == "embedded" else f"{self.name} at {self.endpoint}"


class KeptReply(BaseModel, frozen=True, extra="forbid"):
    """One reply: the key of its request, the model's own words, and what it cost when it was asked for."""

    key: str = Field(pattern=r"^sha256:[0-9a-f]{64}$")
    raw: str
    usage: Usage


@dataclass(frozen=True, slots=True)
class Subject:
    """What a request is about besides its words: the article, the prompt, the model and the repeat."""

    article: Article
    prompt: Prompt
    model: AskedModel
    repeat: int = 0

    def key(self, ask: Ask[Any]) -> str:
        """Return the key of a request."""
        published = self.article.published.date
        codes = _codes(self.prompt, self.article.sha256)
        examples = _example_codes(self.prompt)
        # Rules and examples come first and are the same for each article: they are written and searched once.
        said = [_known(m.role, m.content, examples) for m in ask.messages[:-1]]
        said += [_written(m.role, m.content, examples) for m in ask.messages[-1:]]
        words = f"[{', '.join(said)}]"
        for code in codes:
            words = words.replace(code, _FENCE)
        parts = {
            "article": self.article.sha256,
            "published": published.isoformat() if published else None,
            "words": hashlib.sha256(words.encode()).hexdigest(),
            "reply": schema_digest(ask.reply),  # type: ignore[arg-type] # a class is hashable; mypy takes type[Any] for none
            "choices": {name: list(values) for name, values in ask.choices.items()},
            "parameters": asdict(ask.parameters),
            "model": self.model.model_dump(),
            "repeat": self.repeat,
        }
        text = json.dumps(parts, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
        return "sha256:" + hashlib.sha256(_TAG + text.encode()).hexdigest()


@lru_cache(maxsize=64)
def schema_digest(reply: type[BaseModel]) -> str:
    """Return the hash of a reply type's name and of its JSON Schema as it goes out: docstrings are no part of it."""
    schema = json.dumps([reply.__name__, reply_schema(reply, "bounded")], sort_keys=True)
    return hashlib.sha256(schema.encode()).hexdigest()


@lru_cache(maxsize=128)
def _known(role: str, content: str, codes: tuple[str, ...]) -> str:
    return _written(role, content, codes)


def _written(role: str, content: str, codes: tuple[str, ...]) -> str:
    """Return a message as the key of its request holds it, without the fences' ``codes``."""
    said = json.dumps([role, content], ensure_ascii=False)
    for code in codes:
        said = said.replace(code, _FENCE)
    return said


def _codes(prompt: Prompt, sha256: str) -> list[str]:
    return list(itertools.islice(nonces(prompt.digest, sha256), _CODES))


@lru_cache(maxsize=64)
def _example_codes(prompt: Prompt) -> tuple[str, ...]:
    """Return the codes that fence in the articles of the prompt's examples."""
    files = {source.file for step in prompt.steps for source in step.messages if source.role == "examples"}
    shown = {example.article.sha256 for file in sorted(files) for example in examples_of(prompt, file)}
    return tuple(code for sha256 in sorted(shown) for code in _codes(prompt, sha256))


class Replies(Protocol):
    """Kept replies by the key of their request; what a run keeps them in is its own affair."""

    def get(self, key: str) -> KeptReply | None:
        """Return the reply to the request ``key``, or None."""
        ...

    def put(self, reply: KeptReply) -> None:
        """Keep ``reply``, at once or with the article that it belongs to."""
        ...


@dataclass(slots=True)
class KeepingModel:
    """A :class:`extractor.llm.boundary.Model` that asks ``model`` only what ``store`` does not hold, about one subject.

    The usage of a kept reply is what it cost when it was asked for, so that a run's figures do not depend on what
    other runs had asked before; ``asked`` and ``reused`` say what really went out.
    """

    model: Model
    subject: Subject
    store: Replies
    replies: list[KeptReply] = field(default_factory=list)
    asked: int = 0
    reused: int = 0

    @property
    def info(self) -> ModelInfo:
        """What ``model`` says of itself."""
        return self.model.info

    async def ask(self, ask: Ask[R]) -> Answer[R]:
        """Return the kept reply, or ask and keep it; an error is raised and never kept."""
        key = self.subject.key(ask)
        kept = self.store.get(key)
        if kept is not None:
            try:
                answer = read_again(kept, ask, self.info)
            except ModelError:  # its type has grown stricter than its schema shows: it has to be asked again
                kept = None
            else:
                self.reused += 1
                self.replies.append(kept)
                return answer
        self.asked += 1
        answer = await self.model.ask(ask)
        kept = KeptReply(key=key, raw=answer.raw, usage=answer.usage)
        self.store.put(kept)
        self.replies.append(kept)
        return answer


@dataclass(frozen=True, slots=True)
class ReplayingModel:
    """A :class:`extractor.llm.boundary.Model` that knows kept replies and nothing else: no request ever goes out."""

    info: ModelInfo
    subject: Subject
    replies: Mapping[str, KeptReply]

    async def ask(self, ask: Ask[R]) -> Answer[R]:
        """Return the kept reply.

        Raises:
            NotKeptError: There is none to this question.
        """
        kept = self.replies.get(self.subject.key(ask))
        if kept is None:
            raise NotKeptError(
                f"{self.subject.article.id}: no reply is kept to a question for {ask.reply.__name__}",
                hint="today's code asks what the run did not ask: it has to be run again",
            )
        return read_again(kept, ask, self.info)


def read_again(kept: KeptReply, ask: Ask[R], info: ModelInfo) -> Answer[R]:
    """Return what a kept reply says; raise ModelError where it does not fit the reply type that is asked for now."""
    return Answer(parse_reply(kept.raw, ask.reply, Where(info.name, info.endpoint)), kept.raw, kept.usage)
