"""Each check passes, fails and abstains where docs/schema.md says so, and shows where it looked."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from extractor.events.checks import (
    country_supported,
    date_unresolved,
    in_dateline_only,
    outside_body,
    published_conflict,
)
from extractor.events.count_support import count_supported, summary_numbers
from extractor.events.countries import countries_in
from extractor.events.counts import parse_count
from extractor.events.naming import named
from extractor.events.passage import Passage
from extractor.events.places import locate
from extractor.events.roles import contradicted
from extractor.events.scene import place_supported, when_supported
from extractor.events.summary import Check, Count, Published, When
from extractor.events.view import View
from extractor.events.vocabulary import CountForm, EventType, Measure, Role, Status, TimeBasis, Who

if TYPE_CHECKING:
    from collections.abc import Callable

    from extractor.articles.article import Article


def passage_of(article: Article, *numbers: int) -> Passage:
    """Quote the sentences ``numbers`` of an article, or all."""
    chosen = [s for s in article.sentences if not numbers or s.number in numbers]
    return Passage(article, View.of(article.text), tuple(chosen), countries_in(article.text))


def shown(article: Article, check: Check) -> tuple[str, str | None]:
    """Return how a check ended and the text that it points at."""
    return check.result.value, article.text[check.span.start : check.span.end] if check.span else None


def count_check(article: Article, words: str, measure: str, who: str = "all", status: str = "actual") -> Check:
    """Check one count against a whole article."""
    value = parse_count(words, Measure(measure))
    count = Count(
        measure=Measure(measure),
        who=Who(who),
        words=words,
        min=value.min if value else None,
        max=value.max if value else None,
        form=value.form if value else CountForm.VAGUE,
    )
    return count_supported(passage_of(article), 0, count, Status(status))


@pytest.mark.parametrize(
    ("sentence", "claim", "ended", "at"),
    [
        ("A bomb killed 17 people.", ("17 people", "killed"), "passed", "17"),
        ("A bomb killed seventeen people.", ("17 people", "killed"), "passed", "seventeen"),
        ("A bomb killed 17 people.", ("seventeen", "killed"), "passed", "17"),
        ("A bomb killed at least 17 people.", ("17 people", "killed"), "failed", "at least 17"),
        ("A bomb killed 17 people.", ("at least 17 people", "killed"), "failed", "17"),
        ("A bomb killed 17 people.", ("18 people", "killed"), "failed", None),
        ("A bomb killed 17 people.", ("7 people", "killed"), "failed", None),
        ("A bomb killed 17 people and wounded 71.", ("71", "killed"), "failed", "71"),
        ("A bomb killed 17 people and wounded 71.", ("71", "injured"), "passed", "71"),
        ("A bomb killed 17 soldiers.", ("17 children", "killed"), "failed", None),
        ("A bomb killed 17 soldiers.", ("17", "killed", "children"), "failed", "17"),
        ("A bomb killed 17 soldiers.", ("17 soldiers", "killed", "combatants"), "passed", "17"),
        ("A bomb killed 17 schoolgirls.", ("17 schoolgirls", "killed", "civilians"), "passed", "17"),
        ("A bomb destroyed 17 houses and killed a man.", ("17", "killed"), "failed", "17"),
        ("There were 17 guests.", ("17 guests", "killed"), "failed", "17"),
        ("A bomb killed five women and a child.", ("five women and a child", "killed"), "passed", "five"),
        ("A bomb killed five women and four children.", ("nine people", "killed"), "passed", "five women and four"),
        ("A bomb killed five women and wounded four men.", ("nine people", "killed"), "failed", None),
        ("A bomb killed a soldier.", ("a soldier", "killed"), "passed", "soldier"),
        ("No casualties were reported.", ("No casualties", "killed"), "passed", "No casualties"),
        ("The army denied killing 17 people.", ("17 people", "killed"), "failed", "17"),
        ("The army denied killing 17 people.", ("17 people", "killed", "all", "denied"), "passed", "17"),
        ("A bomb killed 17 people.", ("many", "killed"), "failed", None),
        ("Dozens were hurt.", ("dozens", "injured"), "passed", "Dozens"),
        ("A bomb killed 17,000 people.", ("17", "killed"), "failed", None),
        ("A bomb killed 17 people, including five children.", ("five", "killed"), "failed", "five"),
        ("A bomb killed 17 people, including five children.", ("five", "killed", "children"), "passed", "five"),
        ("A bomb killed 17 people, three of them women.", ("three", "killed"), "failed", "three"),
        ("A bomb left 17 dead and 71 wounded.", ("17 dead and 71 wounded", "injured"), "passed", "71"),
        ("A bomb left 17 dead and 71 wounded.", ("17 dead and 71 wounded", "killed"), "passed", "17"),
        ("The toll rose from 12 to 17 dead.", ("12", "killed"), "failed", None),
        ("The toll rose from 12 to 17 dead.", ("17", "killed"), "passed", "17"),
    ],
)
def test_counts(
    make_article: Callable[..., Article], sentence: str, claim: tuple[str, ...], ended: str, at: str | None
) -> None:
    """A count is supported where its number stands, says the same, and goes with its measure and its people."""
    article = make_article(sentence)
    assert shown(article, count_check(article, *claim)) == (ended, at)


@pytest.mark.parametrize(
    ("summary", "ended"),
    [
        ("Seventeen people died.", "passed"),
        ("A bomb went off.", "passed"),
        ("18 people died.", "failed"),
        ("A dozen or more died; several were hurt.", "failed"),
        ("Several people died.", "passed"),
    ],
)
def test_the_summary_states_no_other_number(make_article: Callable[..., Article], summary: str, ended: str) -> None:
    """Every number of the summary stands in the quote; a vague one needs a number of its size."""
    article = make_article("A bomb killed 17 people.")
    assert summary_numbers(passage_of(article), summary).result.value == ended


SCENE = (
    "Blast rocks Homs",
    "A blast hit the old town of Homs on Friday.",
    "Ten people died, police said.",
    "In Hama, ten people were hurt on Monday.",
    "Later a second bomb went off in Daraa.",
)


@pytest.mark.parametrize(
    ("check", "words", "quoted", "ended"),
    [
        (place_supported, "Homs", (2,), "passed"),
        (place_supported, "Homs", (3,), "passed"),
        (place_supported, "Homs", (4,), "failed"),
        (place_supported, "Daraa", (3,), "failed"),
        (place_supported, "Raqqa", (2,), "failed"),
        (place_supported, None, (2,), "not_applicable"),
        (when_supported, "on Friday", (2,), "passed"),
        (when_supported, "on Friday", (3,), "passed"),
        (when_supported, "on Friday", (4,), "failed"),
        (when_supported, "on Sunday", (3,), "failed"),
        (when_supported, None, (3,), "not_applicable"),
    ],
)
def test_time_and_place_come_from_the_quote_or_its_scene(
    make_article: Callable[..., Article], check: Any, words: str | None, quoted: tuple[int, ...], ended: str
) -> None:
    """Time and place words stand in the quote, or in the scene of a quote that has none of its own."""
    article = make_article(*SCENE, headline=1)
    assert check(passage_of(article, *quoted), words, EventType.ATTACK).result.value == ended


@pytest.mark.parametrize(
    ("sentence", "check", "words", "type_", "ended"),
    [
        ("Police said on Monday that a bomb killed ten.", when_supported, "on Monday", "attack", "failed"),
        ("A bomb on Monday killed ten, police said.", when_supported, "on Monday", "attack", "passed"),
        ("Police said a bomb on Monday killed ten.", when_supported, "on Monday", "attack", "passed"),
        ("On Monday the group claimed that it had shot ten men.", when_supported, "On Monday", "attack", "failed"),
        ("On Monday gunmen killed ten men, police said.", when_supported, "On Monday", "attack", "passed"),
        ("On Monday a bomb went off.", when_supported, "On Monday", "attack", "passed"),
        ("She warned Iran on Monday.", when_supported, "on Monday", "threat", "passed"),
        ("NGOs told reporters in Istanbul that jets killed ten.", place_supported, "Istanbul", "attack", "failed"),
        ("NGOs said at a news conference in Istanbul that jets hit Homs.", place_supported, "Homs", "attack", "passed"),
        ("She urged Iran to stop, speaking in Geneva.", place_supported, "Geneva", "demand", "passed"),
        ("Gunmen killed ten in South Sudan.", place_supported, "Sudan", "attack", "failed"),
        ("Gunmen killed ten in New York.", place_supported, "York", "attack", "failed"),
        ("Gunmen killed ten in northern Sudan.", place_supported, "Sudan", "attack", "passed"),
    ],
)
def test_what_dates_the_statement_does_not_date_the_act(
    make_article: Callable[..., Article], sentence: str, check: Any, words: str, type_: str, ended: str
) -> None:
    """The time and place of a statement belong to speech acts only; part of a longer name is no place."""
    assert check(passage_of(make_article(sentence)), words, EventType(type_)).result.value == ended


@pytest.mark.parametrize(
    ("sentence", "place", "country", "ended"),
    [
        ("A blast hit Homs in Syria.", "Homs", "Syria", "passed"),
        ("Syrian troops took Homs.", "Homs", "Syria", "passed"),
        ("A blast hit Homs.", "Homs", "Syria", "passed"),
        ("A blast hit Homs in Syria.", "Homs", "Turkey", "failed"),
        ("Turkish jets bombed Homs.", "Homs", "Syria", "passed"),
        ("A blast hit the hotel.", None, "Syria", "failed"),
        ("A blast hit the hotel.", None, "Nowhereland", "failed"),
        ("A blast hit the hotel.", None, None, "not_applicable"),
    ],
)
def test_countries(
    make_article: Callable[..., Article], sentence: str, place: str | None, country: str | None, ended: str
) -> None:
    """A country is supported by its name or people in the quote, or by the place itself."""
    article = make_article(sentence)
    assert country_supported(passage_of(article), locate(place, country), country).result.value == ended


def test_a_country_of_the_rest_of_the_article_serves_a_quote_without_any(make_article: Callable[..., Article]) -> None:
    """Where the quote names no country, one that the article names is good enough."""
    article = make_article("A blast hit the hotel.", "Syria blamed rebels.")
    assert country_supported(passage_of(article, 1), locate(None, "Syria"), "Syria").result.value == "passed"


@pytest.mark.parametrize(
    ("line", "ended"),
    [
        ("BEIRUT, June 3 (Wire) - A blast hit Homs.", "failed"),
        ("BEIRUT, June 3 (Wire) - A blast hit central Beirut.", "passed"),
        ("BEIRUT, June 3 (Wire) - A blast hit the port.", "failed"),
    ],
)
def test_a_dateline_is_no_place_of_the_event(make_article: Callable[..., Article], line: str, ended: str) -> None:
    """A place that stands only in the dateline fails; one that the report names passes."""
    article = make_article(line, datelines={1: "BEIRUT, June 3 (Wire) - "})
    assert in_dateline_only(passage_of(article), "Beirut").result.value == ended


def test_without_a_dateline_there_is_nothing_to_check(make_article: Callable[..., Article]) -> None:
    """Without a dateline, or without a place, the check abstains."""
    article = make_article("A blast hit Beirut.")
    assert in_dateline_only(passage_of(article), "Beirut").result.value == "not_applicable"
    assert in_dateline_only(passage_of(article), None).result.value == "not_applicable"


NAMES = (
    "Kremlin spokesman Dmitry Peskov criticised the United States on Monday.",
    "He said Syrian and Russian forces would stay.",
    "Peskov spoke after President Anna Berg, head of the Belmark Union, met him.",
    "The group said nothing.",
    "US officials told us little.",
    "The army and the vice president met Ivan Peskov.",
)


@pytest.mark.parametrize(
    ("name", "quoted", "expected", "at"),
    [
        ("Dmitry Peskov", 1, True, "Dmitry Peskov"),
        ("the Kremlin", 1, True, "Kremlin"),
        ("Peskov", 3, True, "Peskov"),
        ("Kremlin spokesman Dmitry Peskov", 3, True, "Peskov"),
        ("Kremlin spokesman Dmitry Peskov", 2, True, "Kremlin spokesman Dmitry Peskov"),
        ("Kremlin spokesman Dmitry Peskov", 5, False, "Kremlin spokesman Dmitry Peskov"),
        ("Syrian forces", 2, True, "Syrian and Russian forces"),
        ("Turkish forces", 2, False, None),
        ("Belmark Union head Anna Berg", 3, True, "Anna Berg"),
        ("Belmark Union", 4, True, "Belmark Union"),
        ("Kremlin", 3, False, "Kremlin"),
        ("US", 5, True, "US"),
        ("IS", 5, False, None),
        ("Sergei Peskov", 3, False, None),
        ("unknown gunmen", 1, False, None),
        ("President Anna Berg", 3, True, "President Anna Berg"),
        ("president", 6, False, "President"),
        ("Dmitry Peskov", 6, False, "Dmitry Peskov"),
    ],
)
def test_names(make_article: Callable[..., Article], name: str, quoted: int, expected: bool, at: str | None) -> None:
    """A name stands in the quote, in full, in short or behind a pronoun; elsewhere is not enough."""
    article = make_article(*NAMES)
    naming = named(passage_of(article, quoted), name)
    assert naming.supported is expected
    assert (article.text[naming.span.start : naming.span.end] if naming.span else None) == at


@pytest.mark.parametrize(
    ("sentence", "type_", "initiator", "target", "wrong"),
    [
        ("Israel bombed Syria on Monday.", "air_drone_strike", "Israel", "Syria", (None, None)),
        ("Israel bombed Syria.", "air_drone_strike", "Syria", "Israel", ("Israel bombed Syria",) * 2),
        (
            "Israel on Monday bombed Syria.",
            "air_drone_strike",
            "Syria",
            "Israel",
            ("Israel on Monday bombed Syria",) * 2,
        ),
        ("Syria was bombed by Israel.", "air_drone_strike", "Israel", "Syria", (None, None)),
        (
            "Syria was bombed by Israel.",
            "air_drone_strike",
            "Syria",
            "Israel",
            ("Syria was bombed", "bombed by Israel"),
        ),
        ("The attack on Syria went on.", "attack", "Syria", "Israel", ("attack on Syria", None)),
        ("Elena Costa urged Belmark to stop.", "demand", "Belmark", "Elena Costa", ("Elena Costa urged Belmark",) * 2),
        ("Israel and Syria traded blows.", "air_drone_strike", "Syria", "Israel", (None, None)),
        ("Israel met Syria.", "meeting", "Syria", "Israel", (None, None)),
        ("Israel, which bombed it, left Syria.", "air_drone_strike", "Syria", "Israel", (None, None)),
    ],
)
def test_roles(
    make_article: Callable[..., Article],
    sentence: str,
    type_: str,
    initiator: str,
    target: str,
    wrong: tuple[str | None, str | None],
) -> None:
    """A role fails only where plain syntax contradicts it, and the words that do are given."""
    passage = passage_of(make_article(sentence))
    kind = EventType(type_)
    assert contradicted(passage, kind, Role.INITIATOR, initiator, [target]) == wrong[0]
    assert contradicted(passage, kind, Role.TARGET, target, [initiator]) == wrong[1]


def test_unresolved_dates_fail() -> None:
    """Unresolved time words fail; no time words are nothing to resolve."""
    assert date_unresolved(When(words="recently")).result.value == "failed"
    assert date_unresolved(When(words="on Sunday", end=date(2019, 6, 2))).result.value == "passed"
    assert date_unresolved(When(basis=TimeBasis.PUBLICATION_BOUND)).result.value == "not_applicable"


@pytest.mark.parametrize(
    ("used", "printed", "ended"),
    [
        (date(2019, 6, 3), date(2019, 6, 3), "passed"),
        (date(2019, 6, 4), date(2019, 6, 3), "failed"),
        (date(2019, 6, 4), None, "not_applicable"),
        (None, date(2019, 6, 3), "not_applicable"),
    ],
)
def test_publication_dates_are_compared(used: date | None, printed: date | None, ended: str) -> None:
    """A given publication date that differs from the printed one fails."""
    assert published_conflict(Published(date=used, basis="given"), printed).result.value == ended


def test_furniture_is_outside_the_body(make_article: Callable[..., Article]) -> None:
    """Evidence in page furniture fails and is shown."""
    article = make_article("A blast hit Homs.", "Read more news", furniture=(2,))
    assert shown(article, outside_body(passage_of(article, 1)))[0] == "passed"
    assert shown(article, outside_body(passage_of(article))) == ("failed", "Read more news")
