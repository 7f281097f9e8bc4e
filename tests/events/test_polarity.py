"""Negations count where they reach the act, and only where the status does not carry them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from extractor.events.passage import Passage
from extractor.events.polarity import polarity
from extractor.events.summary import Evidence
from extractor.events.view import View
from extractor.events.vocabulary import CheckResult, EventType, Stance, Status

if TYPE_CHECKING:
    from collections.abc import Callable

    from extractor.articles.article import Article


def passes(article: Article, type_: str, status: str, denying: tuple[int, ...] = ()) -> bool:
    """Say whether every polarity check of an event quoting the whole article passes."""
    evidence = [
        Evidence(
            sentence=s.number,
            quote=article.text[s.start : s.end],
            start=s.start,
            end=s.end,
            stance=Stance.DENIES if s.number in denying else Stance.NARRATED,
        )
        for s in article.sentences
    ]
    passage = Passage(article, View.of(article.text), article.sentences)
    checks = polarity(passage, EventType(type_), Status(status), evidence)
    return all(check.result is CheckResult.PASSED for check in checks)


@pytest.mark.parametrize(
    ("type_", "status", "sentence", "expected"),
    [
        ("attack", "actual", "Rebels attacked the base on Monday, killing five soldiers.", True),
        ("attack", "actual", "Rebels did not attack the base on Monday, killing five soldiers.", False),
        ("attack", "actual", "The group denied that its fighters attacked the village.", False),
        ("attack", "actual", "The group denied attacking the village.", False),
        ("attack", "denied", "The group denied attacking the village.", True),
        ("attack", "denied", "The group attacked the village.", False),
        ("attack", "actual", "No one was killed in the attack, police said.", True),
        ("attack", "actual", "No group has claimed responsibility for the attack.", True),
        ("attack", "actual", "Police failed to prevent the attack on the market.", True),
        ("attack", "actual", "Police foiled an attack on the market.", False),
        ("attack", "attempted", "Police foiled an attack on the market.", True),
        ("agreement", "actual", "The two sides failed to reach an agreement on prisoners.", False),
        ("agreement", "actual", "The two sides have yet to sign the deal.", False),
        ("agreement", "actual", "The two sides signed the deal.", True),
        ("meeting", "actual", "The talks did not take place on Monday.", False),
        ("meeting", "actual", "The talks planned for Monday were called off.", False),
        ("armed_clash", "actual", "Troops took the town without a fight.", False),
        ("demand", "actual", "Trump on Sunday told Syria and Russia to stop bombing Idlib.", True),
        ("rejection", "actual", "Peskov rebuffed the criticism and refused to comment.", True),
        ("rejection", "actual", "Peskov denied that jets had bombed the town.", True),
        ("air_drone_strike", "actual", "Peskov denied that jets had bombed the town.", False),
        ("air_drone_strike", "actual", "Russian jets will bomb the town.", False),
        ("air_drone_strike", "actual", "Russian jets bombed the town and would bomb it again.", True),
        ("air_drone_strike", "planned", "Russian jets will bomb the town.", True),
        ("air_drone_strike", "planned", "Russian jets bombed the town.", False),
        ("air_drone_strike", "actual", "The government did not comment on the strikes.", True),
        ("sanction", "actual", "The EU ruled out sanctions against Belarus.", False),
        ("sanction", "actual", "The EU did not impose sanctions against Belarus.", False),
        ("sanction", "actual", "Sanctions were not imposed on Belarus.", False),
        ("arrests", "actual", "Police made no arrests after the march.", False),
        ("arrests", "actual", "Police raided the camp to prevent attacks and arrested 12 men.", True),
        ("arrests", "actual", "In May police arrested 12 men.", True),
        ("crime", "actual", "It was not immediately clear who shot the men.", True),
        ("attack", "actual", "The ministry dismissed reports that gunmen had attacked the convoy.", False),
        ("attack", "actual", "The army said the attack never happened.", False),
        ("attack", "actual", "Not only did the rebels attack the base, they burned it.", True),
        ("displacement", "actual", "Nobody fled the town.", False),
        ("displacement", "actual", "Residents could not flee the town.", False),
        ("other", "actual", "The mayor did not open the bridge.", False),
        ("other", "actual", "The mayor opened the bridge.", True),
        ("accusation", "actual", "Syrian NGOs decried international inaction.", True),
        ("support", "actual", "The administration has made it clear that the US fully supports the strikes.", True),
        ("support", "actual", "The demand is not just an Israeli one, the US supports it.", True),
        ("agreement", "actual", "Neither side signed the accord.", False),
        ("policy_decision", "actual", "Parliament refused to approve the budget.", False),
        ("policy_decision", "actual", "Parliament rejected the budget.", True),
        ("leadership_change", "actual", "The minister said he would not resign.", False),
        ("rejection", "actual", "The chief did not accede to the demands of the union.", True),
        ("rejection", "actual", "The chief did not reject the demands of the union.", False),
        ("accusation", "actual", "They have conceded nothing in fact, she wrote.", True),
        ("attack", "planned", "The jets attacked the town.", False),
        ("leadership_change", "actual", "The minister denied reports that he had resigned.", False),
    ],
)
def test_negations_reach_the_act_or_they_do_not(
    make_article: Callable[..., Article], type_: str, status: str, sentence: str, expected: bool
) -> None:
    """A sentence passes exactly when nothing in it turns the act round beyond what the status says."""
    assert passes(make_article(sentence), type_, status) is expected


@pytest.mark.parametrize(
    ("lines", "denying", "expected"),
    [
        (("Jets bombed the clinic on Monday.", "Moscow denied that its jets bombed the clinic."), (2,), True),
        (("Jets bombed the clinic on Monday.", "Moscow denied that its jets bombed the clinic."), (), False),
        (("Moscow denied that its jets bombed the clinic.",), (1,), False),
    ],
)
def test_a_denying_speaker_carries_his_own_sentence(
    make_article: Callable[..., Article], lines: tuple[str, ...], denying: tuple[int, ...], expected: bool
) -> None:
    """A denial that the evidence attributes is no contradiction, as long as another sentence affirms."""
    assert passes(make_article(*lines), "air_drone_strike", "actual", denying) is expected


def test_the_span_shows_negation_and_act(make_article: Callable[..., Article]) -> None:
    """A failed check points at the words from the negation to the act."""
    article = make_article("On Friday rebels did not attack the base.")
    passage = Passage(article, View.of(article.text), article.sentences)
    (check,) = polarity(passage, EventType.ATTACK, Status.ACTUAL, ())
    assert check.span is not None
    assert article.text[check.span.start : check.span.end] == "not attack"
    assert "'not'" in check.detail
