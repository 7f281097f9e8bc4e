"""Stories over a run: what is compared, what is joined, and that order and copies change nothing."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from extractor.archive.linking.blocking import CROWD, Blocks, candidates
from extractor.archive.linking.grouping import LARGEST, WHOLE, Edges, group
from extractor.archive.linking.link import link
from extractor.archive.linking.mentions import mentions_of, outlet_of
from extractor.archive.linking.score import CAP, bits, score
from extractor.events.vocabulary import Measure, Standing, Status
from tests.archive.linking.reports import DAY, after, event, mention, report

if TYPE_CHECKING:
    from extractor.archive.linking.link import Linking
    from extractor.events.summary import EventSummary, Extraction

BLAST = "A bomb hidden in a millet sack tore through the grain hall."
AGAIN = "The millet sack that exploded in the grain hall killed traders."


def grouped(linking: Linking) -> set[frozenset[str]]:
    """Return the stories as sets of article and event."""
    mentions = linking.mentions
    return {frozenset(f"{mentions[i].article} {mentions[i].event}" for i in places) for places in linking.groups}


def met(*events: tuple[str, EventSummary]) -> set[frozenset[str]]:
    """Return which articles' events are compared."""
    mentions, _ = mentions_of([report(name, one, published=after(60)) for name, one in events])
    return {
        frozenset((mentions[place].article, mentions[other].article))
        for place, others in candidates(mentions, Blocks())
        for other in others
    }


@pytest.mark.parametrize(
    ("one", "other", "compared"),
    [
        (event(), event(), True),
        (event(), event(day=after(2)), True),
        (event(), event(day=after(20)), False),
        (event(), event(day=(after(-400), after(400)), place="Maroua"), True),  # vague in time
        (event(), event(day=(after(2), after(40))), True),
        (event(), event(day=(after(80), after(120))), False),
        (event(), event(place="Garoua"), False),  # both exact, 180 km apart
        (event(), event(place="Kongor-Thiang"), True),  # no gazetteer has it
        (event(), event(place=None), True),  # no more than the country
        (event(place=None), event(place=None, day=(DAY, after(20))), True),
        (event(), event(place=None, country="Nigeria"), False),
        (event(), event(place=None, country=None), False),
        (event(), event(place="Maroua", country=None, day=DAY), True),
        (event(by=["the Northern Front"]), event(by=["the Northern Front"], place=None, country=None), True),
        (event(by=["gunmen"]), event(by=["gunmen"], place=None, country=None), False),  # nobody is named
        (event(type_="attack"), event(type_="crime"), True),
        (event(type_="attack"), event(type_="meeting"), False),
        (event(), event(status=Status.PLANNED), False),
        (event(), event(standing=Standing.AGGREGATE), False),
        (event(standing=Standing.AGGREGATE), event(standing=Standing.AGGREGATE), True),
    ],
)
def test_only_what_may_be_one_event_is_compared(one: EventSummary, other: EventSummary, compared: bool) -> None:
    """A pair is compared where family, kind, days and part of the world allow it, at the vaguer side's level."""
    assert bool(met(("a", one), ("b", other))) == compared


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.builds(
            event,
            type_=st.sampled_from(["attack", "crime", "displacement", "disaster_accident"]),
            day=st.one_of(
                st.none(), st.integers(0, 8).map(after), st.tuples(st.just(DAY), st.integers(0, 30).map(after))
            ),
            place=st.sampled_from(["Maroua", "Mora", "Kongor-Thiang", None]),
            by=st.sampled_from([(), ("the Northern Front",)]),
        ),
        min_size=2,
        max_size=9,
    )
)
@example(
    [
        event(day=after(8), place="Mora", by=["the Northern Front"]),
        event(day=None, place="Mora", by=["the Northern Front"]),
    ]
)
def test_blocking_loses_no_pair_that_would_be_linked(events: list[EventSummary]) -> None:
    """No pair is given out twice, and every pair above the threshold is given out."""
    mentions, weights = mentions_of([report(f"a{number}", one) for number, one in enumerate(events)])
    blocks = Blocks()
    pairs = [(place, other) for place, others in candidates(mentions, blocks) for other in others]
    assert len(pairs) == len(set(pairs)) == blocks.pairs
    for one, other in combinations(range(len(mentions)), 2):
        if bits(mentions[one], mentions[other], weights, floor=-CAP) >= 0:
            assert (one, other) in pairs


def test_a_crowd_is_compared_by_its_marks() -> None:
    """In a key with too many mentions only those meet that share a rare word, a site or somebody who took part."""
    crowd = [
        report(f"a{number}", event(summary=f"{chr(97 + number % 26) * 4}{chr(97 + number // 26) * 4}"))
        for number in range(CROWD)
    ]
    known = [report(name, event(by=["the Northern Front"], summary="Quiet.")) for name in ("b", "c")]
    mentions, _ = mentions_of([*crowd, *known])
    blocks = Blocks()
    pairs = {
        frozenset((mentions[place].article, mentions[other].article))
        for place, others in candidates(mentions, blocks)
        for other in others
    }
    assert blocks.crowded
    assert frozenset(("b", "c")) in pairs
    assert blocks.pairs < len(mentions)


def test_average_linkage_does_not_chain() -> None:
    """A is like B and B like C, but A is not like C: C stays out."""
    mentions = [mention(article=name) for name in "abc"]
    edges = Edges()
    for one, other, scored in ((0, 1, 6.0), (1, 2, 2.0), (0, 2, -8.0)):
        edges.add(one, other, scored)
    assert group(mentions, edges, {}, threshold=0.0) == [[0, 1], [2]]
    assert group(mentions, edges, {}, threshold=-4.0) == [[0, 1, 2]]


def test_a_component_too_large_for_a_table_is_split_by_a_higher_threshold() -> None:
    """A chain of thousands of mentions falls apart at its weaker links; mentions that were never compared count."""
    one = mention()
    count = LARGEST + 2
    edges = Edges()
    for place in range(count - 1):
        edges.add(place, place + 1, 6.0 if place % 2 == 0 else 0.5)
    groups = group([one] * count, edges, {}, threshold=0.0)
    assert groups == [[place, place + 1] for place in range(0, count, 2)]
    star = Edges()
    for place in range(1, WHOLE + 2):
        star.add(0, place, 1.0)
    assert max(map(len, group([one] * (WHOLE + 2), star, {}, threshold=0.0))) == 2


def reports() -> list[Extraction]:
    """Return eight reports of three incidents: a blast, a raid a day later, a flood elsewhere."""
    blast: dict[str, Any] = {"place": "the grain market of Maroua", "type_": "remote_explosive_landmine_ied"}
    raid: dict[str, Any] = {"place": "a police post in Maroua", "day": after(1), "by": ["Gunmen on motorcycles"]}
    flood: dict[str, Any] = {"place": "Kousseri", "type_": "disaster_accident", "day": after(1)}
    return [
        report("a", event(**blast, killed=9, summary=BLAST), url="https://www.wire.example/1"),
        report("b", event(**blast, killed=17, summary=AGAIN), published=after(1)),
        report(
            "c",
            event("e0", **raid, killed=2, summary="Gunmen stormed the post and took rifles."),
            event("e1", **blast, killed=17, standing=Standing.OTHER, summary="The bombing of the market killed 17."),
            published=after(1),
        ),
        report("d", event(**raid, killed=2, summary="Rifles were taken from the post."), published=after(2)),
        report("e", event(**flood, summary="The river rose over the bank."), published=after(2)),
        report("f", event(**blast, killed=19, summary=AGAIN, standing=Standing.BACKGROUND), published=after(365)),
        report("g", event(**flood, summary="Tents float where the river rose."), published=after(3)),
        report("h", event(**(flood | {"place": "Garoua"}), summary="The river rose here too."), published=after(3)),
    ]


STORIES = {
    frozenset(("a e0", "b e0", "c e1", "f e0")),
    frozenset(("c e0", "d e0")),
    frozenset(("e e0", "g e0")),
    frozenset(("h e0",)),
}


@settings(max_examples=25, deadline=None)
@given(st.permutations(reports()), st.lists(st.sampled_from(range(8)), max_size=4))
def test_the_order_of_articles_and_copies_of_records_change_nothing(order: list[Extraction], copies: list[int]) -> None:
    """Whatever the order, and however often a record comes, stories, links and their scores are the same."""
    first = link(reports())
    again = link([*order, *(order[copy] for copy in copies)])
    assert grouped(first) == grouped(again) == STORIES
    assert list(first.stories()) == list(again.stories())
    assert list(first.links()) == list(again.links())


def test_every_mention_is_in_one_story_and_every_link_is_explained() -> None:
    """No mention is lost or told twice; a link's parts add up to its score, and say whether it was joined."""
    linking = link(reports())
    stories = list(linking.stories())
    told = [one.key for story in stories for one in story.mentions]
    assert sorted(told) == [one.key for one in linking.mentions]
    ids = linking.story_ids()
    by_key = {one.key: one for one in linking.mentions}
    links = list(linking.links())
    assert links
    for one in links:
        assert one.joined == (ids[one.one] == ids[one.other])
        assert one.one < one.other
        assert one.bits == score(by_key[one.one], by_key[one.other], linking.weights).bits
        assert max(-CAP, min(CAP, sum(part.bits for part in one.parts))) == pytest.approx(one.bits, abs=0.001)
    linked = {key for one in links if one.joined for key in (one.one, one.other)}
    assert linked == {one.key for story in stories if len(story.mentions) > 1 for one in story.mentions}


def test_a_story_keeps_every_toll_in_the_order_of_publication() -> None:
    """Numbers are neither merged nor chosen: each stands with its article and day, and contradictions are named."""
    [blast] = [one for one in link(reports()).stories() if len(one.mentions) == 4]
    assert [(row.published, row.min) for row in blast.tolls] == [
        (DAY, 9),
        (after(1), 17),
        (after(1), 17),
        (after(365), 19),
    ]
    assert blast.conflicting == (Measure.KILLED,)
    assert (blast.start, blast.end, blast.country) == (DAY, DAY, "CMR")
    assert blast.summary == BLAST
    assert blast.mentions[0].outlet == "wire.example"


def test_a_storys_name_stays_as_later_reports_join() -> None:
    """A story is named after what was published first, so a report of the next day changes no name."""
    before = {one.id for one in link(reports()[:3]).stories()}
    assert before <= {one.id for one in link(reports()).stories()}


def test_a_higher_threshold_only_parts() -> None:
    """What is one story at a high threshold is inside one at a lower one."""
    low, high = (grouped(link(reports(), threshold=threshold)) for threshold in (0.0, 11.5))
    assert all(any(story <= other for other in low) for story in high)
    assert low != high


def test_nothing_to_link_is_no_error() -> None:
    """A run without events has no stories."""
    linking = link([report("a")])
    assert (list(linking.stories()), list(linking.links()), linking.uncertain) == ([], [], 0)


@pytest.mark.parametrize(
    ("url", "source", "outlet"),
    [
        ("https://www.wire.example/a?b", "x.jsonl:3", "wire.example"),
        (None, "x.jsonl:3", "x.jsonl:3"),
        ("not an address", "-", "-"),
        ("http://[broken", "-", "-"),
    ],
)
def test_an_outlet_is_the_host_of_the_address(url: str | None, source: str, outlet: str) -> None:
    """Who published it is read off the address, else where it was read from is said."""
    assert outlet_of(url, source) == outlet
