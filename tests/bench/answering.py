"""A model for the benches that answers at once, by rules, from the sentences that it is shown.

Its replies are about as long and as rich as a good model's: an event for two of five sentences (people who labelled 24
news articles found 11 events in 600 words), with the names, numbers and time words that stand there. Nothing is looked
up in the program's own tables, so that no cache is warm when the program itself looks. The time spent here is kept in
:attr:`AnsweringModel.seconds`, to be subtracted.
"""

from __future__ import annotations

import re
import time
from itertools import cycle, islice
from typing import TYPE_CHECKING, Any

from extractor.events.reply import Filled, Found, FoundEvent, Reply, ReplyActor, ReplyCount, ReplyEvent, ReplySpeaker
from extractor.events.summary import Usage
from extractor.events.vocabulary import EventType, Involvement, Measure, Role, Sector, Stance, Standing, Status, Who
from extractor.llm.boundary import Answer, ModelInfo

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extractor.llm.boundary import Ask, R

_LINE = re.compile(r"^\[(\d+)\] (.+)$", re.MULTILINE)
_NAME = re.compile(r"(?:[A-Z][\w'’-]+)(?: (?:of |the |al-)?[A-Z][\w'’-]+){0,3}")
_PLACE = re.compile(rf"\b(?:in|at|near|from) ({_NAME.pattern})")
_NUMBER = re.compile(r"\b(?:(?:at least|about|more than|nearly) )?\d[\d,]* \w+\b")
_TIME = re.compile(r"\b(?:on )?(?:\w+day|yesterday|today|last \w+|in [A-Z]\w+ \d{4})\b")
_TYPES = tuple(EventType)
_MEASURES = tuple(Measure)
MOST_EVENTS = 30  # of the reply type


class AnsweringModel:
    """A :class:`extractor.llm.boundary.Model` without a model."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.events = 0

    @property
    def info(self) -> ModelInfo:
        """A name that no provider has."""
        return ModelInfo("answering", "bench", "json_schema")

    async def ask(self, ask: Ask[R]) -> Answer[R]:
        """Return a reply of the type that is asked for."""
        began = time.process_time()
        reply: Any = self._reply(ask)
        self.seconds += time.process_time() - began
        return Answer(reply, "", Usage(requests=1))

    def _reply(self, ask: Ask[R]) -> Reply | Found | Filled:
        shown = ask.messages[-1].content
        if ask.reply is Filled:
            names = _names(shown)
            when, place = (next(iter(ask.choices.get(field, ())), None) for field in ("when", "place"))
            return Filled(by=names[:1], to=names[1:2], when=when, place=place)
        lines = [(int(number), text) for number, text in _LINE.findall(shown) if int(number) % 5 in (1, 3)]
        if ask.reply is Found:
            found = [FoundEvent(what=text[:120], sentences=(number,)) for number, text in lines[:4]]
            return Found(events=tuple(found))
        events = tuple(islice(_events(lines), MOST_EVENTS))
        self.events += len(events)
        return Reply(published=None, events=events)


def _names(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name[:80] for name in _NAME.findall(text)))[:3]


def _events(lines: list[tuple[int, str]]) -> Iterator[ReplyEvent]:
    """Yield an event for each line, of one type after the other."""
    for (number, text), kind, measure in zip(lines, cycle(_TYPES), cycle(_MEASURES)):
        place, when = _PLACE.search(text), _TIME.search(text)
        yield ReplyEvent(
            sentences=(number,),
            type=kind,
            status=Status.ACTUAL,
            standing=Standing.OTHER,
            when=when[0][:80] if when else None,
            place=place[1][:80] if place else None,
            country=None,
            actors=tuple(
                ReplyActor(name=name, role=role, sector=Sector.UNK, involvement=Involvement.STATED)
                for name, role in zip(_names(text), (Role.INITIATOR, Role.TARGET, Role.ASSOCIATE), strict=False)
            ),
            counts=tuple(
                ReplyCount(measure=measure, who=Who.ALL, words=words[:80], source=None)
                for words in _NUMBER.findall(text)[:3]
            ),
            speakers=(ReplySpeaker(name=None, stance=Stance.NARRATED),),
            summary=text[:200],
        )
