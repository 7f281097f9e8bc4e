"""What may be asked about a found event, and the event that answers and code make together."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from extractor.articles.article import Published
from extractor.events.choices import Choices, choices_for
from extractor.events.lite import event_for_template, lite_event, reply_event
from extractor.events.reply import Filled, LiteEvent
from extractor.events.shortlist import Candidate
from extractor.events.vocabulary import EventType, Standing, Status
from tests.events.conftest import make_article

if TYPE_CHECKING:
    from extractor.articles.article import Article

DAY = date(2024, 3, 6)
LEAD = "Two ships collided in the strait off Lisbon on Monday."


def article(*lines: str) -> Article:
    """Make an article of a fixed day."""
    return make_article(*lines, published=DAY)


def event(type_: str, *sentences: int, what: str = "It happened") -> Candidate:
    """Make a found event."""
    return Candidate(what, EventType(type_), sentences or (1,))


def filled(
    by: tuple[str, ...] = (), to: tuple[str, ...] = (), when: str | None = None, place: str | None = None
) -> Filled:
    """Make an answer."""
    return Filled(by=by, to=to, when=when, place=place)


def made(sentence: str, type_: str, answer: Filled | None = None, *, what: str = "It happened") -> LiteEvent:
    """Join ``answer`` with what code reads of a one-sentence article."""
    return lite_event(event(type_, what=what), answer, article(sentence), first=True)


@pytest.mark.parametrize(
    ("sentence", "type_", "when", "place"),
    [
        ("A bomb hit a market in Homs on Monday.", "attack", ("on Monday",), ("Homs",)),
        ("Shells hit Germany, then a school in Berlin.", "attack", (), ("Berlin", "Germany")),
        ("Shells fell near Idlib.", "attack", (), ("near Idlib",)),
        ("The curfew was extended to May 1.", "policy_decision", (), ()),
        ("The curfew lasted until February 1.", "policy_decision", ("until February 1",), ()),
        ("Shells fell on the city of Homs.", "attack", (), ("the city of Homs",)),
        ("Shells fell in Idlib province.", "attack", (), ("Idlib province",)),
        ("Nine died, police said on Monday.", "attack", (), ()),
        ("Ada Lund said on Monday that the raid was wrong.", "accusation", ("on Monday",), ()),
        ("Twelve were hurt near Nairobi, the NGOs said at a briefing in Lisbon.", "attack", (), ("near Nairobi",)),
        ("The raid was condemned by all, Ada Lund said in Lisbon.", "accusation", (), ("Lisbon",)),
        ("Nobody knows more.", "attack", (), ()),
        ("The raid was wrong according to Lisbon.", "accusation", (), ()),
        ("A Kenyan jet hit Kenya and then a clinic in Uganda.", "attack", (), ("Uganda", "Kenya")),
        ("A court of the District of Germany condemned it.", "accusation", (), ("Germany",)),
        ("Karl Lisbon was shouting when Lisbon condemned it.", "accusation", (), ()),
    ],
)
def test_the_choices_are_phrases_of_the_events_own_sentences(
    sentence: str, type_: str, when: tuple[str, ...], place: tuple[str, ...]
) -> None:
    """Finest places first, with their words of kind; where and when it was told dates no deed."""
    assert choices_for(event(type_), article(sentence)) == Choices(when, place)


@pytest.mark.parametrize(("type_", "expected"), [("attack", ("Lisbon",)), ("accusation", ())])
def test_a_deed_without_a_place_may_be_at_the_articles_scene(type_: str, expected: tuple[str, ...]) -> None:
    """A report names its scene at the top; what people say may be said anywhere."""
    assert choices_for(event(type_, 2), article(LEAD, "Nobody knows more.")).place == expected


def test_without_a_body_there_is_no_scene() -> None:
    """An event told by a headline alone has no first body sentence to fall back on."""
    assert choices_for(event("attack"), make_article("Gunmen attack bus", headline=1)).place == ()


def test_the_date_that_the_page_prints_of_itself_dates_no_event() -> None:
    """The day of printing is a phrase of the text, but not about the event."""
    told = article("Published 6 March 2024: gunmen attacked a bus on 4 March 2024.")
    printed = replace(told, published=Published(DAY, "printed", "6 March 2024", printed=DAY))
    assert choices_for(event("attack"), told).when == ("6 March 2024", "on 4 March 2024")
    assert choices_for(event("attack"), printed).when == ("on 4 March 2024",)


def test_a_question_shows_the_event_and_its_choices() -> None:
    """A template gets the line, the numbered sentences and the phrases, nothing else of the article."""
    collision, told = event("disaster_accident", what="Two ships collided"), article(LEAD, "Secret.")
    shown = event_for_template(collision, told, choices_for(collision, told))
    assert shown == {
        "what": "Two ships collided",
        "sentences": [{"number": 1, "text": LEAD}],
        "when": ["on Monday"],
        "place": ["Lisbon"],
    }
    assert choices_for(event("attack"), article(LEAD)).as_mapping() == {"when": ("on Monday",), "place": ("Lisbon",)}


SIDES = [
    ("Rebels attacked a bus.", "attack", filled(("Rebels",), ("a bus",)), (("Rebels",), (), ("a bus",))),
    ("Rebels attacked a bus.", "attack", filled(("Rebels", "Rebels"), ("Rebels",)), (("Rebels",), (), ())),
    ("Rebels attacked a bus.", "attack", filled(("But Rebels", "\u2026"), ("a bus",)), (("Rebels",), (), ("a bus",))),
    ("Rebels attacked the rebels.", "attack", filled(("Rebels",), ("the rebels",)), (("Rebels",), (), ())),
    ("Air strikes hit a bus.", "attack", filled(("Air strikes",), ("a bus",)), ((), (), ("a bus",))),
    ("A quake hit a town.", "disaster_accident", filled(("A quake",), ("a town",)), ((), (), ("a town",))),
    ("Rebels clashed with troops.", "armed_clash", filled(("Rebels",), ("troops",)), ((), ("Rebels", "troops"), ())),
    ("Rebels overran troops.", "armed_clash", filled(("Rebels",), ("troops",)), (("Rebels",), (), ("troops",))),
    ("Rebels clashed.", "armed_clash", filled(("Rebels",)), (("Rebels",), (), ())),
    ("Ada Lund met Ilir Obi.", "meeting", filled(("Ada Lund",), ("Ilir Obi",)), ((), ("Ada Lund", "Ilir Obi"), ())),
    ("Ada Lund demanded a plan.", "demand", filled(("Ada Lund",), ("a plan",)), (("Ada Lund",), (), ())),
    ("Ada Lund urged Sudria to stop.", "demand", filled(("Ada Lund",), ("Sudria",)), (("Ada Lund",), (), ("Sudria",))),
    ("The vote was cast.", "demand", filled((), ("The vote",)), ((), (), ())),
    ("Gas poisoning hit a town.", "attack", filled(("Gas poisoning",), ("a town",)), ((), (), ("a town",))),
    ('Part of it reads "no".', "demand", filled(('Part of it reads "no"',)), ((), (), ())),
    ("Guards should act on Ada.", "demand", filled(("Guards should",), ("Ada",)), ((), (), ("Ada",))),
    ('Ada "Gull" Lund spoke to Peru.', "demand", filled(('Ada "Gull" Lund',)), (('Ada "Gull" Lund',), (), ())),
    ("However 6606 died.", "attack", filled(("However",), ("6606",)), ((), (), ())),
    ("To date, two died.", "attack", filled(("To date",)), ((), (), ())),
    ("Two spoke on Monday.", "attack", filled(("Two",), ("Monday",)), (("Two",), (), ())),
    ("Nothing is known.", "attack", None, ((), (), ())),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "type_", "answer", "expected"), SIDES)
def test_the_sides_are_who_can_act_and_who_can_suffer(
    sentence: str, type_: str, answer: Filled | None, expected: tuple[tuple[str, ...], ...]
) -> None:
    """Deeds and disasters act on nobody's behalf, nobody acts on themselves, and politics is done to named others."""
    found = made(sentence, type_, answer)
    assert (found.initiators, found.participants, found.targets) == expected


@pytest.mark.parametrize(
    ("sentence", "type_", "answer", "speakers", "initiators"),
    [
        (
            "Nine died in a raid, the Observatory said.",
            "attack",
            filled(("the Observatory",)),
            ("the Observatory",),
            (),
        ),
        (
            "Nine died in a raid, the Observatory said.",
            "attack",
            filled((), ("the Observatory",)),
            ("the Observatory",),
            (),
        ),
        ("The raid was wrong, Ada Lund said.", "accusation", filled(("Ada Lund",)), (), ("Ada Lund",)),
    ],
)
def test_who_tells_of_a_deed_is_a_speaker_and_no_actor(
    sentence: str, type_: str, answer: Filled, speakers: tuple[str, ...], initiators: tuple[str, ...]
) -> None:
    """Small models take the teller for the doer; of what people say the teller is the doer."""
    found = made(sentence, type_, answer)
    assert (found.speakers, found.initiators, found.targets) == (speakers, initiators, ())


@pytest.mark.parametrize(
    ("what", "sentence", "type_", "by", "expected"),
    [
        ("Ada Lund condemned the raid", "On Monday Ada Lund condemned the raid.", "accusation", (), ("Ada Lund",)),
        ("Ada Lund condemned the raid", "On Monday Ada Lund condemned it.", "accusation", ("Ilir Obi",), ("Ada Lund",)),
        ("Ada Lund condemned the raid", "Mayor Ada Lund did.", "accusation", ("Mayor Ada Lund",), ("Mayor Ada Lund",)),
        ("Ada Lund condemned the raid", "The mayor condemned the raid.", "accusation", ("The mayor",), ("The mayor",)),
        ("Police arrested Ilir Obi", "He was held, Police said.", "arrests", (), ()),
        ("Air Strikes shelled a bus", "Air Strikes shelled a bus.", "attack", (), ()),
    ],
)
def test_the_subject_of_the_line_acts_where_the_article_names_it(
    what: str, sentence: str, type_: str, by: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    """The line is a second witness of who did it, as far as the event's sentences hold the name."""
    assert made(sentence, type_, filled(by), what=what).initiators == expected


@pytest.mark.parametrize(
    ("sentence", "answer", "when"),
    [
        ("Gunmen attacked a bus on Monday.", None, "on Monday"),
        ("Gunmen attacked a bus on Monday.", filled(), "on Monday"),
        ("Gunmen attacked a bus on Monday.", filled(when="Monday"), "Monday"),
        ("Gunmen attacked a bus on Monday and a train on Tuesday.", filled(), None),
        ("Gunmen attacked a bus.", filled(), None),
    ],
)
def test_the_only_time_of_a_sentence_is_the_events(sentence: str, answer: Filled | None, when: str | None) -> None:
    """A small model says null too often; where there is one phrase only, it is taken."""
    assert made(sentence, "attack", answer).when == when


@pytest.mark.parametrize(
    ("sentence", "type_", "expected"),
    [
        ("A raid killed nine people, the mayor said.", "attack", [("killed", "nine people", "the mayor")]),
        ("A raid killed nine people.", "attack", [("killed", "nine people", None)]),
        ("Ada Lund condemned the raid that killed nine people.", "accusation", []),
        ("A raid hit a bus.", "attack", []),
        (
            "A raid killed nine people, " + " ".join(["The Very"] * 4) + " " + "Long" * 20 + " Network said.",
            "attack",
            [("killed", "nine people", None)],
        ),
    ],
)
def test_tolls_are_read_by_code(sentence: str, type_: str, expected: list[tuple[str, str, str | None]]) -> None:
    """Each toll with who gives it; what people say has none of its own, and an endless name is nobody's."""
    rows = [(c.measure.value, c.words, c.source) for c in made(sentence, type_).counts]
    assert rows == expected


@pytest.mark.parametrize(
    ("when", "published", "first", "standing"),
    [
        ("on Monday", DAY, True, Standing.MAIN),
        ("on Monday", DAY, False, Standing.OTHER),
        (None, DAY, True, Standing.MAIN),
        ("since January 2019", DAY, True, Standing.AGGREGATE),
        ("in 2019", DAY, True, Standing.BACKGROUND),
        ("last week", DAY, False, Standing.OTHER),
        ("on 4 June 2019", DAY, True, Standing.BACKGROUND),
        ("on 4 June 2019", None, False, Standing.OTHER),
        ("someday", DAY, True, Standing.MAIN),
    ],
)
def test_old_and_long_events_are_not_the_news(
    when: str | None, published: date | None, first: bool, standing: Standing
) -> None:
    """A period is an aggregate, what ended long ago is background, the first event told is the main one."""
    told = make_article("Gunmen attacked a bus.", published=published)
    assert lite_event(event("attack"), filled(when=when), told, first=first).standing is standing


def test_evidence_is_in_text_order_and_the_line_is_the_summary() -> None:
    """The main sentence comes first on the short list, but the reader reads on."""
    told = article("Gunmen attacked a bus.", "Two fled.", "The gunmen left.")
    made_of = lite_event(event("attack", 3, 1, what="Gunmen attacked a bus"), None, told, first=True)
    assert made_of.sentences == (1, 3)
    assert made_of.summary == "Gunmen attacked a bus"


def test_planned_events_look_ahead() -> None:
    """What "will" happen is planned, and its days are sought after publication."""
    planned = reply_event(
        event("meeting", what="Ada Lund will visit Oslo"), None, article("Ada Lund will visit Oslo."), first=True
    )
    assert planned.status is Status.PLANNED
    done = reply_event(
        event("meeting", what="Ada Lund visited Oslo"), None, article("Ada Lund visited Oslo."), first=True
    )
    assert done.status is Status.ACTUAL


@pytest.mark.parametrize(
    ("sentence", "what", "expected"),
    [
        (
            "The zonal police arrested fourteen people on Thursday.",
            "Fourteen people were arrested",
            ("The zonal police",),
        ),
        ("OSLO, May 3 (Wire) - Dockers beat Jon Berg, 34.", "Jon Berg was beaten", ("Dockers",)),
        ("BEATEN: Residents of Tobo beat Jon Berg.", "Jon Berg was beaten", ("Residents of Tobo",)),
        ("The police arrested two men; Jon Berg was beaten.", "Jon Berg was beaten", ()),
        ("They beat Jon Berg on Monday.", "Jon Berg was beaten", ()),
    ],
)
def test_the_article_names_the_doer_that_a_passive_line_leaves_out(
    sentence: str, what: str, expected: tuple[str, ...]
) -> None:
    """The subject of the article's own sentence did it, where that sentence does it to the same person."""
    assert made(sentence, "attack", what=what).initiators == expected


def test_the_dead_of_the_whole_war_are_not_those_of_the_day() -> None:
    """A toll of tens of thousands told after one of a few belongs to something else; a large one alone is read."""
    day, war = "Shells killed nine people in Homs.", "The war has killed 280,000 people."
    both = lite_event(event("attack", 1, 2), None, article(day, war), first=True)
    assert [count.words for count in both.counts] == ["nine people"]
    assert [count.words for count in made(war, "attack").counts] == ["280,000 people"]


def test_half_a_name_is_its_last_word() -> None:
    """Of a body whose name the sentence does not hold, an adjective is nobody; a surname is somebody."""
    assert made("The supreme leader banned it.", "policy_decision", what="The Supreme Court banned it").initiators == ()
    assert made("Then Obi banned it.", "policy_decision", what="Mayor Lena Obi banned it").initiators == ("Obi",)


@pytest.mark.parametrize("what", ["He declared a curfew", "They declared a curfew"])
def test_a_pronoun_is_nobodys_name(what: str) -> None:
    """An actor is named, or left out."""
    assert made("Then he declared a curfew, and they did.", "policy_decision", what=what).initiators == ()


TITLED = "former Northumberland senator Maximiliana Wilhelmina Featherstonehaugh Cholmondeley"


def test_a_name_too_long_for_any_reply_is_left_out() -> None:
    """What a reply cannot hold is no name, wherever the words come from, and never ends the article."""
    said = f"{TITLED[0].upper()}{TITLED[1:]} condemned {TITLED}."
    for answer in (None, filled()):
        for type_ in ("accusation", "attack"):
            found = made(said, type_, answer, what=said)
            assert (found.initiators, found.participants, found.targets) == ((), (), ())
