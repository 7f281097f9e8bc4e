"""Reviewing a run: articles become a set, verdicts figures, corrections labelled articles or a prompt's examples."""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from extractor.archive.store import Store
from extractor.articles.build import article_from_text
from extractor.errors import PromptError, StoreError, UsageError
from extractor.evaluation.gold import GoldError, half_of, read_gold
from extractor.evaluation.labels.saving import save_label, version_of
from extractor.evaluation.review.adopting import adopt
from extractor.evaluation.review.decisions import Decision, review_of
from extractor.evaluation.review.few_shot import examples_from
from extractor.evaluation.review.suggestions import read_suggestion, suggestion_file
from extractor.evaluation.review.taking import write_review
from extractor.evaluation.shipped import evals_folder
from extractor.events.vocabulary import EventType
from extractor.prompts.check import check_version
from extractor.prompts.lock import read_lock
from extractor.prompts.publish import new_version
from extractor.prompts.registry import load
from extractor.scoring.labels import LabelledEvent
from extractor.web.labelling.desk import TAKEN_OVER, Desk
from tests.archive.answered import articles, asked
from tests.archive.archives import begin, fill, work_off
from tests.command_line import call
from tests.evaluation.small_set import TEXTS, answer, labels, nothing

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from extractor.evaluation.review.taking import Taken
    from extractor.scoring.labels import LabelledArticle
    from tests.command_line import Ran

BRIDGE, MARCH, CHESS = labels()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Return a store with the run ``first`` over three articles, one of which has Windows line ends."""
    opened = Store.open(tmp_path / "extractor-archive.db", create=True)
    asked(opened, read=articles(bb=TEXTS["bb-2002-strike"].replace("\n", "\r\n")))
    return opened


def taken(store: Store, folder: Path) -> Taken:
    """Take the whole run over."""
    answered = store.answers(store.run("first"), but="")
    return write_review(folder, ((one.article, one.extraction) for one in answered))


@pytest.fixture
def folder(store: Store, tmp_path: Path) -> Path:
    """Return the set of the run."""
    assert taken(store, tmp_path / "set").articles == 3
    return tmp_path / "set"


def save(folder: Path, label: LabelledArticle, layer: str = "labels") -> None:
    """Save a label as the page does."""
    save_label(folder, layer, label, expected=version_of(folder / layer / f"{label.id}.toml"))


def test_what_is_taken_over_can_be_opened_and_saved_as_it_is(folder: Path, tmp_path: Path) -> None:
    """Texts have LF, every quote stands at its offsets, and the form is filled with what the run said."""
    desk = Desk(folder, tmp_path / "runs", not_tuning=True)
    for id_ in TEXTS:
        text = desk.text(id_)
        assert text == TEXTS[id_]
        said = read_suggestion(folder, id_)
        assert said.article.sha256 == article_from_text(text).sha256
        assert all(text[one.start : one.end] == one.quote for event in said.events for one in event.evidence)
        draft, version = desk.draft("labels", id_, TAKEN_OVER)
        assert (len(draft.events), version) == (len(said.events), "none")
    assert desk.sources(CHESS.id) == [TAKEN_OVER]


def test_offsets_behind_line_ends_move(tmp_path: Path) -> None:
    """An event cited after CR LF lies two characters further on in the archive's text than in the set's."""
    text = "Nobody was hurt.\r\n\r\n" + TEXTS["bb-2002-strike"].splitlines()[0] + "\r\n"
    with Store.open(tmp_path / "s.db", create=True) as store:

        def second(ask: object) -> str:
            return answer(ask).replace('"sentences": [1]', '"sentences": [2]')  # type: ignore[arg-type]

        asked(store, reply=second, read=articles(bb=text)[1:2])
        taken(store, tmp_path / "set")
    (event,) = read_suggestion(tmp_path / "set", MARCH.id).events
    moved = (tmp_path / "set" / "articles" / f"{MARCH.id}.txt").read_text(encoding="utf-8")
    assert [moved[one.start : one.end] for one in event.evidence] == [one.quote for one in event.evidence]
    assert event.evidence[0].start == len("Nobody was hurt.\n\n")


def test_decisions_follow_from_what_was_saved(folder: Path) -> None:
    """A label that says the same keeps, one that says otherwise corrects, one without the event rejects."""
    more = LabelledEvent(type=EventType.DEMAND, evidence=("Nobody was hurt.",))
    save(folder, MARCH.model_copy(update={"events": (*MARCH.events, more)}))
    before = review_of(folder)
    assert (before.articles, before.waiting, before.suggested, before.kept, before.added) == (1, 2, 1, 1, 1)
    save(folder, BRIDGE)
    corrected = review_of(folder)
    assert [one.decisions for one in corrected.by_article] == [(Decision.CORRECTED,), (Decision.KEPT,)]
    assert corrected.corrections == {"targets": 1}
    assert corrected.found is not None
    assert corrected.found.value == pytest.approx(2 / 3)
    save(folder, BRIDGE.model_copy(update={"events": ()}))
    save(folder, CHESS)
    after = review_of(folder)
    assert (after.waiting, after.rejected, after.kept, after.corrected) == (0, 1, 1, 0)
    assert after.happened is not None
    assert (after.happened.low, after.happened.value, after.happened.high) == pytest.approx(
        (0.0945, 0.5, 0.9055), abs=1e-4
    )


def test_a_set_that_nobody_has_opened_has_no_figures(folder: Path) -> None:
    """Nothing reviewed reads as nothing, never as 0 % or 100 %."""
    found = review_of(folder)
    assert (found.articles, found.waiting, found.happened, found.report) == (0, 3, None, None)


def test_a_damaged_suggestion_and_a_wrong_label_are_named(folder: Path) -> None:
    """The file that is wrong is said."""
    save(folder, CHESS)
    suggestion_file(folder, CHESS.id).write_text("{}", encoding="utf-8")
    with pytest.raises(StoreError, match=CHESS.id):
        review_of(folder)
    (folder / "labels" / f"{CHESS.id}.toml").write_text("id = 3", encoding="utf-8")
    with pytest.raises(GoldError, match=CHESS.id):
        review_of(folder)


def test_corrections_become_labelled_articles(folder: Path, tmp_path: Path) -> None:
    """A new set has what was reviewed; the same again adds nothing; another text of the same id gets a number."""
    own = tmp_path / "own"
    save(folder, MARCH)
    save(folder, BRIDGE)
    first = adopt(folder, own)
    assert (first.taken, first.there) == ((BRIDGE.id, MARCH.id), ())
    assert first.test == sum(half_of(id_) == "test" for id_ in first.taken)
    assert [(one.label, one.text) for one in read_gold(own).articles] == [
        (label, TEXTS[label.id]) for label in (BRIDGE, MARCH)
    ]
    (own / "articles" / f"{CHESS.id}.txt").write_text("Something else.\n", encoding="utf-8")
    save(own, CHESS)
    save(folder, CHESS)
    again = adopt(folder, own)
    assert (again.taken, again.there) == ((f"{CHESS.id}-2",), (BRIDGE.id, MARCH.id))
    assert len(read_gold(own).articles) == 4


def test_what_cannot_be_adopted_says_why(folder: Path, tmp_path: Path) -> None:
    """The shipped set, the review itself, an empty review, and a set with errors are refused; nothing is written."""
    with pytest.raises(UsageError, match="was reviewed"):
        adopt(folder, tmp_path / "own")
    save(folder, MARCH)
    with pytest.raises(UsageError, match="evaluation data of extractor"):
        adopt(folder, evals_folder() / "gold")
    with pytest.raises(UsageError, match="is the review itself"):
        adopt(folder, folder)
    (tmp_path / "own" / "labels").mkdir(parents=True)
    (tmp_path / "own" / "labels" / "x.toml").write_text("id", encoding="utf-8")
    with pytest.raises(UsageError, match="has errors"):
        adopt(folder, tmp_path / "own")
    assert not (tmp_path / "own" / "articles").exists()


@pytest.mark.parametrize("spec", ["events@v1", "events-lite@v2"])
def test_corrections_become_examples_that_pass_the_checks(store: Store, tmp_path: Path, spec: str) -> None:
    """A run that overlooked the march teaches it: the draft can be published as it is, and shows the example."""
    asked(store, "blind", reply=nothing, settings={"x": "blind"})
    folder, prompts = tmp_path / "blind", tmp_path / "prompts"
    answered = store.answers(store.run("blind"), but="")
    write_review(folder, ((one.article, one.extraction) for one in answered))
    save(folder, MARCH)
    save(folder, CHESS)
    origin = load(spec)
    found = examples_from(folder, origin, most=2)
    assert (found.articles, found.refused) == ((MARCH.id,), 0)
    prompts.mkdir()
    draft = new_version("mine", spec, "Learns from a review.", prompts, more={found.file: found.text})
    assert check_version(prompts, read_lock(prompts), "mine", draft.version) == ()
    before, after = origin.files[found.file], draft.files[found.file]
    assert after.count("[[examples]]") == before.count("[[examples]]") + 1
    assert "200 nurses marched" in after[len(before) :]


def test_an_example_cites_the_lines_that_it_shows(tmp_path: Path) -> None:
    """A page's furniture is not shown, so a whole article's lines are counted without it."""
    text = "Home | World | Sport\n\n" + TEXTS[MARCH.id].splitlines()[0] + "\n"
    with Store.open(tmp_path / "s.db", create=True) as opened:
        asked(opened, reply=nothing, read=articles(bb=text)[1:2])
        taken(opened, tmp_path / "set")
    save(tmp_path / "set", MARCH)
    found = examples_from(tmp_path / "set", load("events@v1"))
    (entry,) = tomllib.loads(found.text)["examples"]
    (event,) = json.loads(entry["reply"])["events"]
    assert entry["text"].splitlines()[event["sentences"][0] - 1].startswith("[1] About 200 nurses")
    assert "Home" not in entry["text"]


def test_the_half_that_decides_teaches_nothing(store: Store, tmp_path: Path) -> None:
    """A correction in an article of the half test is no example: adopted, it would judge what it has taught."""
    asked(store, "blind", reply=nothing, settings={"x": "blind"})
    answered = list(store.answers(store.run("blind"), but=""))
    write_review(tmp_path / "set", ((replace(one.article, id=CHESS.id), one.extraction) for one in answered[1:2]))
    assert half_of(CHESS.id) == "test"
    save(tmp_path / "set", MARCH.model_copy(update={"id": CHESS.id}))
    with pytest.raises(UsageError, match="no correction") as caught:
        examples_from(tmp_path / "set", load("events@v1"))
    assert "1 reviewed articles belong to the half test" in caught.value.hint


def test_a_set_that_cannot_be_written_is_said(folder: Path, tmp_path: Path) -> None:
    """A file where the set's folder should be is no traceback."""
    save(folder, MARCH)
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "articles").write_text("in the way", encoding="utf-8")
    with pytest.raises(UsageError, match="cannot write"):
        adopt(folder, tmp_path / "own")


def test_a_review_without_corrections_teaches_nothing(folder: Path) -> None:
    """Kept events are no examples, and a prompt without a step that learns is refused."""
    save(folder, MARCH)
    with pytest.raises(UsageError, match="no correction"):
        examples_from(folder, load("events-lite@v2"))


def test_articles_are_taken_by_the_check_that_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """``--check`` takes the articles in which that one failed, ``--failed-checks`` those in which any did."""
    with Store.open(tmp_path / "extractor-archive.db", create=True) as opened:
        fill(opened, begin(opened), 3)
        work_off(opened, opened.run("first"))
    extractor: Callable[..., Ran] = call(monkeypatch, capsys, tmp_path)
    command = ("archive", "review", "first", "--out")
    assert extractor(*command, "any", "--failed-checks").out == "any: 3 articles, 9 suggested events\n"
    assert extractor(*command, "when", "--check", "when_supported").out == "when: 3 articles, 9 suggested events\n"
    assert extractor(*command, "none", "--check", "polarity").code == 2
    assert extractor(*command, "none", "--check", "when_supported", "--type", "peaceful_protest").code == 2


def test_the_commands_lead_from_a_run_to_a_prompt(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each command says what came of it and what is next; a review of nothing, or over something, says why not."""
    store.close()
    extractor: Callable[..., Ran] = call(monkeypatch, capsys, tmp_path)
    ran = extractor("archive", "review", "first", "--out", "set", "--type", "peaceful_protest")
    assert (ran.code, ran.out) == (0, "set: 1 articles, 1 suggested events\n")
    assert "extractor serve --set set" in ran.err
    assert extractor("archive", "review", "first", "--out", "set").code == 2
    none = extractor("archive", "review", "first", "--out", "other", "--failed-checks", "--keyword", "zebra")
    assert (none.code, "0 chosen" in none.err) == (2, True)
    assert not (tmp_path / "other").exists()
    early = extractor("eval", "decisions", "set")
    assert (early.code, "none of the 1 articles" in early.err) == (2, True)
    assert extractor("archive", "review", "first", "--out", "whole").code == 0
    save(tmp_path / "whole", BRIDGE)
    ran = extractor("eval", "decisions", "whole")
    assert "1 articles reviewed, 2 to come" in ran.out
    assert "1 events were suggested: 0 kept, 1 corrected, 0 rejected" in ran.out
    assert json.loads(extractor("eval", "decisions", "whole", "--json").out)["corrections"] == {"targets": 1}
    assert extractor("eval", "adopt", "whole", "--into", "own").out.endswith(f"{BRIDGE.id}\n")
    assert "1 were there before" in extractor("eval", "adopt", "whole", "--into", "own").err
    (tmp_path / "prompts").mkdir()
    new = ("prompts", "new", "mine", "--from", "events@v1", "--why", "From a review.", "--prompts-dir", "prompts")
    ran = extractor(*new, "--examples", "whole")
    assert (ran.code, f"1 examples, of {BRIDGE.id}" in ran.err) == (0, True)
    assert extractor("prompts", "check", "mine@v1", "--prompts-dir", "prompts").code == 0


def test_a_prompt_without_examples_cannot_learn(folder: Path) -> None:
    """It says what is missing."""
    prompt = load("events@v1")
    (step,) = prompt.steps
    bare = replace(prompt, steps=(replace(step, messages=step.messages[-1:]),))
    with pytest.raises(PromptError, match="no step with examples"):
        examples_from(folder, bare)
