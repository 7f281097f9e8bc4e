"""What is looked for in a label: words that stand in the text, days and numbers that follow from them."""

from __future__ import annotations

import datetime as dt
import tomllib

import pytest

from extractor.evaluation.labels.checks import check_label
from extractor.evaluation.labels.vocabulary import KINDS, TRAPS, continents
from extractor.events.countries import country_name
from extractor.scoring.labels import LabelledArticle
from tests.evaluation.gold_folder import BARRACKS, BARRACKS_LABEL, FERRY, FERRY_LABEL

TODAY = dt.date(2026, 1, 1)
ON_SUNDAY = 'when = { words = "on Sunday", start = 2011-03-06, end = 2011-03-06 }'
KILLED = '{ measure = "killed", words = "At least 17 passengers", min = 17, source = "the harbour master" }'


def found(label: str, text: str, *, advice: bool = True) -> list[tuple[str, str, str]]:
    """Severity, field and message of everything that is wrong."""
    read = LabelledArticle.model_validate(tomllib.loads(label))
    flaws = list(check_label(read, text, "labels/x.toml", today=TODAY, advice=advice))
    assert {flaw.file for flaw in flaws} <= {"labels/x.toml"}
    return [(flaw.severity, flaw.field, flaw.message) for flaw in flaws]


def ferry(old: str = "", new: str = "", *, text: str = FERRY, advice: bool = True) -> list[tuple[str, str, str]]:
    """What is wrong with the label of the ferry after one change."""
    assert old in FERRY_LABEL
    return found(FERRY_LABEL.replace(old, new, 1), text, advice=advice)


def barracks(old: str = "", new: str = "", *, text: str = BARRACKS) -> list[tuple[str, str, str]]:
    """What is wrong with the label of the barracks, whose article prints no date, after one change."""
    assert old in BARRACKS_LABEL
    return found(BARRACKS_LABEL.replace(old, new, 1), text)


def test_a_true_label_has_no_flaw() -> None:
    """The labels that the tables below spoil are good to begin with."""
    assert ferry() == []
    assert barracks() == []


@pytest.mark.parametrize(
    ("old", "new", "field", "message"),
    [
        ('"A ferry sank off', '"A ship sank off', "events[0].evidence[0]", "does not stand in the text"),
        (
            "ferry sank off Sollund on Sunday.",
            "ferry sank off Sollund on Monday.",
            "events[0].evidence[0]",
            "Monday.' does not stand in the text; it does as far as 'A ferry sank off Sollund on'",
        ),
        ('words = "off Sollund"', 'words = "near Sollund"', "events[0].where.words", "'near Sollund' does not stand"),
        ('words = "on Sunday"', 'words = "last Sunday"', "events[0].when.words", "'last Sunday' does not stand"),
        ('"passengers"]', '"passenger"]', "events[0].targets[0].names[0]", "'passenger' does not stand"),
        ('"Union of Seamen"]', '"Seamen Union"]', "events[1].initiators[0].names[1]", "'Seamen Union' does not"),
        ('words = "At least 17 pa', 'words = "At least 7 pa', "events[0].counts[0].words", "'At least 7 passengers'"),
        ('"the harbour master"', '"a harbour pilot"', "events[0].counts[0].source", "'a harbour pilot' does not"),
        ('settlement = "Sollund"', 'settlement = "Solund"', "events[0].where.settlement", "none of its aliases does"),
    ],
)
def test_what_a_label_quotes_stands_in_the_text(old: str, new: str, field: str, message: str) -> None:
    """Passages, words, names, sources and settlements that the text does not hold as whole words are errors."""
    (flaw,) = ferry(old, new, advice=False)
    assert flaw[:2] == ("error", field)
    assert message in flaw[2]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"A ferry sank off Sollund on Sunday."', '"a ferry  sank off\\nSollund on Sunday"'),
        ('"Baltic Lines"', '"baltic lines"'),
        ('settlement = "Sollund"', 'settlement = "Solund", aliases = ["Sollund"]'),
        ('{ words = "off Sollund", country = "DNK", settlement = "Sollund" }', "{}"),
    ],
    ids=["spaces and capitals", "capitals", "an alias stands in the text", "no place"],
)
def test_case_and_spaces_do_not_matter(old: str, new: str) -> None:
    """Words are looked for as readers see them."""
    assert ferry(old, new) == []


def test_a_name_of_several_is_looked_for_with_its_alternatives() -> None:
    """Every alternative reading is checked, too."""
    more = f'{ON_SUNDAY}\nor_when = [{{ words = "at dusk" }}]\nor_where = [{{ words = "in Oslo", country = "NOR" }}]'
    assert [flaw[:2] for flaw in ferry(ON_SUNDAY, more)] == [
        ("error", "events[0].or_when[0].words"),
        ("error", "events[0].or_where[0].words"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "field", "message"),
    [
        ('kind = "wire"', 'kind = "novel"', "kind", "'novel' is none of wire, live_blog"),
        ('traps = ["accusation"]', 'traps = ["accusations"]', "traps[0]", "'accusations' is no trap"),
        ('traps = ["accusation"]', 'traps = ["accusation", "accusation"]', "traps[1]", "stands there twice"),
        ('"DNK"\ntraps', '"DKN"\ntraps', "country", "'DKN' is no country's code"),
        (
            'country = "DNK", settlement',
            'country = "QQQ", settlement',
            "events[0].where.country",
            "'QQQ' is no country",
        ),
        (
            'settlement = "Sollund"',
            'settlement = "Sollund", lat = 59.0',
            "events[0].where",
            "one of lat and lon without",
        ),
        ("published = 2011-03-07", "published = 1011-03-07", "published", "1011-03-07 is no day on which this can"),
        (
            '"accusation"\nstanding',
            '"accusation"\nalt_types = ["accusation"]\nstanding',
            "events[1].alt_types",
            "twice",
        ),
        (
            "optional = true",
            'alt_status = ["planned", "planned"]',
            "events[1].alt_status",
            "holds a value twice",
        ),
    ],
)
def test_values_are_of_their_vocabulary(old: str, new: str, field: str, message: str) -> None:
    """Kinds, traps, countries and days outside their lists and bounds are errors."""
    flaws = [flaw for flaw in ferry(old, new) if flaw[1] == field]
    assert [flaw[0] for flaw in flaws] == ["error"]
    assert message in flaws[0][2]


def test_nothing_is_published_tomorrow() -> None:
    """A publication date later than today is an error."""
    label = BARRACKS_LABEL.replace("1996-05-12", "2026-01-02").replace("1996-05-10", "2025-12-26")
    assert ("error", "published", "2026-01-02 is no day on which this can have been published") in found(
        label, BARRACKS
    )


@pytest.mark.parametrize(
    ("old", "new", "severity", "message"),
    [
        ("start = 2011-03-06, end = 2011-03-06", "start = 2011-03-05, end = 2011-03-05", "warning",
         "is 2011-03-05; the codebook reads 'on Sunday' as 2011-03-06 or 2011-03-13"),
        (", start = 2011-03-06, end = 2011-03-06", "", "warning", "is unresolved; the codebook reads 'on Sunday' as"),
        ("start = 2011-03-06, end = 2011-03-06", "start = 2011-03-13, end = 2011-03-13", "error",
         "starts 2011-03-13, after publication (2011-03-07), yet its status is actual"),
        (ON_SUNDAY, "when = { start = 2011-03-06, end = 2011-03-06 }", "warning",
         "names 2011-03-06 without words that say so"),
        (ON_SUNDAY, "when = { end = 2011-03-06 }", "warning", "names ..2011-03-06 without words that say so"),
        (ON_SUNDAY, "when = {}", "warning", "has no time words: on or before publication (end = 2011-03-07)"),
        (ON_SUNDAY, 'when = { words = "7 March 2011", start = 2011-03-06, end = 2011-03-06 }', "error",
         "is 2011-03-06, but '7 March 2011' names 2011-03-07"),
        (ON_SUNDAY, 'when = { words = "7 March 2011", start = 2011-03-08 }', "error",
         "is 2011-03-08.., but '7 March 2011' names 2011-03-07"),
    ],
)  # fmt: skip
def test_days_follow_from_the_words(old: str, new: str, severity: str, message: str) -> None:
    """What the codebook reads otherwise is a warning with both readings; what contradicts itself is an error."""
    (flaw,) = ferry(old, new)
    assert flaw[:2] == (severity, "events[0].when")
    assert message in flaw[2]


@pytest.mark.parametrize(
    "new",
    [
        "when = { end = 2011-03-07 }",
        'when = { words = "on Sunday", start = 2011-03-13, end = 2011-03-13 }\nstatus = "planned"',
        'when = { words = "on Sunday", start = 2011-03-13, end = 2011-03-13 }\nalt_status = ["planned"]',
        'when = {}\nstatus = "threatened"',
        f"{ON_SUNDAY}\nor_when = [{{}}, {{ end = 2011-03-07 }}]",
        (
            'when = { words = "on Sunday", start = 2011-03-05, end = 2011-03-06 }\n'
            'or_when = [{ words = "on Sunday", start = 2011-03-06, end = 2011-03-06 }]'
        ),
        'when = { words = "7 March 2011", start = 2011-03-07, end = 2011-03-07 }',
    ],
    ids=[
        "publication-bound",
        "planned",
        "perhaps planned",
        "no time ahead",
        "empty is right",
        "one reading",
        "full date",
    ],
)
def test_days_that_follow_are_no_flaw(new: str) -> None:
    """Acts ahead are read ahead, no words mean on or before publication, and one reading that fits suffices."""
    assert ferry(ON_SUNDAY, new) == []


def test_without_a_publication_date_words_stay_unresolved() -> None:
    """Nobody can work out a weekday then, so days are a warning and their absence is none."""
    label = BARRACKS_LABEL.replace("published = 1996-05-12\n", "")
    assert [flaw[0] for flaw in found(label, BARRACKS)] == ["warning"]
    assert found(label.replace(", start = 1996-05-10, end = 1996-05-10", ""), BARRACKS) == []
    assert found(label.replace('words = "on Friday", start = 1996-05-10, end = 1996-05-10', ""), BARRACKS) == []


@pytest.mark.parametrize(
    ("new", "message"),
    [
        (
            KILLED.replace("min = 17", "min = 17, max = 17"),
            "means 17; the codebook reads 'At least 17 passengers' as 17..",
        ),
        (KILLED.replace("min = 17", "max = 17"), "means ..17; the codebook reads 'At least 17 passengers' as 17.."),
        (KILLED.replace("At least 17 passengers", "passengers"), "means 17..; the codebook reads no number of persons"),
        (KILLED.replace("At least 17 passengers", "The Union").replace("min = 17", "min = 1, max = 1"), ""),
    ],
    ids=["no ceiling", "floor taken for a ceiling", "no number", "a single victim has no number"],
)
def test_numbers_follow_from_the_words(new: str, message: str) -> None:
    """A number that the codebook reads otherwise is a warning that holds both readings."""
    flaws = ferry(KILLED, new)
    assert [flaw[:2] for flaw in flaws] == ([("warning", "events[0].counts[0].words")] if message else [])
    assert not message or message in flaws[0][2]


def test_two_events_that_say_the_same_are_one_too_many() -> None:
    """Type, time, place, actors and numbers tell events apart; evidence and notes do not."""
    event = BARRACKS_LABEL[BARRACKS_LABEL.index("[[events]]") :]
    twice = BARRACKS_LABEL + event.replace('"Soldiers took over', '"took over').replace(
        "[[events]]", '[[events]]\nnote = "n"'
    )
    assert found(twice, BARRACKS) == [("error", "events[1]", "says the same as events[0]")]
    other = BARRACKS_LABEL + event.replace('"Soldiers"', '"Minister Jan Kruk"')
    assert found(other, BARRACKS) == []


@pytest.mark.parametrize(
    ("old", "new", "text", "severity", "message"),
    [
        ("printed = false", "printed = true", BARRACKS, "error", "there is no date in it"),
        (
            "printed = false",
            "printed = false",
            f"Sunday, 12 May 1996\n\n{BARRACKS}",
            "error",
            "is false, but the text shows",
        ),
        (
            "printed = false",
            "printed = false",
            f"Monday, 13 May 1996\n\n{BARRACKS}",
            "warning",
            "is false, but the text",
        ),
        ("printed = false", "printed = true", f"4 May 1996\n\n{BARRACKS}", "warning", "no date of the text was seen"),
        ("printed = false", "printed = true", f"12/05/1996\n\n{BARRACKS}", "warning", "no date of the text was seen"),
        ("printed = false", "printed = true", f"TARNOW, May 12 - {BARRACKS}", "", ""),
        ("printed = false", "printed = true", f"Tarnow, 12th of May - {BARRACKS}", "", ""),
        ("printed = false", "printed = true", f"PROGRAMME, 12-19 MAY\n{BARRACKS}", "", ""),
        ("printed = false", "printed = true", f"Sunday, 12 May 1996\n\n{BARRACKS}", "", ""),
        ("printed = false", 'traps = ["wrong_printed_date"]', f"Sunday, 4 May 1986\n\n{BARRACKS}", "", ""),
        ("published = 1996-05-12\nprinted = false", "", f"Then came 4 May. {BARRACKS}", "warning", "names"),
    ],
)
def test_the_printed_flag_agrees_with_the_text(old: str, new: str, text: str, severity: str, message: str) -> None:
    """A text that shows its date, or shows none, is not labelled otherwise; a dateline without a year shows one."""
    flaws = barracks(old, new, text=text)
    if message == "names":  # of an unknown date only the days of the event are doubtful
        assert [flaw[1] for flaw in flaws] == ["events[0].when"]
        return
    assert [flaw[:2] for flaw in flaws] == ([(severity, "printed")] if severity else [])
    assert not severity or message in flaws[0][2]


def test_mutual_acts_have_their_sides_together() -> None:
    """A required target of a meeting is a warning, an optional one is none."""
    meeting = BARRACKS_LABEL.replace('"nonviolent_transfer_of_territory"', '"meeting"')
    targeted = meeting + 'targets = [["Minister Jan Kruk"]]\n'
    assert found(targeted, BARRACKS) == [("warning", "events[0].targets", "meeting has all its sides in initiators")]
    spared = meeting + 'targets = [{ names = ["Minister Jan Kruk"], optional = true }]\n'
    assert found(spared, BARRACKS) == []


def test_warnings_are_given_on_demand_only() -> None:
    """Whoever only reads a set is not told where code and labeller read words otherwise."""
    spoilt = ("start = 2011-03-06, end = 2011-03-06", "start = 2011-03-05, end = 2011-03-05")
    assert ferry(*spoilt) != []
    assert ferry(*spoilt, advice=False) == []


def test_a_long_passage_is_shown_in_part() -> None:
    """A message stays readable however long the passage is that does not stand in the text."""
    long = "A ferry sank off Sollund on Sunday. At least 17 passengers drowned, the harbour master wrote."
    (flaw,) = ferry('"A ferry sank off Sollund on Sunday."', f'"{long}"')
    assert len(flaw[2]) < 220
    assert flaw[2].endswith("the harbour master'")


def test_every_country_lies_on_one_continent() -> None:
    """The table of continents holds exactly the countries that labels can name."""
    assert all(country_name(code) for code in continents())
    assert len(continents()) == 250
    assert (continents()["ZMB"], continents()["FJI"], continents()["XKX"]) == ("Africa", "Oceania", "Europe")


def test_kinds_and_traps_are_lists_without_doubles() -> None:
    """The closed words of the set are closed."""
    assert len(set(KINDS)) == 13
    assert len(set(TRAPS)) == 23
