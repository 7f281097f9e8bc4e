"""Corrections as few-shot examples of a prompt: passages that a model misread, each with the reply that was due.

A step that asks about windows of sentences (reply ``find.v1``) learns from windows in which a suggestion was rejected
or an event was added; one that asks about whole articles (``events.v1``) from short articles in which anything was
wrong. Where an event of the label stands for one that the model had told, its line, sectors and speakers are the
model's, which a label does not hold; an added event is told in the words of its evidence.

Articles of the half ``test`` teach nothing: adopted into a labelled set they decide about prompts.

What the checks of ``prompts check`` would refuse (a line that the sentence splitter cuts otherwise, a value that the
grounders cannot confirm) is no example, and is counted.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from extractor.articles.build import article_from_text
from extractor.errors import PromptError, UsageError
from extractor.evaluation.review.decisions import reviewed
from extractor.events.countries import country_name
from extractor.events.reply import Found, FoundEvent, Reply, ReplyActor, ReplyCount, ReplyEvent, ReplySpeaker
from extractor.events.vocabulary import Involvement, Role, Sector
from extractor.pipeline import windows_of
from extractor.prompts.example_check import example_problems
from extractor.prompts.examples import read_examples
from extractor.scoring.score import score_article

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from pydantic import BaseModel

    from extractor.articles.article import Article, Sentence
    from extractor.evaluation.gold import GoldArticle
    from extractor.events.summary import EventSummary, Extraction
    from extractor.prompts.registry import Prompt, Step
    from extractor.scoring.labels import LabelledEvent

LONGEST: Final = 20
"""Sentences of a whole article that is an example."""
_LINE: Final = 120
_SUMMARY: Final = 320


@dataclass(frozen=True, slots=True)
class Examples:
    """Examples for one file of a prompt version."""

    file: str
    text: str
    """TOML that is appended to it."""
    articles: tuple[str, ...]
    """Whose passages they are, one for each example."""
    refused: int
    """Corrections that could be no example."""
    hidden: int
    """Reviewed articles that were left alone, because they belong to the half test."""


def examples_from(folder: Path, prompt: Prompt, *, labels: str = "labels", most: int = 4) -> Examples:
    """Return the corrections of a review as examples of ``prompt``.

    Args:
        folder: A set made by ``archive review``, some of whose articles were labelled.
        prompt: The version that they are to be added to; its first step that has examples is taken.
        labels: Folder of the labels inside the set.
        most: No more examples than this; at most one from each article while there are others.

    Raises:
        UsageError: No correction can be an example.
        PromptError: The version has no step that could learn from them.
    """
    step, file = _taught(prompt)
    make = _windows if step.reply == "find.v1" else _wholes
    texts: list[tuple[str, str]] = []
    later: list[tuple[str, str]] = []
    refused = 0
    hidden = 0
    for article, extraction in reviewed(folder, labels=labels):
        if article.half == "test":
            hidden += 1
            continue
        place = texts
        for lines, reply in make(article, extraction, prompt):
            text = _toml(lines, reply, extraction)
            if _sound(text, step):
                place.append((article.id, text))
                place = later
            else:
                refused += 1
    chosen = (texts + later)[:most]
    if not chosen:
        why = f"{refused} could not: a value is unconfirmed, or a line is cut otherwise" if refused else ""
        kept = f"{hidden} reviewed articles belong to the half test, which prompts do not learn from" if hidden else ""
        hint = "; ".join(filter(None, (why, kept)))
        raise UsageError(f"no correction in {str(folder)!r} can be an example of {prompt.spec}", hint=hint)
    taught = tuple(id_ for id_, _ in chosen)
    return Examples(file, "".join(f"\n{text}" for _, text in chosen), taught, refused, hidden)


def _taught(prompt: Prompt) -> tuple[Step, str]:
    """Return the step that learns, and the file of its examples."""
    for step in prompt.steps:
        file = next((source.file for source in step.messages if source.role == "examples"), None)
        if file and step.reply in ("find.v1", "events.v1"):
            return step, file
    raise PromptError(
        f"{prompt.spec} has no step with examples whose reply is find.v1 or events.v1.",
        hint="Add a message with examples to its manifest first.",
    )


def _windows(article: GoldArticle, extraction: Extraction, prompt: Prompt) -> Iterator[tuple[list[str], BaseModel]]:
    """Yield each window with an event too few or too many, and the events that it should have given."""
    text = article_from_text(article.text, published=extraction.published.date)
    told, extra, missed = _matched(article, extraction)
    cited = {index: _sentences(event, text) for index, event in enumerate(article.label.events)}
    for window in windows_of(text, prompt):
        shown = [sentence.number for sentence in window]
        wrong = any(cited[index] & set(shown) for index in missed)
        wrong |= any({one.sentence for one in event.evidence} & set(shown) for event in extra)
        if not wrong:
            continue
        events = []
        for index, event in enumerate(article.label.events):
            here = [shown.index(number) + 1 for number in sorted(cited[index]) if number in shown]
            # An event belongs to the window in which its telling begins.
            if here and not event.free and min(cited[index]) in shown:
                line = _short(told[index].summary if index in told else event.evidence[0], _LINE)
                events.append(FoundEvent(what=line, sentences=tuple(here[:3])))
        yield _numbered(text, window), Found(events=tuple(events[:4]))


def _wholes(article: GoldArticle, extraction: Extraction, prompt: Prompt) -> Iterator[tuple[list[str], BaseModel]]:
    """Yield the article where anything in it was corrected, and it is short."""
    del prompt
    text = article_from_text(article.text, published=extraction.published.date)
    if len(text.sentences) > LONGEST or not score_article(article.label, extraction.events).findings:
        return
    told, _, _ = _matched(article, extraction)
    body = [sentence for sentence in text.sentences if not sentence.furniture]
    numbers = {sentence.number: number for number, sentence in enumerate(body, 1)}
    events = []
    for index, event in enumerate(article.label.events):
        cited = sorted(numbers[number] for number in _sentences(event, text) if number in numbers)
        if cited and not event.free:
            events.append(_reply(event, told.get(index), cited))
    yield _numbered(text, body), Reply(published=None, events=tuple(events))


def _matched(
    article: GoldArticle, extraction: Extraction
) -> tuple[Mapping[int, EventSummary], list[EventSummary], list[int]]:
    """Return what the model had told of each labelled event, what it told besides, and what it missed."""
    pairs = score_article(article.label, extraction.events).pairs
    told = {pair.labelled: extraction.events[pair.predicted] for pair in pairs}
    used = {pair.predicted for pair in pairs}
    extra = [event for index, event in enumerate(extraction.events) if index not in used]
    missed = [i for i, event in enumerate(article.label.events) if i not in told and not event.free]
    return told, extra, missed


def _reply(event: LabelledEvent, told: EventSummary | None, cited: Sequence[int]) -> ReplyEvent:
    sectors = {actor.name: actor.sector for actor in told.actors} if told else {}
    sides = ((Role.INITIATOR, event.initiators), (Role.TARGET, event.targets))
    actors = [
        ReplyActor(
            name=one.names[0], role=role, sector=sectors.get(one.names[0], Sector.UNK), involvement=Involvement.STATED
        )
        for role, side in sides
        for one in side
    ]
    speakers = [(one.speaker, one.stance) for one in told.evidence if one.speaker] if told else []
    return ReplyEvent(
        sentences=tuple(cited[:6]),
        type=event.type,
        status=event.status,
        standing=event.standing,
        when=event.when.words,
        place=event.where.words,
        country=country_name(event.where.country) if event.where.country else None,
        actors=tuple(actors[:8]),
        counts=tuple(
            ReplyCount(measure=one.measure, who=one.who, words=one.words, source=one.source)
            for one in event.counts[:10]
        ),
        speakers=tuple(ReplySpeaker(name=name, stance=stance) for name, stance in dict.fromkeys(speakers))[:4],
        summary=_short(told.summary if told else event.evidence[0], _SUMMARY),
    )


def _sentences(event: LabelledEvent, text: Article) -> set[int]:
    """Return the numbers of the sentences that hold the event's evidence."""
    found = {s.number for s in text.sentences for quote in event.evidence if quote in text.text[s.start : s.end]}
    if found:
        return found
    starts = [text.text.find(quote) for quote in event.evidence]
    return {s.number for s in text.sentences for start in starts if s.start <= start < s.end}


def _short(line: str, most: int) -> str:
    """Return a line that is no longer than ``most``, cut before a word."""
    line = " ".join(line.split())
    return line if len(line) <= most else line[: most + 1].rsplit(" ", 1)[0].rstrip(",;:")[:most]


def _numbered(text: Article, sentences: Sequence[Sentence]) -> list[str]:
    said = (" ".join(text.text[s.start : s.end].split()) for s in sentences)
    return [f"[{number}] {line}" for number, line in enumerate(said, 1)]


def _toml(lines: Sequence[str], reply: BaseModel, extraction: Extraction) -> str:
    """Return one entry of a file of examples; a string is written as JSON, which TOML reads alike."""
    day = extraction.published.date
    text = "\n".join(json.dumps(line, ensure_ascii=False)[1:-1] for line in lines)
    head = f"published = {day.isoformat()}\n" if day else ""
    said = json.dumps(reply.model_dump_json(), ensure_ascii=False)
    return f'[[examples]]\n{head}text = """\n{text}\n"""\nreply = {said}\n'


def _sound(text: str, step: Step) -> bool:
    """Say whether the example passes what published prompts have to."""
    try:
        (example,) = read_examples(text, "review")
    except PromptError:
        return False
    return not list(example_problems(step, example))
