"""Labelled stories: which events of which articles are one incident, and how well linking finds that out.

::

    stories/
      articles/<id>.txt, labels/<id>.toml     a labelled set like any other (evaluation/gold.py)
      stories.toml                            story = ["<article>#<place of the event in its label, from 0>", …]

An article's id begins with its *scene*: incidents that were invented to be confused with one another (the next day in
the same town, the same name in another country). Scenes stay together, so the halves are told by the scene alone: the
first byte of ``SHA-256("extractor-stories:" + scene)`` is even for dev, odd for test. Weights were tuned on dev.

Linking is measured twice. On *labelled events* the figures are of linking alone. On the events of an *evaluation run*
they are of the whole way from text to stories, over those mentions that could be aligned with a labelled event
(scoring.md §1); how many that were is part of the figure.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import tomllib
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from extractor.archive.linking.link import THRESHOLD, link
from extractor.errors import UsageError
from extractor.evaluation.gold import read_gold
from extractor.evaluation.scored import score_run
from extractor.evaluation.shipped import evals_folder
from extractor.events.actors import resolve_actor
from extractor.events.counts import parse_count
from extractor.events.places import locate
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
)
from extractor.events.vocabulary import CountForm, Involvement, Outcome, Role, Sector, TimeBasis
from extractor.scoring.clusters import compare_groupings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from extractor.archive.linking.link import Linking
    from extractor.archive.linking.mentions import Mention
    from extractor.evaluation.gold import GoldArticle, GoldSet
    from extractor.evaluation.runs import Run
    from extractor.events.summary import Where
    from extractor.scoring.clusters import Grouping
    from extractor.scoring.labels import LabelledActor, LabelledCount, LabelledEvent, LabelledWhere

    Look = Callable[[Linking, Sequence[Extraction]], Linking]
    """Takes a second look at the uncertain pairs of a linking of these extractions."""

Half = Literal["dev", "test", "all"]
STORIES: Final = "stories.toml"
LINKED: Final = "linked"
"""Our own way of grouping, among those of :func:`measure_labels`."""
CHECKED: Final = "linked, model asked"


@dataclass(frozen=True, slots=True)
class StorySet:
    """A labelled set with the story of each of its events."""

    gold: GoldSet
    stories: Mapping[tuple[str, int], str]
    """By article and place of the event in its label."""

    def part(self, half: Half) -> tuple[GoldArticle, ...]:
        """Return the articles of one half, or all."""
        return tuple(article for article in self.gold.articles if half in ("all", half_of(article.id)))


@dataclass(frozen=True, slots=True)
class Measured:
    """What the ways of grouping are worth on the same mentions."""

    articles: int
    mentions: int
    """All that were linked."""
    judged: int
    """Those whose right story is known; the figures are over these."""
    labelled: int
    """Labelled events of the articles."""
    pairs: int
    """Pairs that blocking let through."""
    by_method: Mapping[str, Grouping]
    words: Mapping[str, int]
    """What a model said of pairs near the threshold, and what is right: "yes, two events" was wrong."""


def half_of(article: str) -> Literal["dev", "test"]:
    """Return the half that an article belongs to by its scene."""
    scene = article.partition("-")[0]
    return "dev" if hashlib.sha256(f"extractor-stories:{scene}".encode()).digest()[0] % 2 == 0 else "test"


def read_stories(folder: Path | None = None) -> StorySet:
    """Read a set of labelled stories; None: the shipped one.

    Raises:
        UsageError: It cannot be read, or its stories and its events do not match one to one; all is named.
    """
    root = evals_folder() / "stories" if folder is None else folder
    gold = read_gold(root)
    try:
        named = tomllib.loads((root / STORIES).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{str(root / STORIES)!r} cannot be read: {error}") from error
    events = {(one.id, place) for one in gold.articles for place in range(len(one.label.events))}
    stories: dict[tuple[str, int], str] = {}
    wrong = []
    for story, mentions in named.items():
        for said in mentions:
            article, _, place = str(said).rpartition("#")
            mention = (article, int(place) if place.isdecimal() else -1)
            if mention not in events:
                wrong.append(f"{story}: there is no event {said!r}")
            elif stories.setdefault(mention, story) != story:
                wrong.append(f"{story}: {said!r} belongs to {stories[mention]} already")
    wrong += [f"{article}#{place} belongs to no story" for article, place in sorted(events - stories.keys())]
    if wrong:
        raise UsageError(f"{str(root / STORIES)!r} has {len(wrong)} error(s): {'; '.join(wrong)}")
    return StorySet(gold, stories)


def measure_labels(
    labelled: StorySet, half: Half, *, threshold: float = THRESHOLD, look: Look | None = None
) -> Measured:
    """Link the labelled events themselves and compare with their stories; with ``look`` also after its second look."""
    articles = labelled.part(half)
    extractions = [as_extraction(article) for article in articles]
    right = {
        (article.id, f"e{place}"): labelled.stories[article.id, place]
        for article in articles
        for place in range(len(article.label.events))
    }
    return _measure(extractions, right, len(right), threshold, look)


def measure_run(
    labelled: StorySet, run: Run, half: Half, *, threshold: float = THRESHOLD, look: Look | None = None
) -> Measured:
    """Link the events of a run over the set and compare those that align with a labelled event.

    Raises:
        UsageError: The run was made on another set.
    """
    scored = score_run(run, labelled.gold)
    chosen = {article.id for article in labelled.part(half)}
    rows = [(row, score) for row, score in zip(run.rows, scored.scores, strict=True) if row.article in chosen]
    first = [(row, score) for row, score in rows if row.repeat == 0]
    right = {
        (row.article, row.extraction.events[pair.predicted].id): labelled.stories[row.article, pair.labelled]
        for row, score in first
        for pair in score.pairs
    }
    events = sum(len(article.label.events) for article in labelled.part(half))
    # The set's name of an article, whatever the extraction calls it.
    extractions = [
        row.extraction.model_copy(update={"article": row.extraction.article.model_copy(update={"id": row.article})})
        for row, _ in first
    ]
    return _measure(extractions, right, events, threshold, look)


def _measure(
    extractions: Sequence[Extraction],
    right: Mapping[tuple[str, str], str],
    labelled: int,
    threshold: float,
    look: Look | None,
) -> Measured:
    linking = link(extractions, threshold=threshold)
    judged = [one for one in linking.mentions if (one.article, one.event) in right]
    wanted = {one.key: right[one.article, one.event] for one in judged}
    by_method = {
        name: compare_groupings({one.key: group_of(one) for one in judged}, wanted)
        for name, group_of in _BASELINES.items()
    }
    looks = {LINKED: linking} if look is None else {LINKED: linking, CHECKED: look(linking, extractions)}
    for name, each in looks.items():
        ids = each.story_ids()
        by_method[name] = compare_groupings({one.key: ids[one.key] for one in judged}, wanted)
    words = _words(looks[CHECKED], wanted) if look else {}
    return Measured(
        articles=len(extractions),
        mentions=len(linking.mentions),
        judged=len(judged),
        labelled=labelled,
        pairs=linking.blocks.pairs,
        by_method=by_method,
        words=words,
    )


def _words(linking: Linking, wanted: Mapping[str, str]) -> dict[str, int]:
    """Count what a model said of pairs whose right stories are known, by what it said and what is right."""
    counted: Counter[str] = Counter()
    for pair, word in linking.said.items():
        one, other = (wanted.get(linking.mentions[place].key) for place in pair)
        if one is not None and other is not None:
            counted[f"{word.same}, {'one event' if one == other else 'two events'}"] += 1
    return dict(sorted(counted.items()))


def _by_country(mention: Mention) -> str:
    return f"{mention.type} {_day(mention)} {mention.place.country}"


def _by_settlement(mention: Mention) -> str:
    place = mention.place
    named = place.geonameid or sorted(place.names) or place.admin1
    return f"{mention.type} {_day(mention)} {place.country} {named}"


def _day(mention: Mention) -> str:
    """Return the first day of a mention, as far as its words name one."""
    span = mention.span
    return dt.date.fromordinal(span.start).isoformat() if span and span.firm else "undated"


_BASELINES: Final[dict[str, Callable[[Mention], str]]] = {
    "every event alone": lambda one: one.key,
    "type, day, country": _by_country,
    "type, day, settlement": _by_settlement,
}


def as_extraction(article: GoldArticle) -> Extraction:
    """Return a labelled article as an extraction that says exactly what its label says, places through the gazetteer.

    Event ``n`` of the label has the id ``e<n>``; its summary is its first evidence.
    """
    label = article.label
    return Extraction(
        article=ArticleInfo(id=article.id, sha256=hashlib.sha256(article.text.encode()).hexdigest(), source="stories"),
        published=Published(date=label.published, basis="given" if label.published else "unknown"),
        events=tuple(_event(place, one, article.text) for place, one in enumerate(label.events)),
        provenance=_BY_LABEL,
        usage=Usage(),
        outcome=Outcome.OK,
    )


_BY_LABEL: Final = Provenance(
    prompt="labels@v1",
    prompt_sha256="0" * 64,
    reply_type="label",
    model="label",
    endpoint="none",
    mode="none",
    extractor_version="0",
    time=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
)


def _event(place: int, label: LabelledEvent, text: str) -> EventSummary:
    where = _where(label.where)
    when = label.when
    basis = TimeBasis.EXPLICIT if when.start else TimeBasis.PUBLICATION_BOUND if when.end else TimeBasis.NONE
    return EventSummary(
        id=f"e{place}",
        type=label.type,
        status=label.status,
        standing=label.standing,
        summary=label.evidence[0],
        when=When(words=when.words, basis=basis, start=when.start, end=when.end),
        where=where,
        actors=(
            *_actors(label.initiators, Role.INITIATOR, where.country),
            *_actors(label.targets, Role.TARGET, where.country),
        ),
        counts=tuple(map(_count, label.counts)),
        evidence=tuple(_quotes(label.evidence, text)),
    )


def _where(label: LabelledWhere) -> Where:
    """Return what the gazetteer makes of a labelled place; the settlement and region come from the label."""
    said = ", ".join(filter(None, (label.settlement, label.admin1))) or label.words
    found = locate(said, label.country)
    point = {} if label.lat is None else {"lat": label.lat, "lon": label.lon}
    return found.model_copy(update={"words": label.words, **point})


def _actors(labels: Sequence[LabelledActor], role: Role, country: str | None) -> Iterator[Actor]:
    for label in labels:
        yield resolve_actor(label.names[0], role, Sector.UNK, Involvement.STATED, where_country=country)


def _count(label: LabelledCount) -> Count:
    read = parse_count(label.words, label.measure)
    return Count(
        measure=label.measure,
        who=label.who,
        min=label.min,
        max=label.max,
        form=read.form if read else CountForm.EXACT,
        source=label.source,
        words=label.words,
    )


def _quotes(passages: Sequence[str], text: str) -> Iterator[Evidence]:
    for number, passage in enumerate(passages, start=1):
        start = max(0, text.find(passage))
        yield Evidence(sentence=number, quote=passage, start=start, end=start + len(passage))
