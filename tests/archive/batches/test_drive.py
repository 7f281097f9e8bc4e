"""Provider batches against a stub that keeps to the documentation: nothing lost, nothing sent twice unsaid."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from extractor.archive.batches.collecting import MOST_TRIES
from extractor.archive.batches.drive import BatchJob, run_batches
from extractor.archive.batches.records import BatchNews, State
from extractor.archive.budget import Budget
from extractor.archive.store import Store
from extractor.errors import ProviderRefusedError, UsageError
from extractor.llm.batch_api import BatchApi
from extractor.prompts.registry import load
from tests.archive.batches.driven import ONE_STEP, TWO_STEPS, WINDOWS, drive, open_run
from tests.batch_stub import BatchProvider, Fate, error, reply_for

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class Killed(BaseException):
    """The process is gone: nothing catches this."""


def outcome(store: Store) -> list[str]:
    """Return the results of the run as they count: without times and versions."""
    found = []
    for extraction in store.results(store.run("first")):
        said = extraction.model_dump(mode="json", exclude={"provenance", "usage"})
        found.append(json.dumps(said, sort_keys=True))
    return found


@pytest.mark.parametrize(("spec", "rounds"), [(ONE_STEP, 1), (WINDOWS, 1), (TWO_STEPS, 2)])
async def test_a_run_is_answered_in_as_many_rounds_as_its_prompt_has_steps(
    store: Store, spec: str, rounds: int
) -> None:
    """One request per article, several per article, and a second step that depends on the first."""
    open_run(store, spec, 5)
    provider = BatchProvider(reply_for)
    report = await drive(store, provider, spec)
    tally = store.tally(store.run("first"))
    assert (tally.done, tally.open, report.done, report.waiting) == (5, 0, 5, 0)
    assert tally.events > 0
    assert report.batches == len(provider.batches) == rounds
    assert set(provider.runs.values()) == {1}
    assert tally.usage.requests == report.requests == report.answered == provider.runs.total()
    assert (tally.usage.tokens_in, tally.unresolved) == (900 * provider.runs.total(), 0)


async def test_a_batch_holds_no_more_than_it_may(store: Store) -> None:
    """Shards end at their number of requests or bytes; the order of the sources is kept."""
    open_run(store, ONE_STEP, 7)
    provider = BatchProvider(reply_for)
    await drive(store, provider, most_requests=3)
    assert [b["request_counts"]["total"] for b in provider.batches.values()] == [3, 3, 1]
    line = len(provider.files["file-1"].splitlines()[0])
    open_run(store, ONE_STEP, 8)  # an eighth article
    other = BatchProvider(reply_for)
    await drive(store, other, most_bytes=line * 2)
    assert [b["request_counts"]["total"] for b in other.batches.values()] == [1]
    assert store.tally(store.run("first")).done == 8


async def test_results_in_any_state_are_read(store: Store) -> None:
    """Shuffled, doubled, unknown, broken, missing, expired and failed lines: each request is answered in the end."""
    open_run(store, ONE_STEP, 24)
    fates: tuple[Fate, ...] = ("ok", "missing", "expired", "500", "ok", "ok")
    met: dict[str, Fate] = {}

    def fate(custom_id: str, time: int) -> Fate:
        chosen = met.setdefault(custom_id, fates[len(met) % len(fates)])
        return chosen if time == 1 else "ok"

    foreign = json.dumps({"custom_id": "0" * 64, "response": {"status_code": 200, "body": {}}}).encode()
    provider = BatchProvider(reply_for, fate=fate, twice=True, extra_lines=(foreign, b"{broken", b""))
    report = await drive(store, provider)
    assert store.tally(store.run("first")).done == 24
    assert report.unfinished == 12
    assert report.unknown == 2 * len(provider.batches)
    assert report.duplicates == 24
    again = {custom_id for custom_id, runs in provider.runs.items() if runs > 1}
    assert again == {custom_id for custom_id, chosen in met.items() if chosen != "ok"}
    assert max(provider.runs.values()) == 2


async def test_errors_of_one_article_fail_that_article(store: Store) -> None:
    """A filtered article and a reply that was cut off are rows with their reason and cost; retrying asks them again."""
    open_run(store, ONE_STEP, 3)
    order: dict[str, int] = {}
    fates: tuple[Fate, ...] = ("filtered", "cut off", "ok")

    def fate(custom_id: str, time: int) -> Fate:
        return fates[order.setdefault(custom_id, len(order))] if time == 1 else "ok"

    provider = BatchProvider(reply_for, fate=fate)
    report = await drive(store, provider)
    run = store.run("first")
    assert (report.done, report.failed, report.refused) == (1, 2, 2)
    assert {one.kind for one in store.failures(run)} == {"ArticleRefusedError", "TruncatedReplyError"}
    assert store.tally(run).usage.tokens_in == 2 * 900
    assert store.retry_failed(run) == 2
    await drive(store, provider)
    assert (store.tally(run).done, store.tally(run).failed) == (3, 0)
    assert store.tally(run).usage.tokens_in == 4 * 900


async def test_a_reply_of_the_wrong_type_fails_its_article_and_can_be_retried(store: Store) -> None:
    """What does not validate is an error, never kept: the retry asks anew, and both are paid for."""
    run = open_run(store, ONE_STEP, 1)
    await drive(store, BatchProvider(lambda _: '{"events": 5}'))
    assert [one.kind for one in store.failures(run)] == ["InvalidReplyError"]
    store.retry_failed(run)
    provider = BatchProvider(reply_for)
    await drive(store, provider)
    assert provider.runs.total() == 1
    tally = store.tally(run)
    assert (tally.done, tally.usage.requests, tally.usage.tokens_in) == (1, 2, 1800)


async def test_what_never_finishes_fails_in_the_end(store: Store) -> None:
    """A request that every batch leaves unfinished is sent four times, and its article fails with that."""
    run = open_run(store, ONE_STEP, 2)
    provider = BatchProvider(reply_for, fate=lambda *_: "expired")
    report = await drive(store, provider)
    assert report.failed == store.tally(run).failed == 2
    assert set(provider.runs.values()) == {MOST_TRIES}
    assert "left it unfinished" in next(store.failures(run)).message


async def test_a_parameter_that_is_refused_is_left_out(store: Store) -> None:
    """Where every line of a batch is refused for how it was worded, the next batch is worded otherwise."""
    open_run(store, ONE_STEP, 5)
    provider = BatchProvider(reply_for, fate=lambda _, time: "refused seed" if time == 1 else "ok")
    report = await drive(store, provider)
    assert (report.done, report.failed) == (5, 0)
    assert '"seed"' in provider.files["file-1"].decode()
    assert '"seed"' not in provider.files["file-3"].decode()


async def test_want_of_credit_ends_the_sitting_and_loses_nothing(store: Store) -> None:
    """What was answered is kept; the next sitting sends the rest only."""
    run = open_run(store, ONE_STEP, 6)
    first: set[str] = set()

    def fate(custom_id: str, _: int) -> Fate:
        first.add(custom_id)
        return "ok" if len(first) <= 4 else "no quota"

    provider = BatchProvider(reply_for, fate=fate)
    with pytest.raises(ProviderRefusedError, match="no quota"):
        await drive(store, provider)
    assert (store.tally(run).done, store.tally(run).open) == (4, 2)
    provider.fate = lambda *_: "ok"
    report = await drive(store, provider)
    assert (report.done, report.requests) == (2, 2)


async def test_a_batch_that_is_refused_as_a_whole_says_why(store: Store) -> None:
    """Nothing of it was run, so nothing stays behind that would be waited for."""
    run = open_run(store, ONE_STEP, 2)

    class Wrong(BatchApi):
        def line(self, custom_id: str, ask: Any) -> bytes:
            return super().line(custom_id, ask).replace(b"/v1/chat/completions", b"/v1/embeddings", 1)

    provider = BatchProvider(reply_for)
    async with provider.server() as server, Wrong("m", base_url=server.base_url) as api:
        with pytest.raises(ProviderRefusedError, match="refused as a whole: stub: invalid_url"):
            await run_batches(BatchJob(store, run, load(ONE_STEP), api, poll=0.001))
    assert store.batches.shards(run) == []
    assert store.tally(run).open == 2


async def test_a_full_queue_is_waited_for_or_asked_for_less(store: Store) -> None:
    """With room for five requests in the provider's queue, 12 articles get through."""
    open_run(store, ONE_STEP, 12)
    provider = BatchProvider(reply_for, queue=5)
    report = await drive(store, provider)
    assert report.done == 12
    assert set(provider.runs.values()) == {1}


async def test_without_waiting_a_sitting_sends_and_returns(store: Store) -> None:
    """Later sittings read what has ended; each request is sent once."""
    open_run(store, ONE_STEP, 3)
    provider = BatchProvider(reply_for)
    waiting = [(await drive(store, provider, wait=False)).waiting for _ in range(6)]
    assert waiting[0] == 3
    assert waiting[-1] == 0
    assert store.tally(store.run("first")).done == 3
    assert set(provider.runs.values()) == {1}


async def test_a_cap_is_kept_before_anything_is_sent(store: Store) -> None:
    """What could cost more than the cap leaves is not sent, and what was sent is settled at its cost."""
    run = open_run(store, ONE_STEP, 30)
    provider = BatchProvider(reply_for)
    budget = Budget(None, 30_000, store.tally(run))
    report = await drive(store, provider, spend=budget)
    tally = store.tally(run)
    assert report.stopped == "budget"
    assert 0 < tally.done < 30
    assert tally.open == 30 - tally.done
    assert (tally.usage.tokens_in or 0) + (tally.usage.tokens_out or 0) <= 30_000


async def test_two_drivers_do_not_share_a_run(store: Store) -> None:
    """While one process drives the batches of a run, another is told so."""
    run = open_run(store, ONE_STEP, 1)
    worker = store.join(run)
    store.batches.drive(run, worker)
    with pytest.raises(UsageError, match="drives the batches"):
        await drive(store, BatchProvider(reply_for))
    store.leave(worker)
    assert (await drive(store, BatchProvider(reply_for))).done == 1


async def test_what_another_run_answered_is_not_sent(store: Store) -> None:
    """A second run with the same questions takes the first one's answers."""
    first, second = open_run(store, ONE_STEP, 3), None
    second = open_run(store, ONE_STEP, 3, name="second")
    assert store.tally(second).open == 3
    await drive(store, BatchProvider(reply_for))
    provider = BatchProvider(reply_for)
    async with provider.server() as server, BatchApi("m", base_url=server.base_url) as api:
        await run_batches(BatchJob(store, second, load(ONE_STEP), api, poll=0.001))
    assert provider.runs.total() == 0
    assert store.tally(second).cached == store.tally(first).done == 3


STEPS = ("upload", "create", "retrieve", "download")


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("failing", [500, 429, 503])
async def test_a_provider_that_stumbles_is_asked_again(store: Store, step: str, failing: int) -> None:
    """A failure that may pass, at any step, delays the run and changes nothing about its results."""
    open_run(store, ONE_STEP, 3)
    provider = BatchProvider(reply_for)
    provider.before = lambda name: error(failing, "stumbled") if name == step and provider.calls[name] == 1 else None
    report = await drive(store, provider)
    assert report.done == 3
    assert set(provider.runs.values()) == {1}
    assert report.perhaps_twice == (3 if step == "create" and failing != 429 else 0)


async def test_a_batch_whose_creation_went_unheard_is_adopted(store: Store) -> None:
    """The provider made it and answered 502: it is found by its token, and not made again."""
    open_run(store, ONE_STEP, 3)
    provider = BatchProvider(reply_for)
    provider.after = lambda name: error(502, "bad gateway") if name == "create" and provider.calls[name] == 1 else None
    for number in range(150):  # others of the account: more than one page
        provider.batches[f"other_{number}"] = {
            "id": f"other_{number}", "object": "batch", "endpoint": "/v1/chat/completions", "completion_window": "24h",
            "input_file_id": "x", "created_at": 0, "status": "completed", "metadata": None,
        }  # fmt: skip
    report = await drive(store, provider)
    assert (report.adopted, report.batches, report.done, report.perhaps_twice) == (1, 0, 3, 0)
    assert set(provider.runs.values()) == {1}


def moments() -> list[str]:
    """Return the names of all moments at which a driver may be killed."""
    edges = [f"{when} {state.value}" for state in State for when in ("before", "after")]
    return edges + [f"{when} the server's {step}" for step in STEPS for when in ("before", "after")]


@pytest.mark.parametrize("spec", [ONE_STEP, pytest.param(TWO_STEPS, marks=pytest.mark.full)])
@pytest.mark.parametrize("moment", moments())
async def test_a_kill_at_any_edge_loses_nothing(tmp_path: Path, moment: str, spec: str) -> None:
    """R11: killed before or after any write or request, a run ends as if undisturbed, and nothing was run twice."""
    with Store.open(tmp_path / "undisturbed.db", create=True) as store:
        open_run(store, spec, 4)
        await drive(store, BatchProvider(reply_for), spec)
        expected = outcome(store)
    provider = BatchProvider(reply_for)
    with Store.open(tmp_path / "killed.db", create=True) as store:
        open_run(store, spec, 4)
        kill = _kill_at(moment, provider)
        with pytest.MonkeyPatch.context() as patch:
            _around_writes(patch, kill)
            with pytest.raises(Killed):
                await drive(store, provider, spec, wrapped=lambda api: _Dying(api, kill))
    with Store.open(tmp_path / "killed.db") as store:
        run = store.run("first")
        report = await drive(store, provider, spec)
        assert outcome(store) == expected
        tally = store.tally(run)
        assert (tally.done, tally.open, tally.unresolved) == (4, 0, 0)
        assert set(provider.runs.values()) == {1}
        assert tally.usage.requests == provider.runs.total()
        assert (report.adopted == 1) == (moment in ("after the server's create", "before created"))
        never_made = moment in ("after creating", "before the server's create")
        assert (report.perhaps_twice > 0) == never_made


def _kill_at(moment: str, provider: BatchProvider) -> Callable[[str], None]:
    """Return a function that is called at every moment, and kills at the first that is called ``moment``."""
    del provider
    killed: list[str] = []

    def kill(now: str) -> None:
        if now == moment and not killed:
            killed.append(now)
            raise Killed

    return kill


def _around_writes(patch: pytest.MonkeyPatch, kill: Callable[[str], None]) -> None:
    """Call ``kill`` before and after each write of a batch's state."""
    from extractor.archive.store.batches import BatchRows  # noqa: PLC0415 - patched for one test only

    move, prepare, close = BatchRows.move, BatchRows.prepare, BatchRows.close

    def moved(rows: BatchRows, shard: Any, state: State, **noted: Any) -> Any:
        kill(f"before {state.value}")
        found = move(rows, shard, state, **noted)
        kill(f"after {state.value}")
        return found

    def prepared(rows: BatchRows, *given: Any) -> Any:
        kill("before prepared")
        found = prepare(rows, *given)
        kill("after prepared")
        return found

    def closed(rows: BatchRows, *given: Any) -> Any:
        kill("before downloaded")
        found = close(rows, *given)
        kill("after downloaded")
        return found

    patch.setattr(BatchRows, "move", moved)
    patch.setattr(BatchRows, "prepare", prepared)
    patch.setattr(BatchRows, "close", closed)


class _Dying:
    """A :class:`BatchApi` whose process may die around each request."""

    def __init__(self, api: BatchApi, kill: Callable[[str], None]) -> None:
        self._api, self._kill = api, kill

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._api, name)
        if name not in STEPS:
            return found

        async def dying(*given: Any) -> Any:
            self._kill(f"before the server's {name}")
            made = await found(*given)
            self._kill(f"after the server's {name}")
            return made

        return dying


async def test_news_tell_each_state(store: Store) -> None:
    """Whoever watches sees every state of every batch, and how many of its requests are done."""
    open_run(store, ONE_STEP, 2)
    news: list[BatchNews] = []
    await drive(store, BatchProvider(reply_for), tell=news.append)
    states = list(dict.fromkeys(one.state for one in news))
    assert states == [s for s in State if s not in (State.PREPARED, State.DOWNLOADED)]
    assert (news[-1].requests, news[-1].said) == (2, "completed")
