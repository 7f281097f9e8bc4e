"""The labelled stories: what the shipped set holds, what is refused, and what linking is worth on it."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from extractor.errors import UsageError
from extractor.evaluation.runs import Manifest, Plan, Row, Run
from extractor.evaluation.shipped import evals_folder
from extractor.evaluation.stories import LINKED, as_extraction, half_of, measure_labels, measure_run, read_stories
from extractor.replies import AskedModel

if TYPE_CHECKING:
    from extractor.evaluation.stories import StorySet


def test_the_shipped_set_is_what_its_readme_says() -> None:
    """At least 60 articles of 60 to 150 words about at least 20 incidents that several articles report."""
    labelled = read_stories()
    words = [len(article.text.split()) for article in labelled.gold.articles]
    assert len(words) >= 60
    assert 60 <= min(words) <= max(words) <= 150
    told = [story for story in set(labelled.stories.values()) if list(labelled.stories.values()).count(story) > 1]
    assert len(told) >= 20
    halves = [half_of(article.id) for article in labelled.gold.articles]
    assert min(halves.count("dev"), halves.count("test")) >= 0.4 * len(halves)


def test_a_scene_is_in_one_half() -> None:
    """Incidents that are easily confused are never split between the halves."""
    labelled = read_stories()
    for half in ("dev", "test"):
        scenes = {article.id.partition("-")[0] for article in labelled.part(half)}
        rest = {article.id.partition("-")[0] for article in labelled.gold.articles} - scenes
        assert all(half_of(f"{scene}-01-wire") == half for scene in scenes)
        assert all(half_of(f"{scene}-01-wire") != half for scene in rest)


@pytest.mark.parametrize("half", ["dev", "test"])
def test_linking_beats_every_baseline(half: str) -> None:
    """On labelled events of either half, linking joins nothing wrongly and is above all baselines in both F1."""
    measured = measure_labels(read_stories(), half)  # type: ignore[arg-type] # a half by its name
    ours = measured.by_method[LINKED]
    assert ours.pairwise.precision == 1
    assert (ours.b3.f1 or 0) >= 0.96
    for name, other in measured.by_method.items():
        if name != LINKED:
            assert (ours.b3.f1 or 0) > (other.b3.f1 or 0), name
            assert (ours.pairwise.f1 or 0) > (other.pairwise.f1 or 0), name
    assert measured.judged == measured.labelled == measured.mentions


def test_a_run_is_judged_by_what_aligns() -> None:
    """Of the events that a run found those count that are a labelled one; the figure says how many those are."""
    labelled = read_stories()
    articles = labelled.part("dev")
    rows = []
    for article in articles:
        extraction = as_extraction(article)
        lost = article.id.startswith("maroua-07")  # the event of one report was not found
        changed = {
            "events": () if lost else extraction.events,
            "article": extraction.article.model_copy(update={"id": "x"}),
        }
        rows.append(Row(article=article.id, replies=(), extraction=extraction.model_copy(update=changed)))
    run = Run(Path("a-run"), Manifest(plan=plan(labelled), begun=NOW, extractor_version="0"), tuple(rows), None)
    measured = measure_run(labelled, run, "dev")
    assert (measured.labelled, measured.judged, measured.mentions) == (50, 49, 49)
    assert measured.by_method[LINKED].pairwise.precision == 1
    assert measure_run(labelled, run, "test").mentions == 0


def test_a_run_of_another_set_is_refused() -> None:
    """A run that was made on other labels cannot be judged by these."""
    labelled = read_stories()
    other = plan(labelled).model_copy(update={"set_digest": "sha256:" + "0" * 64})
    run = Run(Path("a-run"), Manifest(plan=other, begun=NOW, extractor_version="0"), (), None)
    with pytest.raises(UsageError, match="is not what the run 'a-run' was made on"):
        measure_run(labelled, run, "all")


NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def plan(labelled: StorySet) -> Plan:
    """Return the plan of a run over one half of the set."""
    return Plan(
        prompt="events@v1",
        prompt_digest="sha256:" + "1" * 64,
        model=AskedModel(name="scripted"),
        set_digest=labelled.gold.digest,
        half="all",
        articles=tuple(article.id for article in labelled.part("dev")),
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"maroua-01-wire#0"', '"maroua-01-wire#7"', "there is no event 'maroua-01-wire#7'"),
        ('"maroua-01-wire#0",', "", "maroua-01-wire#0 belongs to no story"),
        ('"maroua-06-wire#1"', '"maroua-06-wire#0"', "'maroua-06-wire#0' belongs to mora-market already"),
        ("maroua-market = [", "maroua-market = ", "cannot be read"),
    ],
)
def test_stories_that_do_not_fit_their_events_are_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    """Every event belongs to exactly one story, and every story names events that exist."""
    folder = tmp_path / "stories"
    shutil.copytree(evals_folder() / "stories", folder)
    file = folder / "stories.toml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(UsageError, match=message):
        read_stories(folder)
