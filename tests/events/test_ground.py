"""From reply to events: evidence, identity, what is rejected, publication dates, regrounding."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from extractor.articles.article import Published as Found
from extractor.events.ground import Grounded, ground, reground
from extractor.events.reply import Reply
from extractor.events.summary import ArticleInfo, Check, EventSummary, Extraction, Provenance, Usage
from extractor.events.vocabulary import CheckName, CheckResult, CountForm, Outcome, Stance, TimeBasis

if TYPE_CHECKING:
    from collections.abc import Callable

    from extractor.articles.article import Article

LINES = (
    "Home | World | Sport",
    "A bomb killed 17 people in Homs on Sunday, police chief Omar Naji said.",
    "Rebel leader Sami Haddad denied planting the bomb.",
    "He blamed the army.",
    "Published Monday, 3 June 2019",
)


def event(**changes: Any) -> dict[str, Any]:
    """Return a reply event about the bomb, with ``changes``."""
    return {
        "sentences": [2],
        "type": "remote_explosive_landmine_ied",
        "status": "actual",
        "standing": "main",
        "when": "on Sunday",
        "place": "Homs",
        "country": "Syria",
        "actors": [],
        "counts": [],
        "speakers": [],
        "summary": "A bomb killed 17 people in Homs.",
    } | changes


def grounded(article: Article, *events: dict[str, Any], published: str | None = None) -> Grounded:
    """Ground a reply of ``events``."""
    return ground(Reply.model_validate({"published": published, "events": events}), article)


def only(article: Article, **changes: Any) -> EventSummary:
    """Ground one event and return it."""
    (found,) = grounded(article, event(**changes)).events
    return found


def checks(found: EventSummary, name: CheckName) -> list[Check]:
    """Return the checks of one name."""
    return [check for check in found.checks if check.name is name]


@pytest.fixture(name="article")
def _article(make_article: Callable[..., Article]) -> Article:
    return make_article(*LINES, published=date(2019, 6, 3), furniture=(1,))


def test_evidence_is_verbatim_and_in_text_order(article: Article) -> None:
    """Sentence numbers become quotes in text order, each once, whatever the order of the reply."""
    found = only(article, sentences=[3, 2, 3])
    assert [e.sentence for e in found.evidence] == [2, 3]
    assert [e.quote for e in found.evidence] == [LINES[1], LINES[2]]
    assert all(article.text[e.start : e.end] == e.quote for e in found.evidence)


def test_a_number_that_no_sentence_bears_is_dropped_and_marked(article: Article) -> None:
    """Sentence 999 gives no evidence but a failed check, beside the passed one of a true number."""
    found = only(article, sentences=[2, 999])
    assert [e.sentence for e in found.evidence] == [2]
    assert [(c.value, c.result.value) for c in checks(found, CheckName.QUOTED)] == [("2", "passed"), ("999", "failed")]


def test_what_quotes_nothing_is_rejected(article: Article) -> None:
    """An event without any true sentence, or with nothing but furniture, is not published but reported."""
    result = grounded(article, event(sentences=[77]), event(sentences=[1]), event())
    assert [(r.index, r.reason, r.sentences) for r in result.rejected] == [
        (0, "no_such_sentence", (77,)),
        (1, "furniture", (1,)),
    ]
    assert len(result.events) == 1


def test_furniture_beside_the_report_fails_its_check(article: Article) -> None:
    """An event that quotes the report and furniture is published, and the check shows the furniture."""
    (check,) = checks(only(article, sentences=[1, 2]), CheckName.OUTSIDE_BODY)
    assert check.result is CheckResult.FAILED


def test_speakers_go_to_the_sentences_that_name_them(article: Article) -> None:
    """Each speaker keeps his stance on his own sentence; one behind a pronoun goes to the sentence without a name."""
    found = only(
        article,
        sentences=[2, 3, 4],
        speakers=[
            {"name": "Omar Naji", "stance": "confirms"},
            {"name": "Rebel leader Sami Haddad", "stance": "denies"},
            {"name": "Nobody Known", "stance": "accuses"},
        ],
    )
    assert [(e.sentence, e.speaker, e.stance.value) for e in found.evidence] == [
        (2, "Omar Naji", "confirms"),
        (3, "Rebel leader Sami Haddad", "denies"),
        (4, "Nobody Known", "accuses"),
    ]
    marks = {c.value: c.result for c in checks(found, CheckName.ACTOR_SUPPORTED)}
    assert marks["Nobody Known"] is CheckResult.FAILED
    assert marks["Omar Naji"] is CheckResult.PASSED


def test_two_speakers_of_one_sentence_are_two_pieces_of_evidence(article: Article) -> None:
    """Nothing of who says what is lost when a sentence has two speakers, or one whom nothing names."""
    speakers = [{"name": "Omar Naji", "stance": "reports"}, {"name": "Sami Haddad", "stance": "denies"}]
    found = only(article, speakers=speakers)
    assert [(e.sentence, e.speaker) for e in found.evidence] == [(2, "Omar Naji"), (2, "Sami Haddad")]


def test_the_reporter_has_no_name(article: Article) -> None:
    """A nameless speaker sets the stance of the sentences that name no one."""
    assert only(article, speakers=[{"name": None, "stance": "reports"}]).evidence[0].stance is Stance.REPORTS
    assert only(article).evidence[0].stance is Stance.NARRATED


def test_values_are_computed(article: Article) -> None:
    """Dates, places and counts come from code, not from the model."""
    counts = [{"measure": "killed", "who": "all", "words": "17 people", "source": "police chief Omar Naji"}]
    actors = [{"name": "the army", "role": "target", "sector": "MIL", "involvement": "accused"}]
    found = only(article, counts=counts, actors=actors, sentences=[2, 4])
    assert (found.when.start, found.when.end) == (date(2019, 6, 2), date(2019, 6, 2))
    assert (found.where.country, found.where.settlement) == ("SYR", "Homs")
    assert (found.counts[0].min, found.counts[0].max, found.counts[0].form) == (17, 17, CountForm.EXACT)
    assert found.actors[0].name == "the army"
    assert not [c for c in found.checks if c.result is CheckResult.FAILED]


def test_words_without_a_number_are_kept_and_marked(article: Article) -> None:
    """A count whose words hold no number is published without bounds and fails its check."""
    found = only(article, counts=[{"measure": "killed", "who": "all", "words": "many", "source": None}])
    assert (found.counts[0].min, found.counts[0].max, found.counts[0].form) == (None, None, CountForm.VAGUE)
    assert checks(found, CheckName.COUNT_SUPPORTED)[0].result is CheckResult.FAILED


@pytest.mark.parametrize(
    ("source", "quoted", "result"),
    [("Omar Naji", [2], "passed"), ("Sami Haddad", [4], "passed"), ("Omar Naji", [4], "failed"), ("UN", [2], "failed")],
)
def test_sources_of_counts_are_named_nearby(article: Article, source: str, quoted: list[int], result: str) -> None:
    """Whoever gave a number stands in the quote or in the sentence before it."""
    counts = [{"measure": "killed", "who": "all", "words": "17 people", "source": source}]
    marks = checks(only(article, counts=counts, sentences=quoted), CheckName.ACTOR_SUPPORTED)
    assert [(c.field, c.result.value) for c in marks] == [("counts[0].source", result)]


def test_blank_is_null_and_control_characters_go(article: Article) -> None:
    """Blank words are none, a nameless actor is nobody, and no control character is published."""
    found = only(
        article,
        when=" \x00 ",
        place="\u202eHo\x1bms",
        country="",
        summary="A\x00 bomb\r\n went off. ",
        actors=[{"name": "\x07", "role": "target", "sector": "UNK", "involvement": "stated"}],
        counts=[{"measure": "killed", "who": "all", "words": "\t", "source": "\x00"}],
    )
    assert found.when.words is None
    assert found.where.words == "Ho ms"
    assert found.summary == "A bomb went off."
    assert (found.actors, found.counts) == ((), ())


def test_an_event_of_nothing_but_its_sentence_is_fine(article: Article) -> None:
    """No time, no place, no actors, no counts, no summary: still an event."""
    found = only(article, when=None, place=None, country=None, summary="")
    assert found.when.basis is TimeBasis.PUBLICATION_BOUND
    assert found.where.country is None


def test_identity_is_the_claim(article: Article) -> None:
    """The id depends on what is claimed, not on summary, standing, speaker or order of sentences."""
    first = only(article, sentences=[2, 3])
    same = only(article, sentences=[3, 2, 3], summary="Other words.", standing="other")
    assert first.id == same.id
    assert first.id.startswith("e1-")
    assert len(first.id) == len("e1-") + 12
    others = [
        *(only(article, sentences=[2]), only(article, sentences=[2, 3], type="attack")),
        *(only(article, sentences=[2, 3], when=None), only(article, sentences=[2, 3], place="Hama")),
        only(article, sentences=[2, 3], status="denied"),
    ]
    assert len({first.id, *(o.id for o in others)}) == 6


def test_the_same_claim_twice_is_one_event(article: Article) -> None:
    """The first of two equal events is kept, the second is reported."""
    result = grounded(article, event(), event(summary="Again."), event(type="attack"))
    assert result.events[0].summary == "A bomb killed 17 people in Homs."
    assert len(result.events) == 2
    assert [(r.index, r.reason) for r in result.rejected] == [(1, "duplicate")]


def test_the_given_date_wins_and_a_conflict_is_marked(article: Article) -> None:
    """The reader's date is used; a printed one that differs fails every event's check."""
    other = replace(article, published=Found(date(2019, 6, 3), "given", None, printed=date(2019, 6, 4)))
    result = grounded(other, event(), published="4 June 2019")
    assert (result.published.date, result.published.basis) == (date(2019, 6, 3), "given")
    assert checks(result.events[0], CheckName.PUBLISHED_CONFLICT)[0].result is CheckResult.FAILED


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("3 June 2019", date(2019, 6, 3)),
        ("Monday, 3 June 2019", date(2019, 6, 3)),
        ("4 June 2019", None),
        ("on Sunday", None),
        ("June 2019", None),
        (None, None),
    ],
)
def test_a_date_that_the_model_points_at_must_be_printed(article: Article, words: str | None, expected: date) -> None:
    """Without a known date, a full date in a line that prints little else counts as printed."""
    result = grounded(replace(article, published=Found()), event(), published=words)
    assert result.published.date == expected
    assert result.published.basis == ("printed" if expected else "unknown")


def test_a_date_inside_the_report_is_no_publication_date(make_article: Callable[..., Article]) -> None:
    """A date that an event sentence mentions is not taken for the article's own; one of a dateline is."""
    line = "A bomb killed 17 people in the town on 2 June 2019, the chief of the local police said in a statement."
    article = make_article(line)
    assert grounded(article, event(sentences=[1]), published="2 June 2019").published.date is None
    dated = "HOMS, 2 June 2019 - "
    article = make_article(dated + line.replace("2 June 2019", "Sunday"), datelines={1: dated})
    assert grounded(article, event(sentences=[1]), published="2 June 2019").published.date == date(2019, 6, 2)


def test_planned_acts_lie_after_their_statement(make_article: Callable[..., Article]) -> None:
    """A planned weekday is the first after the day on which the plan was stated, where the quote dates it."""
    article = make_article("The union said on Monday that it would march on Thursday.", published=date(2019, 6, 7))
    found = only(article, sentences=[1], type="peaceful_protest", status="planned", when="on Thursday")
    assert found.when.start == date(2019, 6, 6)
    undated = make_article("The union said that it would march on Thursday.", published=date(2019, 6, 7))
    found = only(undated, sentences=[1], type="peaceful_protest", status="planned", when="on Thursday")
    assert found.when.start == date(2019, 6, 13)


def extraction(article: Article, result: Grounded) -> Extraction:
    """Wrap grounded events as the pipeline does."""
    provenance = Provenance(
        prompt="events@v1",
        prompt_sha256="0" * 64,
        reply_type="events.v1",
        model="scripted",
        endpoint="scripted",
        mode="json_schema",
        extractor_version="0",
        time=datetime(2019, 6, 3, tzinfo=UTC),
    )
    return Extraction(
        article=ArticleInfo(id=article.id, sha256=article.sha256),
        published=result.published,
        events=result.events,
        provenance=provenance,
        usage=Usage(),
        outcome=Outcome.OK,
    )


def test_reground_resolves_the_kept_words(article: Article) -> None:
    """Dates that were unknown for want of a publication date are computed later, and their checks made again."""
    unknown = replace(article, published=Found())
    before = extraction(unknown, grounded(unknown, event()))
    assert before.events[0].when.start is None
    assert checks(before.events[0], CheckName.DATE_UNRESOLVED)[0].result is CheckResult.FAILED
    after = reground(before, date(2019, 6, 3))
    assert after.events[0].when.start == date(2019, 6, 2)
    assert checks(after.events[0], CheckName.DATE_UNRESOLVED)[0].result is CheckResult.PASSED
    assert (after.published.date, after.published.basis) == (date(2019, 6, 3), "given")
    assert after.events[0].id == before.events[0].id
    assert reground(after, date(2019, 6, 3)) == after


def test_reground_equals_grounding_with_that_date(article: Article) -> None:
    """Regrounding gives exactly what grounding with the given date gives."""
    unknown = replace(article, published=Found())
    events = (event(), event(type="attack", status="planned"), event(when=None, type="arrests"))
    later = reground(extraction(unknown, grounded(unknown, *events)), date(2019, 6, 3))
    assert later.events == grounded(article, *events).events


def test_reground_remembers_the_printed_date(article: Article) -> None:
    """A printed date that was used, or compared with, is compared again with the new one."""
    printed = replace(article, published=Found(date(2019, 6, 3), "printed", "3 June 2019", printed=date(2019, 6, 3)))
    before = extraction(printed, grounded(printed, event()))
    for again in (reground(before, date(2019, 6, 5)), reground(reground(before, date(2019, 6, 3)), date(2019, 6, 5))):
        assert checks(again.events[0], CheckName.PUBLISHED_CONFLICT)[0].result is CheckResult.FAILED
