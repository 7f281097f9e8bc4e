"""How long linking takes, and how many pairs it compares: invented events at the density of a busy archive.

Incidents are drawn over the settlements of ten countries and a number of days, each told by one to eight mentions with
the vagueness of news: a tenth know no more than the country, a tenth no more than the month, a quarter no day at all.

    python tests/bench/bench_linking.py [--events 100000] [--days 730]
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
import resource
import time
from typing import TYPE_CHECKING

from extractor.archive.linking.link import link
from extractor.events.gazetteer import gazetteer
from extractor.events.summary import (
    Actor,
    ArticleInfo,
    Count,
    EventSummary,
    Evidence,
    Extraction,
    Provenance,
    Published,
    Usage,
    When,
    Where,
)
from extractor.events.vocabulary import (
    CountForm,
    EventType,
    Measure,
    Outcome,
    PlacePrecision,
    Role,
    Sector,
    TimeBasis,
)
from extractor.scoring.clusters import compare_groupings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extractor.events.gazetteer import Settlement

COUNTRIES = ("SYR", "UKR", "NGA", "COL", "IRQ", "MLI", "MMR", "PAK", "SDN", "YEM")
TYPES = ("attack", "armed_clash", "air_drone_strike", "shelling_artillery_missile", "remote_explosive_landmine_ied",
         "peaceful_protest", "arrests", "crime", "disaster_accident", "displacement")  # fmt: skip
GROUPS = ("the army", "rebels", "police", "gunmen", "Northern Front", "Hidden Banner", "the Rapid Column", "militia")
FIRST = dt.date(2015, 1, 1)
MADE = Provenance(
    prompt="bench@v1",
    prompt_sha256="0" * 64,
    reply_type="bench",
    model="bench",
    endpoint="bench",
    mode="bench",
    extractor_version="0",
    time=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
)


def main() -> None:
    """Print pairs, seconds, memory, and how far the stories are those that were drawn."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--days", type=int, default=730)
    options = parser.parse_args()
    rng = random.Random(7)  # noqa: S311 - nothing here is a secret
    right: dict[str, str] = {}
    made = list(extractions(rng, options.events, options.days, right))
    before = peak()
    began, cpu = time.perf_counter(), time.process_time()
    linking = link(made)
    seconds, spent = time.perf_counter() - began, time.process_time() - cpu
    count = len(linking.mentions)
    whole = count * (count - 1) // 2
    print(f"{count:,} events over {options.days} days: {linking.blocks.pairs:,} of {whole:,} pairs "
          f"compared ({linking.blocks.pairs / count:.1f} each), {linking.blocks.crowded:,} crowded keys")  # fmt: skip
    print(f"{seconds:.1f} s, {spent:.1f} s of CPU; memory of linking {peak() - before:,.0f} MB beside the events")
    began = time.perf_counter()
    links = sum(1 for _ in linking.links())
    stories = sum(1 for _ in linking.stories())
    print(f"{stories:,} stories and {links:,} explained links made in {time.perf_counter() - began:.1f} s more")
    ids = linking.story_ids()
    found = compare_groupings(ids, {one.key: right[one.article] for one in linking.mentions})
    print(f"on these drawn events: B³ F1 {found.b3.f1:.3f}, pairs P {found.pairwise.precision:.3f} "
          f"R {found.pairwise.recall:.3f}")  # fmt: skip


def extractions(rng: random.Random, events: int, days: int, right: dict[str, str]) -> Iterator[Extraction]:
    """Yield articles of one event each, noting the incident of each in ``right``."""
    book = gazetteer()
    towns = {country: [book.settlement(rng.randrange(*book.countries[country])) for _ in range(300)]
             for country in COUNTRIES}  # fmt: skip
    words = ["".join(rng.choices("abcdefghijklmnop", k=7)) for _ in range(6000)]
    number = 0
    while number < events:
        incident = f"incident-{number}"
        town = rng.choice(towns[rng.choice(COUNTRIES)])
        day = FIRST + dt.timedelta(rng.randrange(days))
        type_, group, killed = EventType(rng.choice(TYPES)), rng.choice(GROUPS), int(rng.expovariate(0.15))
        story = rng.sample(words, 10)
        for _ in range(min(events - number, 1 + int(rng.expovariate(0.6)))):
            right[f"a{number}"] = incident
            late = rng.randrange(4)
            told = " ".join([*rng.sample(story, 5), *rng.choices(words, k=4)])
            event = _event(rng, number, type_, day, town, group, killed + rng.randrange(1 + late), told)
            yield Extraction(
                article=ArticleInfo(id=f"a{number}", sha256=f"{number:064x}", source="bench"),
                published=Published(date=day + dt.timedelta(late), basis="given"),
                events=(event,),
                provenance=MADE,
                usage=Usage(),
                outcome=Outcome.OK,
            )
            number += 1


def _event(
    rng: random.Random,
    number: int,
    type_: EventType,
    day: dt.date,
    town: Settlement,
    group: str,
    killed: int,
    told: str,
) -> EventSummary:
    drawn = rng.random()
    when = When(start=day, end=day, basis=TimeBasis.RELATIVE)
    if drawn < 0.1:
        month = day.replace(day=1)
        when = When(start=month, end=month + dt.timedelta(27), basis=TimeBasis.PARTIAL)
    elif drawn < 0.35:
        when = When(basis=TimeBasis.PUBLICATION_BOUND)
    where = Where(country=town.country, precision=PlacePrecision.COUNTRY)
    if rng.random() > 0.1:
        where = Where(
            words=f"in {town.name}",
            country=town.country,
            settlement=town.name,
            lat=town.lat,
            lon=town.lon,
            geonameid=town.geonameid,
            precision=PlacePrecision.SETTLEMENT,
        )
    return EventSummary(
        id=f"e1-{number:012x}",
        type=type_,
        summary=told,
        when=when,
        where=where,
        actors=(Actor(name=group, role=Role.INITIATOR, sector=Sector.UNK),) if rng.random() < 0.7 else (),
        counts=(
            (Count(measure=Measure.KILLED, min=killed, max=killed, form=CountForm.EXACT, words=str(killed)),)
            if killed
            else ()
        ),
        evidence=(Evidence(sentence=1, quote=told, start=0, end=len(told)),),
    )


def peak() -> float:
    """Return the most memory that this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
