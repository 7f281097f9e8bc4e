"""Every miss and extra has its reason, in words that a reader of the report understands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extractor.events.summary import When
from extractor.scoring.findings import place_in_words, time_in_words
from extractor.scoring.labels import LabelledWhen, LabelledWhere
from extractor.scoring.score import score_article
from tests.scored import PUBLISHED, article, day, labelled, predicted

if TYPE_CHECKING:
    from extractor.scoring.scores import Finding

KITWE = ("ZMB", "Copperbelt", "Kitwe")


def test_the_findings_of_an_aligned_pair() -> None:
    """Each fill that is not plainly right is named with what was expected and what was found."""
    event = labelled(
        when=day(2),
        where=KITWE,
        initiators=[["armed men", "gunmen"], {"names": ["their leader"], "optional": True}],
        targets=[["striking miners"], ["the driver"]],
        counts=[("killed", 17, 17), ("injured", 71, 71), ("injured", 80, 80)],
    )
    said = predicted(
        "grenade",
        when=day(3),
        where=("ZMB", "Copperbelt", "Ndola"),
        initiators=["Armed Men", "Ruritania"],
        targets=["miners", "nurses"],
        counts=[("killed", 18, 18), ("injured", 5, 5), ("injured", "women", 3, 3)],
    )
    score = score_article(article(event), [said])
    assert [(f.kind, f.slot, f.expected, f.found) for f in score.findings] == [
        ("partial", "type", "attack", "grenade"),
        ("partial", "when", '"then", 2019-06-02', "2019-06-03"),
        ("partial", "where", "Kitwe, Copperbelt, ZMB", "Ndola, Copperbelt, ZMB"),
        ("spurious", "initiators", "", "Ruritania"),
        ("partial", "targets", "striking miners", "miners"),
        ("incorrect", "targets", "the driver", "nurses"),
        ("partial", "casualties", "17 killed (all)", "18 killed (all)"),
        ("incorrect", "casualties", "71 injured (all) or 80 injured (all)", "5 injured (all)"),
        ("spurious", "casualties", "", "3 injured (women)"),
    ]
    assert score.findings[3].reason == "initiators: 'Ruritania' is not in the label."
    assert score.findings[5].reason == "targets: 'nurses', but the label says 'the driver'."


def test_what_is_missing_is_named() -> None:
    """A fill that nobody predicted is a finding of its own, in every slot."""
    event = labelled(
        when=day(2), where=KITWE, initiators=[["gunmen"]], targets=[["miners"]], counts=[("killed", 17, None)]
    )
    score = score_article(article(event), [predicted(initiators=["gunmen"])])
    assert [(f.kind, f.slot, f.expected) for f in score.findings] == [
        ("missing", "when", '"then", 2019-06-02'),
        ("missing", "where", "Kitwe, Copperbelt, ZMB"),
        ("missing", "targets", "miners"),
        ("missing", "casualties", "at least 17 killed (all)"),
    ]
    assert score.findings[2].reason == "targets: 'miners' was not found."
    spurious = score_article(article(labelled()), [predicted(when=day(2))])
    assert [(f.kind, f.slot, f.found) for f in spurious.findings] == [("spurious", "when", "2019-06-02")]
    wrong = score_article(article(event), [predicted(when=day(20), initiators=["gunmen"])])
    assert wrong.findings[0].kind == "incorrect"


def reasons(*findings: Finding) -> list[str]:
    """Return the reasons of a score's findings about whole events."""
    return [finding.reason for finding in findings]


def test_why_events_stay_alone() -> None:
    """An event that stays alone says which other came nearest, and what kept them apart."""
    gunmen = labelled(when=day(2), where=KITWE, initiators=[["gunmen"]])
    alone = score_article(article(gunmen), [])
    assert reasons(*alone.findings) == [
        "No prediction was aligned with this attack event: nothing was predicted for this article."
    ]
    extra = score_article(article(), [predicted()])
    assert reasons(*extra.findings) == ["This attack event was aligned with no labelled event: the article has none."]
    other_type = score_article(article(gunmen), [predicted("election", when=day(2))])
    assert reasons(*other_type.findings) == [
        "No prediction was aligned with this attack event: no type fits; the nearest is predicted event 1 (election).",
        (
            "This election event was aligned with no labelled event: no type fits; the nearest is labelled event 1 "
            "(attack)."
        ),
    ]
    apart = score_article(article(gunmen), [predicted(when=day(20))])
    assert all("no time, place, initiator or target in common" in reason for reason in reasons(*apart.findings))
    said = predicted(when=day(2), where=KITWE, initiators=["gunmen"])
    twice = score_article(article(gunmen), [said, said])
    assert reasons(*twice.findings) == [
        (
            "This attack event was aligned with no labelled event: labelled event 1 (attack) would fit, but another "
            "prediction has it."
        )
    ]
    both = score_article(article(gunmen, gunmen), [said])
    assert reasons(*both.findings) == [
        (
            "No prediction was aligned with this attack event: predicted event 1 (attack) would fit, but it was "
            "aligned with labelled event 1."
        )
    ]
    free = score_article(article(labelled(optional=True)), [])
    assert reasons(*free.findings) == [
        "No prediction was aligned with this attack event: it is optional, so this costs nothing."
    ]


def test_an_event_without_evidence_shows_its_summary() -> None:
    """An extra event is shown by its quote, or by its summary where it quotes nothing."""
    score = score_article(article(), [predicted(evidence=(), summary="A shot was heard.")])
    assert score.findings[0].found == "A shot was heard."
    assert score_article(article(), [predicted()]).findings[0].found == "Something happened."


def test_values_in_words() -> None:
    """Times and places read as people write them."""
    assert time_in_words(LabelledWhen(words="on Sunday")) == '"on Sunday"'
    assert time_in_words(LabelledWhen(end=PUBLISHED)) == "on or before 2019-06-03"
    assert time_in_words(When(start=PUBLISHED)) == "from 2019-06-03 on"
    assert time_in_words(When(start=day(1), end=day(3))) == "2019-06-01 to 2019-06-03"
    assert time_in_words(When()) == "no time"
    assert place_in_words(LabelledWhere(words="at sea")) == '"at sea"'
    assert place_in_words(LabelledWhere()) == "no place"
