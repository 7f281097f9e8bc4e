"""What speaks for one event and what against, part by part."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.archive.linking.families import families_of
from extractor.archive.linking.mentions import mentions_of
from extractor.archive.linking.score import CAP, MOST_CONTENT, PRIOR, bits, score
from extractor.archive.linking.spans import Span, span_of
from extractor.events.summary import When, Where
from extractor.events.vocabulary import EventType, PlacePrecision, Standing, TimeBasis
from tests.archive.linking.reports import DAY, after, event, mention, report

if TYPE_CHECKING:
    from extractor.archive.linking.mentions import Mention


def parts(one: dict[str, Any], other: dict[str, Any]) -> dict[str, float]:
    """Return the bits of each part of two events of two articles."""
    pair = mention(article="a", **one), mention(article="b", **other)
    return {part.name: part.bits for part in score(*pair, weights={}).parts}


@pytest.mark.parametrize(
    ("one", "other", "bits_"),
    [
        (DAY, DAY, 6.0),
        (DAY, after(1), -1.0),
        (DAY, after(2), -4.0),
        (DAY, after(4), -6.0),
        (DAY, after(14), -8.0),
        (DAY, after(15), -10.0),
        (DAY, (DAY, after(1)), 5.0),
        (DAY, (after(-3), after(4)), 3.0),
        ((DAY, after(63)), (DAY, after(63)), 0.0),
        (DAY, (dt.date(2021, 1, 1), dt.date(2021, 12, 31)), 0.0),
    ],
)
def test_days_weigh_by_how_narrow_and_how_far(one: Any, other: Any, bits_: float) -> None:
    """The same day says most, a wide interval little, and each day between them speaks against."""
    assert parts({"day": one}, {"day": other})["time"] == bits_
    assert parts({"day": other}, {"day": one})["time"] == bits_


@pytest.mark.parametrize(
    ("published", "day", "bits_"),
    [(DAY, DAY, 2.0), (DAY, after(-3), 2.0), (DAY, after(1), 0.5), (DAY, after(-4), 0.5), (DAY, after(40), -5.0)],
)
def test_undated_news_is_from_the_days_before_it_came_out(published: dt.date, day: dt.date, bits_: float) -> None:
    """Without a word of time, an article's day of publication says a little, and less the farther it is."""
    undated = mention(article="a", day=None, published=published)
    dated = mention(article="b", day=day, published=after(50))
    found = {part.name: part.bits for part in score(undated, dated, {}).parts}
    assert found["time"] == bits_


@pytest.mark.parametrize(
    ("when", "published", "standing", "span"),
    [
        (When(start=DAY, end=after(2)), None, Standing.MAIN, (0, 2, True)),
        (When(start=DAY, basis=TimeBasis.RELATIVE), after(5), Standing.MAIN, (0, 5, True)),
        (When(start=DAY, basis=TimeBasis.RELATIVE), None, Standing.MAIN, (0, 30, True)),
        (When(end=DAY, basis=TimeBasis.PARTIAL), after(9), Standing.MAIN, (-30, 0, True)),
        (When(end=DAY, basis=TimeBasis.PUBLICATION_BOUND), DAY, Standing.MAIN, (-3, 0, False)),
        (When(), DAY, Standing.OTHER, (-3, 0, False)),
        (When(), DAY, Standing.BACKGROUND, (-3650, 0, False)),
        (When(), None, Standing.MAIN, None),
    ],
)
def test_spans_follow_from_words_or_from_publication(
    when: When, published: dt.date | None, standing: Standing, span: tuple[int, int, bool] | None
) -> None:
    """Words make a firm span, publication a soft one: short for news, long for background."""
    first = DAY.toordinal()
    wanted = None if span is None else Span(first + span[0], first + span[1], span[2])
    assert span_of(when, published, standing) == wanted


def site(**fields: Any) -> Where:
    """Return a place made by hand."""
    return Where(**({"country": "CMR", "precision": PlacePrecision.SETTLEMENT} | fields))


@pytest.mark.parametrize(
    ("one", "other", "bits_"),
    [
        (site(geonameid=1, lat=10.6, lon=14.3), site(geonameid=1, lat=10.6, lon=14.3), 6.0),
        (site(lat=10.60, lon=14.30), site(lat=10.63, lon=14.30), 5.5),  # 3 km
        (site(lat=10.60, lon=14.30), site(lat=10.70, lon=14.30), 3.0),  # 11 km
        (site(lat=10.60, lon=14.30), site(lat=10.90, lon=14.30), -1.0),  # 33 km
        (site(lat=10.60, lon=14.30), site(lat=11.40, lon=14.30), -4.0),  # 89 km
        (site(lat=10.60, lon=14.30), site(lat=14.60, lon=14.30), -8.0),
        (site(settlement="Tripoli", country="LBY"), site(settlement="Tripoli", country="LBN"), -10.0),
        (site(lat=10.60, lon=14.30, country="CMR"), site(lat=10.60, lon=14.31, country="NGA"), 0.0),  # on the border
        (site(settlement="Wun-Agok"), site(settlement="Wun Agok"), 6.0),
        (site(settlement="Wun-Agok", admin1="A"), site(settlement="Wun-Agok", admin1="B"), -3.5),
        (site(settlement="Wun-Agok"), site(settlement="Kongor"), -3.0),
        (site(settlement="Kongor", admin1="A"), site(settlement="Wun-Agok", admin1="B"), -7.0),
        (site(settlement="Kongor", words="Kongor"), site(settlement="Duk", words="Duk, near Kongor"), 4.0),
        (site(admin1="A", precision="admin1"), site(settlement="Duk", admin1="A"), 3.0),
        (site(admin1="A", precision="admin1"), site(settlement="Duk", admin1="B"), -7.0),
        (site(precision="country"), site(settlement="Duk", admin1="B"), 1.0),
        (site(precision="country"), Where(), None),
    ],
)
def test_places_weigh_as_deep_as_both_go(one: Where, other: Where, bits_: float | None) -> None:
    """Nearness counts where coordinates are known, names where they are not, and another country rules out."""
    assert parts({"place": one}, {"place": other}).get("place") == bits_
    assert parts({"place": other}, {"place": one}).get("place") == bits_


@pytest.mark.parametrize(
    ("one", "other", "bits_"),
    [
        ("the grain market of Maroua", "at a market in Maroua", 2.0),
        ("the grain market of Maroua", "a police post in Maroua", -2.0),
        ("the grain market of Maroua", "Maroua", None),
        ("the grain market of Maroua", "a police post in Garoua", None),  # other towns: the place has judged that
    ],
)
def test_sites_tell_two_places_of_one_town_apart(one: str, other: str, bits_: float | None) -> None:
    """What the words say beside the settlement's name counts within one settlement."""
    first, second = ({"place": words} for words in (one, other))
    assert parts(first, second).get("site") == bits_


@pytest.mark.parametrize(
    ("one", "other", "bits_"),
    [
        ("attack", "attack", 2.0),
        ("suicide_bomb", "remote_explosive_landmine_ied", 0.5),  # one ACLED event type
        ("attack", "crime", -1.0),
        ("attack", "meeting", -8.0),
    ],
)
def test_types_weigh_by_how_often_they_are_mixed_up(one: str, other: str, bits_: float) -> None:
    """The same type speaks for, a type that reports mix it up with hardly against, any other rules out."""
    assert parts({"type_": one}, {"type_": other})["type"] == bits_


@pytest.mark.parametrize(
    ("one", "other", "bits_"),
    [
        (["the Northern Front"], ["Northern Front"], 3.0),
        (["fighters of the Northern Front"], ["the Northern Front"], 1.5),
        (["gunmen"], ["gunmen"], 1.0),
        (["masked gunmen"], ["gunmen"], 0.5),
        (["the Northern Front"], ["the Hidden Banner"], -1.5),
        (["gunmen"], ["the Hidden Banner"], -0.5),
        (["gunmen", "the Northern Front"], ["Northern Front"], 3.0),
        ([], ["gunmen"], None),
    ],
)
def test_doers_weigh_by_whether_they_are_named(one: list[str], other: list[str], bits_: float | None) -> None:
    """A shared name says much, a shared word for anybody little, and silence nothing."""
    assert parts({"by": one}, {"by": other}).get("doers") == bits_
    on_targets = parts({"to": one}, {"to": other}).get("targets")
    assert on_targets == (None if bits_ is None else round(0.8 * bits_, 2))


@pytest.mark.parametrize(
    ("earlier", "later", "bits_"),
    [
        (64, 64, 3.0),
        (16, 16, 2.0),
        (1, 1, 0.3),
        (16, 17, 1.02),
        (9, 19, 0.0),
        (19, 9, 0.0),
        (9, 45, 0.0),  # tolls grow
        (45, 9, -1.0),  # they do not shrink
        (3, 30, -1.0),
        (30, 3, -2.5),
        (0, 0, 0.5),
        (0, 3, -1.0),
        (0, 12, -2.5),
        ((12, None), (15, None), 0.98),
        (7, None, None),
    ],
)
def test_numbers_weigh_by_size_and_by_which_came_first(earlier: Any, later: Any, bits_: float | None) -> None:
    """The same large number says much; a toll may grow sixfold, and may not fall as far."""
    one = mention(article="a", killed=earlier, published=DAY)
    other = mention(article="b", killed=later, published=after(2))
    for pair in ((one, other), (other, one)):
        found = {part.name: part.bits for part in score(*pair, weights={}).parts}
        assert found.get("counts") == (None if bits_ is None else pytest.approx(bits_, abs=0.01))


def test_rare_words_in_common_speak_for_one_event() -> None:
    """Words that few mentions hold weigh, those of everybody do not; nothing in common says little against."""
    bus = "A wedding bus was swept from the bridge by the torrent below Madyan."
    again = "The torrent took the wedding bus at the bridge."
    other = "Lightning struck the minaret during sermon, splitting marble."
    mentions, weights = mentions_of([report(str(i), event(summary=text)) for i, text in enumerate((bus, again, other))])
    by_text = {one.summary: one for one in mentions}
    found = {
        text: next(part.bits for part in score(by_text[bus], by_text[text], weights).parts if part.name == "words")
        for text in (again, other)
    }
    assert found[again] > 2
    assert -0.5 <= found[other] < 0


def test_one_article_means_two_events() -> None:
    """What would be linked between two articles is not linked within one."""
    told = event("e0", by=["gunmen"]), event("e1", by=["gunmen"])
    within, weights = mentions_of([report("a", *told)])
    between, _ = mentions_of([report("a", told[0]), report("b", told[1])])
    apart, together = (score(one, other, weights).bits for one, other in (within, between))
    assert apart < 0 < together


_DAYS = st.integers(0, 40).map(after)
_EVENTS = st.builds(
    event,
    type_=st.sampled_from([one.value for one in EventType]),
    day=st.one_of(st.none(), _DAYS, st.tuples(st.just(DAY), _DAYS)),
    place=st.sampled_from(["Maroua", "Mora", "the market of Maroua", "Kongor-Thiang", None]),
    country=st.sampled_from(["Cameroon", "Nigeria", None]),
    by=st.lists(st.sampled_from(["gunmen", "the Northern Front", "army", "rebels"]), max_size=2),
    killed=st.one_of(st.none(), st.integers(0, 90)),
    summary=st.sampled_from(["A bomb in a millet sack exploded.", "The millet sack killed traders.", "Boats sank."]),
)


def pair_of(one: Any, other: Any) -> tuple[Mention, Mention, dict[str, int]]:
    """Return the mentions of two articles with one event each."""
    mentions, weights = mentions_of([report("a", one), report("b", other, published=after(3))])
    return mentions[0], mentions[1], dict(weights)


@settings(max_examples=150, deadline=None)
@given(_EVENTS, _EVENTS)
def test_a_score_is_the_sum_of_its_parts_both_ways(one: Any, other: Any) -> None:
    """The parts add up to the score, which does not depend on the order and lies between its bounds."""
    first, second, weights = pair_of(one, other)
    there, back = score(first, second, weights), score(second, first, weights)
    assert (
        there.bits == back.bits == pytest.approx(max(-CAP, min(CAP, sum(part.bits for part in there.parts))), abs=0.001)
    )
    assert there.parts[0].bits == PRIOR
    assert 0 < there.probability < 1
    content = [part.bits for part in there.parts if part.name in {"site", "doers", "targets", "counts", "words"}]
    assert sum(content) <= MOST_CONTENT


@settings(max_examples=100, deadline=None)
@given(_EVENTS, _EVENTS, st.sampled_from([-CAP, -3.0, 0.0, 4.0]))
def test_the_short_cut_never_hides_a_score_above_the_floor(one: Any, other: Any, floor: float) -> None:
    """What is asked of millions of pairs is the score itself where that reaches the floor, and below it elsewhere."""
    first, second, weights = pair_of(one, other)
    whole, quick = score(first, second, weights).bits, bits(first, second, weights, floor=floor)
    assert quick == whole or (whole <= quick < floor)


@pytest.mark.parametrize("event_type", EventType)
def test_every_type_has_a_family(event_type: EventType) -> None:
    """No type is left out of the families, so none goes uncompared."""
    assert families_of(event_type)
