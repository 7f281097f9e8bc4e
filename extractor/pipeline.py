"""One article in, one extraction out: READ has happened, then WORD, ASK and GROUND.

A prompt version asks in one step or in several. With one step the reply is the whole answer. With two, ``find`` asks
window by window which events the article reports, code makes a short list, and ``fill`` asks about each event on it,
shown with its own sentences only; the parts merge into one reply. Either way the reply is grounded: every value checked
against the text.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from extractor.errors import (
    ArticleRefusedError,
    ArticleTooLargeError,
    InvalidReplyError,
    ModelError,
    TruncatedReplyError,
)
from extractor.events.choices import choices_for
from extractor.events.ground import ground
from extractor.events.lite import event_for_template, reply_event
from extractor.events.reply import REPLY_TYPES, Filled, Found, LiteReply, Reply
from extractor.events.shortlist import is_finished, shortlist
from extractor.events.summary import ArticleInfo, Extraction, Problem, Provenance, Published, Usage
from extractor.events.vocabulary import Outcome
from extractor.llm.boundary import Ask
from extractor.prompts.render import render

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extractor.articles.article import Article, Sentence
    from extractor.events.reply import FoundEvent
    from extractor.llm.boundary import Answer, Message, Model
    from extractor.prompts.registry import Prompt, Step

WINDOW = 6
"""Body sentences per window, where a prompt version does not say (``values.window``)."""

_OUTCOMES: tuple[tuple[type[ModelError], Outcome], ...] = (
    (ArticleTooLargeError, Outcome.TOO_LARGE),
    (ArticleRefusedError, Outcome.REFUSED),
    (TruncatedReplyError, Outcome.TRUNCATED),
    (InvalidReplyError, Outcome.INVALID),
    (ModelError, Outcome.FAILED),
)


@dataclass(slots=True)
class _Job:
    """One article on its way: until when, and what it has cost so far."""

    deadline: float
    usage: Usage = Usage(cost_usd=0.0)  # noqa: RUF009 - frozen


def windows_of(article: Article, prompt: Prompt) -> list[Sequence[Sentence]]:
    """Cut the body (no furniture, no headline, no line above the first full sentence) into equal windows."""
    lines = [s for s in article.sentences if not s.furniture]
    body = [s for s in lines if not s.headline]
    start = next((i for i, s in enumerate(body) if is_finished(article.quote(s.number))), 0)
    body = body[start:] or lines
    size = int(prompt.values.get("window", WINDOW))
    count = max(1, round(len(body) / size))
    step = -(-len(body) // count) if body else 1
    return [body[i : i + step] for i in range(0, len(body), step)]


class Extractor:
    """A model and a prompt version, ready for articles; may be asked concurrently.

    Args:
        model: Anything behind the model boundary.
        prompt: A loaded prompt version.
        deadline: Wall-clock seconds per article, over all steps and attempts.
    """

    def __init__(self, model: Model, prompt: Prompt, *, deadline: float = 600.0) -> None:
        self.model = model
        self.prompt = prompt
        self._deadline = deadline

    async def extract(self, article: Article) -> Extraction:
        """Return the checked events of ``article``; what the model refuses or garbles becomes the ``outcome``."""
        job = _Job(asyncio.get_running_loop().time() + self._deadline)
        try:
            reply = await self._reply(article, job)
        except ModelError as error:
            return self.failed(article, error, job.usage)
        grounded = ground(reply, article)
        return self._extraction(
            article, job.usage, published=grounded.published, events=grounded.events, outcome=Outcome.OK
        )

    def failed(self, article: Article, error: ModelError, before: Usage) -> Extraction:
        """Return how ``article`` ends with ``error``, after questions that cost as much as ``before``."""
        outcome = next(outcome for kind, outcome in _OUTCOMES if isinstance(error, kind))
        problem = Problem(kind=type(error).__name__, message=str(error), hint=error.hint)
        given = article.published
        published = Published(date=given.date, basis=given.basis, words=given.words)
        usage = before + (error.usage or Usage())
        return self._extraction(article, usage, published=published, outcome=outcome, problem=problem)

    def first_messages(self, article: Article) -> tuple[tuple[Step, tuple[Message, ...]], ...]:
        """Return what would be sent before the first reply is known: the messages of the first step."""
        step = self.prompt.steps[0]
        if step.per == "window":
            return tuple((step, render(self.prompt, step, article, window=w)) for w in windows_of(article, self.prompt))
        return ((step, render(self.prompt, step, article)),)

    async def _reply(self, article: Article, job: _Job) -> Reply:
        """Ask all steps and merge their replies."""
        first = self.prompt.steps[0]
        if first.per == "article":
            reply = await self._ask(first, render(self.prompt, first, article), job)
            return reply.to_reply() if isinstance(reply, LiteReply) else _as(Reply, reply)
        found = await self._find(first, article, job)
        candidates = shortlist(found, article)
        fill = self.prompt.steps[1] if len(self.prompt.steps) > 1 else None
        fills: list[Filled | None] = [None] * len(candidates)
        for i, candidate in enumerate(candidates if fill else ()):
            assert fill is not None
            choices = choices_for(candidate, article)
            messages = render(self.prompt, fill, article, event=event_for_template(candidate, article, choices))
            fills[i] = _as(Filled, await self._ask(fill, messages, job, choices.as_mapping()))
        events = [
            reply_event(c, f, article, first=i == 0) for i, (c, f) in enumerate(zip(candidates, fills, strict=True))
        ]
        return Reply(published=None, events=tuple(events))

    async def _find(self, step: Step, article: Article, job: _Job) -> Sequence[FoundEvent]:
        """Ask window by window: a small model overlooks less of three sentences than of thirty."""
        found: list[FoundEvent] = []
        for window in windows_of(article, self.prompt):
            reply = await self._ask(step, render(self.prompt, step, article, window=window), job)
            found += _as(Found, reply).events
        return found

    async def _ask(
        self, step: Step, messages: tuple[Message, ...], job: _Job, choices: dict[str, tuple[str, ...]] | None = None
    ) -> Any:  # noqa: ANN401 - which reply type it is, the prompt version says
        ask = Ask(messages, REPLY_TYPES[step.reply], step.parameters, choices or {}, job.deadline)
        answer: Answer[Any] = await self.model.ask(ask)
        job.usage += answer.usage
        return answer.reply

    def _extraction(self, article: Article, usage: Usage, **parts: Any) -> Extraction:  # noqa: ANN401 - fields of Extraction
        info = self.model.info
        return Extraction(
            article=ArticleInfo(
                id=article.id,
                sha256=article.sha256,
                title=article.title,
                url=article.url,
                language=article.language,
                source=article.source,
                warnings=article.warnings,
            ),
            provenance=Provenance(
                prompt=self.prompt.spec,
                prompt_sha256=self.prompt.digest,
                reply_type=self.prompt.reply,
                model=info.name,
                endpoint=info.endpoint,
                mode=info.mode,
                extractor_version=_own_version(),
                time=datetime.now(UTC),
            ),
            usage=usage,
            **parts,
        )


@cache
def _own_version() -> str:
    return version("extractor")  # reads a file: 2 ms for each article


def _as(kind: Any, reply: Any) -> Any:  # noqa: ANN401 - a reply type and a reply
    """Return ``reply``, which a well-formed prompt version makes a ``kind``."""
    assert isinstance(reply, kind), f"{type(reply).__name__} is no {kind.__name__}"
    return reply
