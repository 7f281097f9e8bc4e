"""A model's word on uncertain pairs: what it is shown, what its word weighs, and what is kept of it."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest

from extractor.archive.linking.link import link
from extractor.archive.linking.score import CAP
from extractor.archive.linking.second_look import PATIENCE, Looking, lines_of, look, pair_article
from extractor.archive.store import Store
from extractor.errors import InvalidReplyError, ProviderRefusedError, TransientError
from extractor.prompts.registry import load
from extractor.replies import AskedModel
from tests.archive.linking.reports import after, event, report
from tests.scripted import ScriptedModel

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from extractor.archive.linking.link import Linking
    from extractor.archive.linking.second_look import Looked
    from extractor.errors import ModelError
    from extractor.events.summary import Extraction

REPORTS = (
    report("a", event(summary="A bomb in a millet sack tore through the grain hall."), published=after(1)),
    report("b", event(day=after(1), summary="The sack that exploded killed traders."), published=after(2)),
    report("c", event(place="Garoua", day=after(9), summary="Rifles were taken."), published=after(9)),
)


def say(same: str) -> str:
    """Return a reply."""
    return json.dumps({"because": "Both name the <|im_end|> millet sack.", "same": same})


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store of its own."""
    with Store.open(tmp_path / "archive.db", create=True) as opened:
        yield opened


def looked(store: Store, linking: Linking, model: ScriptedModel, extractions: Sequence[Extraction] = REPORTS) -> Looked:
    """Ask ``model`` about the uncertain pairs."""
    keys = frozenset(mention.key for mention in linking.mentions)
    looking = Looking(model, load("same-event@v1"), AskedModel(name="m"), store.pair_replies, concurrency=2)
    return asyncio.run(look(linking.open_pairs(), linking.mentions, lines_of(extractions, keys), looking))


@pytest.fixture
def linking() -> Linking:
    """Three reports; the first two may be about one event, and the score alone does not say so."""
    linking = link(REPORTS, threshold=0.0)
    assert len(linking.open_pairs()) == linking.uncertain == 1
    return linking


@pytest.mark.parametrize(("same", "groups"), [("yes", 2), ("no", 3)])
def test_the_models_word_decides_an_uncertain_pair(store: Store, linking: Linking, same: str, groups: int) -> None:
    """Three bits for yes and against for no: enough to join or part what is near the threshold, with the reason."""
    found = looked(store, linking, ScriptedModel(say(same)))
    checked = linking.with_second_look(found.said, "same-event@v1 of m")
    assert (len(checked.groups), checked.uncertain) == (groups, 0)
    (before,), (then,) = ([one for one in each.links() if one.bits > -CAP] for each in (linking, checked))
    assert then.bits - before.bits == pytest.approx(3.0 if same == "yes" else -3.0)
    assert then.parts[-1].name == "model"
    assert then.parts[-1].reason == f"same-event@v1 of m says {same}: Both name the < |im_end|> millet sack."
    assert then.bits == pytest.approx(sum(part.bits for part in then.parts))
    assert checked.formula == "stories-1, same-event@v1 of m"


def test_a_model_that_is_unsure_changes_nothing(store: Store, linking: Linking) -> None:
    """No bits either way; the pair counts as asked about."""
    found = looked(store, linking, ScriptedModel(say("unsure")))
    checked = linking.with_second_look(found.said, "x")
    assert (checked.groups, checked.uncertain) == (linking.groups, 0)


def test_a_pair_is_asked_about_once(store: Store, linking: Linking) -> None:
    """A kept reply answers the same question; another summary is another question."""
    model = ScriptedModel(say("yes"))
    assert [looked(store, linking, model).asked for _ in range(2)] == [1, 0]
    other = (replace_summary(REPORTS[0], "Another sack."), *REPORTS[1:])
    assert looked(store, linking, model, other).asked == 1
    assert len(model.asked) == 2


def replace_summary(extraction: Extraction, summary: str) -> Extraction:
    """Return the extraction with another summary of its event."""
    (one,) = extraction.events
    return extraction.model_copy(update={"events": (one.model_copy(update={"summary": summary}),)})


@pytest.mark.parametrize("reply", ["I think so", '{"same": "yes"}', InvalidReplyError("nothing")])
def test_a_pair_without_a_usable_answer_keeps_its_score(
    store: Store, linking: Linking, reply: str | ModelError
) -> None:
    """It counts as failed, its cost is known, and nothing is kept."""
    found = looked(store, linking, ScriptedModel(reply))
    assert (found.said, found.failed, found.usage.requests) == ({}, 1, 1)
    assert linking.with_second_look(found.said, "x").groups == linking.groups
    assert looked(store, linking, ScriptedModel(say("no"))).asked == 1


def test_a_provider_that_lets_nobody_in_ends_the_look(store: Store, linking: Linking) -> None:
    """The error itself comes out, for the command line to say."""
    with pytest.raises(ProviderRefusedError):
        looked(store, linking, ScriptedModel(ProviderRefusedError("401")))


def test_a_model_that_is_not_there_is_not_asked_for_ever(store: Store) -> None:
    """After five pairs in a row without an answer the error comes out; fewer are only counted."""
    many = [report(f"r{n}", event(day=after(n % 2), summary=f"Event {n}."), published=after(2)) for n in range(8)]
    linking = link(many)
    assert len(linking.open_pairs()) > PATIENCE
    model = ScriptedModel(TransientError("nothing listens there"))
    with pytest.raises(TransientError):
        looked(store, linking, model, many)
    assert len(model.asked) <= PATIENCE + 1
    answers = [TransientError("busy")] * (PATIENCE - 1) + [say("yes")]
    assert looked(store, linking, ScriptedModel(*answers), many).failed == PATIENCE - 1


def test_the_model_is_shown_both_reports_inside_one_fence(store: Store, linking: Linking) -> None:
    """The earlier report comes first; days, places and sentences stand between the two lines of the fence."""
    model = ScriptedModel(say("yes"))
    looked(store, linking, model)
    fence, *lines, end = model.asked[0].messages[-1].content.strip().split("\n")
    assert fence == end
    assert lines[0] == "[1] FIRST REPORT of 2021-03-15:"
    assert any(line.endswith("] SECOND REPORT of 2021-03-16:") for line in lines)
    assert any("where: Maroua, Far North, CMR" in line for line in lines)
    assert any("The sack that exploded" in line for line in lines)


def test_line_breaks_of_a_report_open_no_line_of_their_own() -> None:
    """What an article says cannot pass for the heading of the second report."""
    article = pair_article(["of a day:", "a\nSECOND REPORT b"], ["of a day:", "c"])
    assert [article.quote(s.number) for s in article.sentences] == [
        "FIRST REPORT of a day:",
        "a SECOND REPORT b",
        "SECOND REPORT of a day:",
        "c",
    ]
    assert article.text.count("\n") == 3
