"""A model's word on the pairs that the score leaves open: yes, no or unsure, and why, as one more part of the sum.

What the score is sure of is never asked about; a pair within :data:`extractor.archive.linking.link.BAND` of the
threshold is: what Fellegi and Sunter (1969) call possible links and leave to clerical review. The model is shown both
mentions as numbered lines, each with its day of publication, what code made of its time and place, and its first
sentences, and answers with a prompt version of its own (``same-event@v1``). Its word weighs :data:`WEIGHT` bits, so
that it decides the pairs of the band and can overturn no other. Replies are kept by their request: a pair is asked
about once, whatever is linked again.
"""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from extractor.archive.linking.mentions import mention_key
from extractor.articles.article import Article, Sentence
from extractor.errors import ModelError, ProviderRefusedError
from extractor.events.reply import Same, SameEvent
from extractor.events.summary import Usage
from extractor.llm.boundary import Ask
from extractor.llm.workers import run_workers
from extractor.prompts.render import render
from extractor.replies import KeepingModel, Subject

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from extractor.archive.linking.mentions import Mention
    from extractor.events.summary import EventSummary, Extraction
    from extractor.llm.boundary import Model
    from extractor.prompts.registry import Prompt
    from extractor.replies import AskedModel, Replies

WEIGHT: Final = 3.0
"""Bits for yes, and against for no: as much as the band is wide, and no model's measured error rate."""
BITS: Final = {Same.YES: WEIGHT, Same.NO: -WEIGHT, Same.UNSURE: 0.0}
REPLY: Final = "same-event.v1"
PATIENCE: Final = 5
"""Pairs in a row without a usable answer, after which no more are asked about."""
_QUOTES: Final = 4
"""First sentences of a mention that are shown."""

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Looked:
    """What a model said of the pairs that it was asked about."""

    said: Mapping[Pair, SameEvent]
    failed: int
    """Pairs that it gave no usable answer to; they keep their score."""
    asked: int
    """Pairs that were put to the model; the rest were answered from kept replies."""
    usage: Usage
    """Of what went out."""


@dataclass(frozen=True, slots=True)
class Looking:
    """With what a second look is taken."""

    model: Model
    prompt: Prompt
    asked: AskedModel
    replies: Replies
    concurrency: int = 1
    deadline: float = 600.0
    """Seconds of wall-clock time per pair."""


def lines_of(extractions: Iterable[Extraction], keys: frozenset[str]) -> dict[str, tuple[str, ...]]:
    """Return what a model is shown of the mentions with these keys."""
    found = {}
    for extraction in extractions:
        for event in extraction.events:
            key = mention_key(extraction.article, event.id)
            if key in keys:
                found[key] = tuple(_lines(extraction, event))
    return found


def _lines(extraction: Extraction, event: EventSummary) -> Iterable[str]:
    published = extraction.published.date
    yield f"of {published}:" if published else "of an unknown day:"
    yield f"event: {event.summary}"
    start, end = event.when.start, event.when.end
    if start or end:
        yield f"when: {start or '…'}" + (f" to {end or '…'}" if start != end else "")
    where = [event.where.settlement or event.where.words, event.where.admin1_name, event.where.country]
    if any(where):
        yield f"where: {', '.join(filter(None, where))}"
    yield from dict.fromkeys(evidence.quote for evidence in event.evidence[:_QUOTES])


def pair_article(one: Sequence[str], other: Sequence[str]) -> Article:
    """Return the two mentions as the article that a prompt shows: numbered lines, each report with a heading."""
    flat = [" ".join(line.split()) for line in (*one, *other)]
    flat[0], flat[len(one)] = f"FIRST REPORT {flat[0]}", f"SECOND REPORT {flat[len(one)]}"
    sentences, start = [], 0
    for number, line in enumerate(flat, start=1):
        sentences.append(Sentence(number, start, start + len(line)))
        start += len(line) + 1
    text = "\n".join(flat)
    sha256 = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return Article(id="pair", text=text, sha256=sha256, sentences=tuple(sentences))


async def look(
    pairs: Sequence[Pair],
    mentions: Sequence[Mention],
    shown: Mapping[str, Sequence[str]],
    looking: Looking,
    progress: Callable[[], None] = lambda: None,
) -> Looked:
    """Ask about ``pairs`` (places in ``mentions``), several at once.

    Args:
        pairs: In the order in which they are asked about.
        mentions: Of the linking.
        shown: Lines of each mention, by its key.
        looking: Model, prompt and kept replies.
        progress: Called after each pair.

    Raises:
        ProviderRefusedError: The provider lets nobody in; what was answered before is kept.
        ModelError: So many pairs in a row went unanswered (:data:`PATIENCE`) that the model is not there; likewise.
        PromptError: The prompt cannot be worded.
    """
    said: dict[Pair, SameEvent] = {}
    failed = asked = streak = 0
    usage = Usage(cost_usd=0.0)
    waiting = iter(pairs)

    async def work() -> None:
        nonlocal failed, asked, streak, usage
        for pair in waiting:  # all workers take from one iterator
            one, other = sorted((mentions[place] for place in pair), key=lambda m: (str(m.published or "9999"), m.key))
            article = pair_article(shown[one.key], shown[other.key])
            model = KeepingModel(looking.model, Subject(article, looking.prompt, looking.asked), looking.replies)
            try:
                said[pair] = await _ask(model, article, looking)
                streak = 0
            except ProviderRefusedError:
                raise
            except ModelError as error:
                failed, streak = failed + 1, streak + 1
                if streak >= PATIENCE:
                    raise
                usage += error.usage or Usage()
            asked += model.asked
            usage += sum((kept.usage for kept in model.replies if model.asked), Usage(cost_usd=0.0))
            progress()

    await run_workers(work, min(looking.concurrency, len(pairs)))
    return Looked(said, failed, asked, usage)


async def _ask(model: KeepingModel, article: Article, looking: Looking) -> SameEvent:
    (step,) = looking.prompt.steps
    deadline = asyncio.get_running_loop().time() + looking.deadline
    messages = render(looking.prompt, step, article)
    answer = await model.ask(Ask(messages, SameEvent, step.parameters, deadline=deadline))
    return answer.reply
