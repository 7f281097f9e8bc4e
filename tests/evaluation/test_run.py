"""Running a prompt over labelled articles, and reading a kept run again."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest

from extractor.errors import ProviderRefusedError, StoreError, TransientError
from extractor.evaluation.conditions import Conditions
from extractor.evaluation.rescore import reread
from extractor.evaluation.run import run_articles
from extractor.evaluation.runs import Run, load_run
from extractor.evaluation.scored import score_rows
from extractor.prompts.registry import load
from tests.evaluation.small_set import (
    TEXTS,
    Quiet,
    answer,
    asking,
    begun,
    cases,
    completion,
    failing,
    labels,
    make,
)
from tests.scripted import USAGE, ScriptedModel

if TYPE_CHECKING:
    from pathlib import Path

    from extractor.llm.boundary import Answer, Ask


async def sitting(folder: Path, model: ScriptedModel, **parts: Any) -> tuple[Run, Quiet, bool]:
    """Let one process work on the run in ``folder``; return the run as it is then."""
    watcher = Quiet()
    with begun(folder / "run") as writer:
        refused = await run_articles(cases(), asking(folder, model, **parts), writer, watcher)
    return load_run(folder / "run", unfinished=True), watcher, refused


async def test_a_failed_article_is_a_row_and_the_others_go_on(tmp_path: Path) -> None:
    """Its reason is told and kept, what it cost is counted, and it scores as predicting nothing."""
    run, watcher, refused = await sitting(tmp_path, ScriptedModel(failing(TransientError, "nurses")))
    assert (refused, [row.ok for row in run.rows]) == (False, [True, False, True])
    failed = run.rows[1]
    assert (failed.replies, failed.asked, failed.extraction.usage) == ((), 1, USAGE)
    assert "error: bb-2002-strike: TransientError on purpose" in watcher.lines
    assert "bb-2002-strike: failed" in watcher.lines
    scores = score_rows(run.rows, cases())
    assert [(score.article, score.problem) for score in scores] == [
        (name, "TransientError" if name.startswith("bb") else None) for name in TEXTS
    ]
    assert scores[1].total.mis > 0


async def test_going_on_asks_failed_articles_again_and_no_others(tmp_path: Path) -> None:
    """Errors are not kept: the second sitting asks about the one that failed, and its row replaces the failure."""
    await sitting(tmp_path, ScriptedModel(failing(TransientError, "nurses")))
    run, _, _ = await sitting(tmp_path, scripted := ScriptedModel(answer))
    assert (len(scripted.asked), [row.ok for row in run.rows]) == (1, [True, True, True])


async def test_a_provider_that_refuses_ends_the_run_and_what_is_done_stays(tmp_path: Path) -> None:
    """Nothing is asked after the refusal."""
    scripted = ScriptedModel(failing(ProviderRefusedError, "nurses"))
    run, _, refused = await sitting(tmp_path, scripted)
    assert (refused, len(scripted.asked), [row.article for row in run.rows]) == (True, 2, list(TEXTS)[:2])
    assert len(run.missing()) == 1


async def test_kept_replies_are_not_asked_for_again_by_another_run(tmp_path: Path) -> None:
    """A new run over the same questions sends nothing, has the same figures, and says that it sent nothing."""
    first = await make(tmp_path, answer, name="run")
    with begun(tmp_path / "other") as writer:
        task = asking(tmp_path / "run", ScriptedModel(answer))
        await run_articles(cases(), task, writer, watcher := Quiet())
        writer.complete(completion(writer))
    second = load_run(tmp_path / "other")
    assert isinstance(task.model, ScriptedModel)
    assert not task.model.asked
    assert [row.extraction.usage for row in second.rows] == [row.extraction.usage for row in first.rows]
    assert second.completion is not None
    assert (second.completion.asked, second.completion.reused) == (0, 3)
    assert "aa-2001-bridge: 1 events, 0.0 s, kept replies" in watcher.lines


class Slow(ScriptedModel):
    """Waits before each answer, and counts how many wait at once."""

    def __init__(self) -> None:
        super().__init__(answer)
        self.waiting = self.most = 0

    async def ask(self, ask: Ask[Any]) -> Answer[Any]:
        """Wait, then answer."""
        self.waiting += 1
        self.most = max(self.most, self.waiting)
        await asyncio.sleep(0.02)
        self.waiting -= 1
        return await super().ask(ask)


@pytest.mark.parametrize(("concurrency", "most"), [(1, 1), (2, 2), (8, 3)])
async def test_as_many_articles_are_asked_at_once_as_wanted(tmp_path: Path, concurrency: int, most: int) -> None:
    """Concurrency bounds what is in flight and doesn't change what comes out."""
    run, _, _ = await sitting(tmp_path, slow := Slow(), concurrency=concurrency)
    assert (slow.most, [row.article for row in run.rows]) == (most, list(TEXTS))


class Hanging(ScriptedModel):
    """Answers the first question, and never the second."""

    def __init__(self) -> None:
        super().__init__(answer)
        self.hangs = asyncio.Event()

    async def ask(self, ask: Ask[Any]) -> Answer[Any]:
        """Answer, or say that it hangs, and hang."""
        if self.asked:
            self.hangs.set()
            await asyncio.Event().wait()
        return await super().ask(ask)


async def test_an_interrupted_run_keeps_what_was_done(tmp_path: Path) -> None:
    """Cancelled in the middle, the finished articles are on disk and the rest is asked the next time."""
    task = asyncio.create_task(sitting(tmp_path, hanging := Hanging()))
    await hanging.hangs.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    run = load_run(tmp_path / "run", unfinished=True)
    assert [row.article for row in run.rows] == ["aa-2001-bridge"]
    again, _, _ = await sitting(tmp_path, scripted := ScriptedModel(answer))
    assert (len(scripted.asked), again.missing()) == (2, [])


async def test_damage_in_the_store_ends_the_run(tmp_path: Path) -> None:
    """A damaged reply is an error about a file, not about an article."""
    await make(tmp_path, answer, name="run")
    for path in (tmp_path / "run" / "replies").rglob("*.json"):
        path.write_text("{")
    with begun(tmp_path / "other") as writer, pytest.raises(StoreError, match="damaged"):
        await run_articles(cases(), asking(tmp_path / "run", ScriptedModel(answer)), writer, Quiet())


async def test_reading_again_changes_nothing_where_the_code_has_not_changed(tmp_path: Path) -> None:
    """The same replies through the same code are the same events, failures included."""
    run = await make(tmp_path, failing(TransientError, "nurses"))
    again = await reread(run, cases(), load("events@v1"))
    assert (again.unanswered, again.changed) == ((), 0)
    assert [row.extraction.events for row in again.rows] == [row.extraction.events for row in run.rows]
    assert [row.ok for row in again.rows] == [True, False, True]


async def test_reading_again_uses_the_replies_and_not_the_kept_events(tmp_path: Path) -> None:
    """What the kept run says its events are doesn't matter: they are made anew from the replies."""
    run = await make(tmp_path, answer)
    emptied = [
        row.model_copy(update={"extraction": row.extraction.model_copy(update={"events": ()})}) for row in run.rows
    ]
    again = await reread(Run(run.folder, run.manifest, tuple(emptied), run.completion), cases(), load("events@v1"))
    assert again.changed == 2
    assert [row.extraction.events for row in again.rows] == [row.extraction.events for row in run.rows]


async def test_an_article_with_other_questions_is_named_and_left_out(tmp_path: Path) -> None:
    """Where today's code asks what the run did not ask, nothing is made up."""
    run = await make(tmp_path, answer)
    others = cases() | {"aa-2001-bridge": cases(Conditions(date="stripped"))["aa-2001-bridge"]}
    again = await reread(run, others, load("events@v1"))
    assert again.unanswered == ("aa-2001-bridge",)
    assert [row.article for row in again.rows] == list(TEXTS)[1:]


async def test_the_reply_is_kept_word_for_word(tmp_path: Path) -> None:
    """The run's file holds what the model said, spaces and all."""
    said = '{ "published":null,\n "events" : [ ] }  '
    run = await make(tmp_path, said)
    line = json.loads((run.folder / "articles.jsonl").read_text().splitlines()[0])
    assert line["replies"][0]["raw"] == said == run.rows[0].replies[0].raw
    assert len(labels()) == len(run.rows)
