"""Run folders: what they hold, how they survive a kill, and how damage is named."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from extractor.errors import StoreError, UsageError
from extractor.evaluation.conditions import Conditions
from extractor.evaluation.run import run_articles
from extractor.evaluation.runs import (
    ARTICLES,
    COMPLETE,
    MANIFEST,
    PROMPTS,
    Plan,
    differences,
    load_run,
    named,
    prompt_of,
)
from extractor.prompts.registry import load
from tests.evaluation.small_set import TEXTS, Quiet, answer, asking, begun, by_article, cases, completion, make, plan
from tests.scripted import ScriptedModel

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


async def begin(folder: Path, first: int) -> Path:
    """Make a run that was killed after its first few articles, in the middle of writing the next."""
    run = await make(folder, answer)
    (run.folder / COMPLETE).unlink()
    lines = (run.folder / ARTICLES).read_bytes().splitlines(keepends=True)
    (run.folder / ARTICLES).write_bytes(b"".join(lines[:first]) + lines[first][: len(lines[first]) // 2])
    return run.folder


async def test_a_finished_run_is_read_as_it_was_made(tmp_path: Path) -> None:
    """Plan, replies, extractions and completion survive the folder, which holds three files, the prompt and no more."""
    run = await make(tmp_path, answer)
    assert run.plan == plan()
    assert [row.article for row in run.rows] == list(TEXTS)
    assert [len(row.replies) for row in run.rows] == [1, 1, 1]
    assert [row.extraction.article.id for row in run.rows] == list(TEXTS)
    assert run.completion is not None
    assert (run.completion.articles, run.completion.failed, run.completion.asked) == (3, 0, 3)
    assert (run.usage, run.completion.usage.requests) == (run.completion.usage, 3)
    assert run.missing() == []
    kept = {path.name for path in run.folder.iterdir()} - {"replies"}
    assert kept == {MANIFEST, ARTICLES, COMPLETE, PROMPTS}


async def test_rows_come_in_the_order_of_the_set_and_the_last_line_of_an_article_counts(tmp_path: Path) -> None:
    """Articles finish in any order and may be asked again; a reader sees neither."""
    run = await make(tmp_path, answer)
    lines = (run.folder / ARTICLES).read_text().splitlines(keepends=True)
    older = lines[0].replace('"events":', '"events":', 1)
    row = json.loads(lines[0]) | {"asked": 7}
    (run.folder / ARTICLES).write_text(older + lines[2] + lines[1] + json.dumps(row) + "\n")
    again = load_run(run.folder)
    assert [row.article for row in again.rows] == list(TEXTS)
    assert again.rows[0].asked == 7


@pytest.mark.parametrize("first", [0, 1, 2])
async def test_a_killed_run_goes_on_where_it_stopped(tmp_path: Path, first: int) -> None:
    """Half a line counts as not written; the finished articles are not asked again and the end is the same."""
    folder = await begin(tmp_path, first)
    with pytest.raises(UsageError, match=f"interrupted: {first} of 3 articles are done"):
        load_run(folder)
    half_done = load_run(folder, unfinished=True)
    assert [row.article for row in half_done.rows] == list(TEXTS)[:first]
    scripted = ScriptedModel(answer)
    with begun(folder) as writer:
        assert by_article(writer.todo()) == list(TEXTS)[first:]
        await run_articles(cases(), asking(tmp_path / "elsewhere", scripted), writer, Quiet())
        writer.complete(completion(writer))
    assert len(scripted.asked) == 3 - first
    whole = load_run(folder)
    fresh = await make(tmp_path, answer, name="fresh")
    assert [row.extraction.events for row in whole.rows] == [row.extraction.events for row in fresh.rows]
    assert [row.replies for row in whole.rows] == [row.replies for row in fresh.rows]


async def test_a_run_that_is_being_made_belongs_to_one_process(tmp_path: Path) -> None:
    """A second writer is refused while the first is at work, and welcome after it."""
    with (
        begun(tmp_path / "run"),
        pytest.raises(StoreError, match="another process") as raised,
        begun(tmp_path / "run"),
    ):
        pass
    assert raised.value.exit_code == 9
    with begun(tmp_path / "run") as writer:
        assert len(writer.todo()) == 3


def test_a_folder_with_another_plan_is_refused(tmp_path: Path) -> None:
    """A run never mixes two plans, and the message says in what they differ."""
    with begun(tmp_path / "run"):
        pass
    other = plan(half="dev", conditions=Conditions(date="stripped"))
    with (
        pytest.raises(UsageError, match=r"half: all and dev; conditions: date given.* and date stripped"),
        begun(tmp_path / "run", other),
    ):
        pass


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    """Nothing is asked before it is known that results can be kept."""
    (tmp_path / "file").touch()
    with (
        pytest.raises(UsageError, match="cannot write a run to"),
        begun(tmp_path / "file" / "run"),
    ):
        pass


def test_a_folder_without_a_run_is_named(tmp_path: Path) -> None:
    """Reading says what is missing."""
    with pytest.raises(UsageError, match=r"holds no run: run\.json is missing"):
        load_run(tmp_path)


DAMAGE: dict[str, tuple[str, Callable[[str], str], str]] = {
    "manifest is cut": (MANIFEST, lambda text: text[:50], r"run\.json' is damaged: the whole: Invalid JSON"),
    "manifest lacks its plan": (MANIFEST, lambda text: text.replace('"plan"', '"plam"'), r"plan: Field required; plam"),
    "a digest is no digest": (
        MANIFEST,
        lambda text: text.replace("sha256:5555", "sha256:zz"),
        r"plan\.set_digest: String",
    ),
    "completion is empty": (COMPLETE, lambda _: "", r"complete\.json' is damaged: the whole"),
    "completion with NaN": (
        COMPLETE,
        lambda text: text.replace('"event_f1": null', '"event_f1": NaN'),
        r"complete\.json' is damaged: event_f1",
    ),
    "a line in the middle is cut": (
        ARTICLES,
        lambda text: "\n".join([text.split("\n")[0], text.split("\n")[1][:99], text.split("\n")[2], ""]),
        r"articles\.jsonl, line 2: the whole: Invalid JSON",
    ),
    "a cost that is no number": (
        ARTICLES,
        lambda text: text.replace('"cost_usd":0.0', '"cost_usd":NaN', 1),
        r"line 1: replies\.0\.usage\.cost_usd",
    ),
    "an unknown field": (
        ARTICLES,
        lambda text: text.replace('"asked":1', '"asket":1', 1),
        r"line 1: asket: Extra inputs",
    ),
    "an article that is not in the plan": (
        ARTICLES,
        lambda text: text.replace("aa-2001-bridge", "zz-2001-bridge"),
        r"line 1: article: 'zz-2001-bridge' \(0\) is not in the plan",
    ),
    "somebody else's extraction": (
        ARTICLES,
        lambda text: text.replace('"article":{"id":"aa-2001-bridge"', '"article":{"id":"bb-2002-strike"'),
        r"line 1: extraction: it is of 'bb-2002-strike'",
    ),
    "an article is gone": (
        ARTICLES,
        lambda text: "".join(text.splitlines(keepends=True)[1:]),
        r"articles\.jsonl lacks 1 of its articles, such as aa-2001-bridge",
    ),
    "all articles are gone": (ARTICLES, lambda _: "", "lacks 3 of its articles"),
}


@pytest.mark.parametrize("kind", DAMAGE)
async def test_damage_is_named_with_its_file_and_field(kind: str, tmp_path: Path) -> None:
    """A damaged run is never read as if it were whole."""
    file, damage, named = DAMAGE[kind]
    run = await make(tmp_path, answer)
    text = (run.folder / file).read_text()
    damaged = damage(text)
    assert damaged != text
    (run.folder / file).write_text(damaged)
    with pytest.raises(StoreError, match=named):
        load_run(run.folder)


async def test_all_damaged_lines_are_named_at_once(tmp_path: Path) -> None:
    """Whoever mends a run sees everything that is wrong with it."""
    run = await make(tmp_path, answer)
    text = (run.folder / ARTICLES).read_text()
    (run.folder / ARTICLES).write_text(text.replace('"asked":1', '"asked":-1'))
    with pytest.raises(StoreError, match=r"line 1: asked.*line 2: asked.*line 3: asked"):
        load_run(run.folder)


async def test_bytes_that_are_no_text_are_named(tmp_path: Path) -> None:
    """A file that is not UTF-8 is damage, not a crash."""
    run = await make(tmp_path, answer)
    (run.folder / ARTICLES).write_bytes(b"\xff\xfe\n")
    with pytest.raises(StoreError, match="byte 0 is not UTF-8"):
        load_run(run.folder)


def test_a_run_without_its_articles_is_unfinished(tmp_path: Path) -> None:
    """Killed before its first article, a run has none."""
    with begun(tmp_path / "run"):
        pass
    (tmp_path / "run" / ARTICLES).unlink()
    assert load_run(tmp_path / "run", unfinished=True).rows == ()
    with begun(tmp_path / "run") as writer:
        assert len(writer.todo()) == 3


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"repeats": 2}, "repeats: 1 and 2"),
        ({"set_digest": "sha256:" + "6" * 64}, "set digest: sha256:555555555555 and sha256:666666666666"),
        ({"articles": ("aa-2001-bridge",)}, "articles: 3 and 1, only here bb-2002-strike, cc-2003-chess, only there n"),
        ({"articles": tuple(f"a-{n}" for n in range(9))}, "only there a-0, a-1, a-2 and 6 more"),
        ({}, ""),
    ],
)
def test_differences_name_what_differs(change: dict[str, Any], said: str) -> None:
    """Two plans are compared part by part."""
    found = differences(plan(), plan(**change))
    assert said in found
    assert bool(found) == bool(change)


def test_the_name_of_a_run_says_what_it_holds_and_tells_plans_apart() -> None:
    """Prompt, model, half and conditions stand in it, and the beginning of the plan's digest."""
    one = plan(repeats=3, conditions=Conditions(date="stripped", furniture="removed"))
    assert one.folder_name.startswith("events-v1-scripted-all-undated-bare-x3-")
    assert one.folder_name.endswith(one.digest[7:15])
    assert plan().digest != plan(set_digest="sha256:" + "6" * 64).digest
    assert Plan.model_validate_json(one.model_dump_json()).digest == one.digest


async def test_repeats_are_fresh_samples(tmp_path: Path) -> None:
    """Each repeat asks about every article anew, whatever is kept."""
    scripted = ScriptedModel(answer)
    with begun(tmp_path / "run", plan(repeats=3)) as writer:
        await run_articles(cases(), asking(tmp_path, scripted), writer, watcher := Quiet())
        writer.complete(completion(writer))
    run = load_run(tmp_path / "run")
    assert len(scripted.asked) == 9
    assert [(row.repeat, row.article) for row in run.rows] == [(k, name) for k in range(3) for name in TEXTS]
    assert "aa-2001-bridge (3): 1 events, 0.0 s" in watcher.lines


def test_adding_needs_the_with_block(tmp_path: Path) -> None:
    """A row is never lost because its file was closed: adding it then is an error."""

    async def late() -> None:
        run = await make(tmp_path, answer)
        with begun(tmp_path / "other") as writer:
            pass
        with pytest.raises(ValueError, match="closed file"):
            writer.add(run.rows[0])

    asyncio.run(late())


async def test_a_run_knows_the_words_that_it_asked_with(tmp_path: Path) -> None:
    """The prompt's files are part of the run; a changed one is damage."""
    run = await make(tmp_path, answer)
    assert prompt_of(run) == replace(load("events@v1"), published=False)
    (run.folder / PROMPTS / "events" / "v1" / "system.jinja").write_text("Report everything.")
    with pytest.raises(StoreError, match="prompts: events@v1 is not the wording that was asked with"):
        prompt_of(run)


@pytest.mark.parametrize("name", ["one", "events-v1.2_x", "a" * 120])
def test_a_plain_name_may_be_that_of_a_run(name: str) -> None:
    """Small letters, digits, dots, hyphens and underscores."""
    assert named(name) == name


@pytest.mark.parametrize("name", ["", ".hidden", "../up", "a/b", "A", "a b", "ü", "a" * 121, "a\n", "/etc"])
def test_no_name_of_a_run_leaves_its_folder(name: str) -> None:
    """Anything else is refused before a folder is made."""
    with pytest.raises(UsageError, match="no name of a run"):
        named(name)
