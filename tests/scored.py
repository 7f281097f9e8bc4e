"""Labels and predictions for the tests of scoring: made by hand in one line, or at random from a seed."""

from __future__ import annotations

import datetime as dt
import random
from typing import TYPE_CHECKING, Any

from extractor.events.summary import Actor, Count, EventSummary, Evidence, When, Where
from extractor.events.vocabulary import CountForm, EventType, Measure, Role, Standing, TimeBasis, Who
from extractor.scoring.labels import (
    LabelledActor,
    LabelledArticle,
    LabelledCount,
    LabelledEvent,
    LabelledWhen,
    LabelledWhere,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

PUBLISHED = dt.date(2019, 6, 3)
PLACES = (
    ("SYR", "Idlib", "Saraqib"),
    ("SYR", "Aleppo", "Azaz"),
    ("SYR", "Homs", "Palmyra"),
    ("ZMB", "Copperbelt", "Kitwe"),
    ("ZMB", "Copperbelt", "Ndola"),
    ("COL", "Cauca", "Toribio"),
    ("NGA", "Borno", "Bama"),
    ("UKR", "Kharkiv", "Izium"),
)
_FIRST = ("government", "rebel", "masked", "northern", "striking", "local", "army", "young", "border", "village")
_SECOND = ("forces", "fighters", "gunmen", "miners", "police", "students", "traders", "farmers", "doctors", "council")


def day(number: int) -> dt.date:
    """Return a day of June 2019."""
    return dt.date(2019, 6, number)


def predicted(
    type_: str = "attack",
    *,
    when: dt.date | tuple[dt.date | None, dt.date | None] | None = None,
    when_words: str | None = None,
    where: tuple[str | None, str | None, str | None] | None = None,
    initiators: Sequence[str] = (),
    targets: Sequence[str] = (),
    counts: Sequence[tuple[str, int | None, int | None] | tuple[str, str, int | None, int | None]] = (),
    **other: Any,
) -> EventSummary:
    """Return a predicted event; ``counts`` are (measure, min, max) or (measure, who, min, max)."""
    start, end = when if isinstance(when, tuple) else (when, when)
    country, admin1, settlement = where or (None, None, None)
    return EventSummary(
        id=other.pop("id", "e1-000000000000"),
        type=EventType(type_),
        summary=other.pop("summary", "Something happened."),
        when=When(words=when_words, start=start, end=end, basis=TimeBasis.RELATIVE if start else TimeBasis.NONE),
        where=Where(words=settlement or admin1, country=country, admin1_name=admin1, settlement=settlement),
        actors=(
            *(Actor(name=name, role=Role.INITIATOR) for name in initiators),
            *(Actor(name=name, role=Role.TARGET) for name in targets),
        ),
        counts=tuple(_count(*row) for row in counts),
        evidence=other.pop("evidence", (Evidence(sentence=1, quote="Something happened.", start=0, end=19),)),
        **other,
    )


def _count(measure: str, *rest: Any) -> Count:
    who, low, high = rest if len(rest) == 3 else ("all", *rest)
    words = f"{low} to {high}"
    return Count(measure=Measure(measure), who=Who(who), min=low, max=high, form=CountForm.EXACT, words=words)


def labelled(type_: str = "attack", **fields: Any) -> LabelledEvent:
    """Return a labelled event; ``when`` may be a day, ``where`` (country, admin1, settlement), ``counts`` tuples."""
    when = fields.pop("when", None)
    if isinstance(when, dt.date):
        when = LabelledWhen(words="then", start=when, end=when)
    where = fields.pop("where", None)
    if isinstance(where, tuple):
        where = LabelledWhere(country=where[0], admin1=where[1], settlement=where[2])
    counts = tuple(
        row
        if isinstance(row, LabelledCount)
        else LabelledCount(measure=row[0], min=row[1], max=row[2], words="so many")
        for row in fields.pop("counts", ())
    )
    return LabelledEvent.model_validate(
        {
            "type": type_,
            "evidence": ("Something happened.",),
            "when": when or LabelledWhen(),
            "where": where or LabelledWhere(),
            "counts": counts,
            **fields,
        }
    )


def article(*events: LabelledEvent, id: str = "a-labelled-article") -> LabelledArticle:  # noqa: A002 - the field's name
    """Return a labelled article."""
    return LabelledArticle(id=id, published=PUBLISHED, kind="wire", events=events)


def as_predicted(event: LabelledEvent) -> EventSummary:
    """Return the prediction that says exactly what the label says, the first alternative of each value."""
    return predicted(
        event.type,
        when=(event.when.start, event.when.end),
        when_words=event.when.words,
        where=(event.where.country, event.where.admin1, event.where.settlement),
        initiators=[actor.names[0] for actor in event.initiators],
        targets=[actor.names[0] for actor in event.targets],
        counts=[(count.measure, count.who, count.min, count.max) for count in event.counts],
        status=event.status,
        standing=event.standing,
    )


def seeded(seed: int) -> random.Random:
    """Return random numbers that are the same every time."""
    return random.Random(seed)  # noqa: S311 - nothing here is a secret


def random_event(rng: random.Random, *, types: Sequence[EventType] = tuple(EventType)) -> LabelledEvent:
    """Return an event as a label might hold it, each value drawn by itself."""

    def name() -> str:
        return f"{rng.choice(_FIRST)} {rng.choice(_SECOND)} {rng.choice('abcdefgh')}{rng.randrange(40)}"

    killed = rng.randrange(60)
    return LabelledEvent(
        type=rng.choice(types),
        standing=rng.choices(list(Standing), (6, 4, 1, 1))[0],
        evidence=("Something happened.",),
        when=rng.choice(
            (
                LabelledWhen(words="on a day", start=day(d := rng.randrange(1, 29)), end=day(d)),
                LabelledWhen(end=PUBLISHED),
                LabelledWhen(words="recently"),
            )
        ),
        where=LabelledWhere(**dict(zip(("country", "admin1", "settlement"), rng.choice(PLACES), strict=True))),
        initiators=tuple(LabelledActor(names=(name(), name())) for _ in range(rng.randrange(3))),
        targets=tuple(LabelledActor(names=(name(),)) for _ in range(rng.randrange(3))),
        counts=tuple(
            LabelledCount(measure=measure, min=killed, max=killed + rng.randrange(9), words="so many")
            for measure in (Measure.KILLED, Measure.INJURED)
            if rng.random() < 0.4
        ),
    )


def random_article(rng: random.Random, events: int, id: str = "random") -> LabelledArticle:  # noqa: A002
    """Return an article with so many random events."""
    return article(*(random_event(rng) for _ in range(events)), id=id)


def blurred(rng: random.Random, event: LabelledEvent) -> EventSummary:
    """Return a prediction that gets about a third of the values wrong."""
    other = random_event(rng)

    def pick(field: str) -> Any:
        return getattr(rng.choice((event, event, other)), field)

    return as_predicted(
        event.model_copy(
            update={field: pick(field) for field in ("type", "when", "where", "initiators", "targets", "counts")}
        )
    )
