"""The run loop in one process: what it asks, in which order, what it costs, and when it stops."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from typing import TYPE_CHECKING

import pytest

from extractor.archive.budget import Bound, Budget
from extractor.archive.progress import Answered, Ending, Stopping
from extractor.archive.run import STREAK, Brake
from extractor.archive.store import Store
from extractor.articles.article import Article
from extractor.articles.read import read
from extractor.errors import ArticleRefusedError, ProviderRefusedError, StoreError, TransientError
from extractor.pipeline import Extractor
from tests.archive.sittings import PROMPT, Priced, Told, begin, no_json, sit
from tests.archive_stub import canonical, write_archive

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from extractor.archive.budget import Bill
    from extractor.errors import ModelError
    from extractor.llm.prices import Cost
    from extractor.llm.usage import Tokens


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Yield an empty store."""
    with Store.open(tmp_path / "s.db", create=True) as opened:
        yield opened


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Return a file of 40 articles."""
    return write_archive(tmp_path / "a.jsonl", 40)


@pytest.mark.parametrize("seed", range(3))
async def test_order_and_concurrency_do_not_change_the_output(store: Store, archive: Path, seed: int) -> None:
    """One, four or thirty-two at once, replies in any order: the same results in the order of the source (R13)."""
    outputs = []
    for concurrency in (1, 4, 32):
        run = begin(store, archive, f"c{concurrency}")
        model = Priced(seed, delay=0.02 if concurrency > 1 else 0.0)
        ended = await sit(store, run, model, concurrency=concurrency)
        assert (ended.why, ended.tally.done, len(model.asked)) == (Ending.DONE, 40, 40)
        assert model.peak <= concurrency
        outputs.append([canonical(one) for one in store.results(run)])
    assert outputs[0] == outputs[1] == outputs[2]
    assert len(set(outputs[0])) == 40


async def test_claims_are_bounded_by_what_is_in_flight(store: Store, archive: Path) -> None:
    """At no moment are more articles claimed than one and a half times those in flight: a kill costs no more (R2)."""
    run = begin(store, archive, "r")
    claimed: list[int] = []
    told = Told(then=lambda _: claimed.append(store.tally(run).claimed))
    await sit(store, run, Priced(delay=0.01), concurrency=8, told=told)
    assert claimed
    assert max(claimed) <= 12


@pytest.mark.parametrize("count", [10, pytest.param(500, marks=pytest.mark.full)])
async def test_the_cost_shown_is_what_was_charged(store: Store, tmp_path: Path, count: int) -> None:
    """Over any history of failures, stops, cut-offs and retries the tally is what the model charged (R9)."""
    archive = write_archive(tmp_path / "twelve.jsonl", 12)
    for history in range(count):
        chance = random.Random(history)  # noqa: S311 - a history, no secret
        model = Priced(history, delay=0.004, fails=_some_fail(chance))
        run = begin(store, archive, f"h{history}")
        cut_off = 0
        for _ in range(4):
            brake, left, hard = Brake(), chance.randint(1, 12), chance.random() < 0.3

            def stop(event: object, brake: Brake = brake, hard: bool = hard) -> None:
                nonlocal left
                left -= isinstance(event, Answered)
                if left == 0:
                    brake.pull()
                    if hard:
                        brake.pull()

            ended = await sit(
                store, run, model, concurrency=chance.choice((1, 3, 8)), told=Told(then=stop), brake=brake
            )
            cut_off += ended.unfinished
            if chance.random() < 0.4:
                store.retry_failed(run)
        tally = store.tally(run)
        assert tally.usage.requests == len(model.charged)
        assert tally.known_tokens == sum((u.tokens_in or 0) + (u.tokens_out or 0) for u in model.charged)
        assert tally.known_cost_usd == pytest.approx(model.cost)
        assert cut_off == model.cut_off
        assert cut_off <= tally.unresolved


def _some_fail(chance: random.Random) -> Callable[[str, int], ModelError | None]:
    """Return what lets three articles fail twice."""
    bad = {str(1000 + number) for number in chance.sample(range(12), 3)}
    return lambda toll, number: no_json() if toll in bad and number < 3 else None


def _price(tokens: Tokens) -> Cost:
    """Return what :class:`Priced` charges at most for a question of 900 and 100 tokens, by their number."""
    return 0.01 * ((tokens.read or 0) + (tokens.written or 0)) / 1000, "made up"


@pytest.mark.parametrize("count", [5, pytest.param(50, marks=pytest.mark.full)])
@pytest.mark.parametrize("unit", ["usd", "tokens"])
async def test_a_cap_is_never_overshot(store: Store, tmp_path: Path, unit: str, count: int) -> None:
    """Whatever the cap, no sitting begins an article that may break it, and the run stops with what it has (R10)."""
    archive = write_archive(tmp_path / "twelve.jsonl", 12)
    bound = Bound(Extractor(Priced(), PROMPT), _price)
    most = _most(archive, bound)
    assert most.usd is not None
    for case in range(count):
        chance = random.Random(f"{unit} {case}")  # noqa: S311 - a cap, no secret
        share = chance.uniform(0.5, 8)
        usd, tokens = (share * most.usd, None) if unit == "usd" else (None, int(share * most.tokens))
        dearest = chance.choice((0.3, 1.0)) * most.usd
        model = Priced(case, delay=0.003, dearest=dearest)
        run = begin(store, archive, f"{unit}{case}")
        for _ in range(2):  # a second sitting with the same cap has no money of its own
            budget = Budget(usd, tokens, store.tally(run))
            ended = await sit(store, run, model, concurrency=chance.choice((1, 5, 20)), spend=budget, bound=bound)
            spent = (
                model.cost if usd is not None else sum((u.tokens_in or 0) + (u.tokens_out or 0) for u in model.charged)
            )
            assert spent <= (usd or tokens or 0)
            assert ended.why is (Ending.DONE if ended.tally.open == 0 else Ending.BUDGET)
        assert model.asked if share > 1 else not model.asked


async def test_a_cost_beyond_the_bound_overshoots_by_what_is_in_flight_only(store: Store, archive: Path) -> None:
    """Where articles cost ten times what was thought, the cap is broken once, by those already asked (R10)."""
    bound = Bound(Extractor(Priced(), PROMPT), _price)
    most = _most(archive, bound).usd
    assert most is not None
    model = Priced(delay=0.003, dearest=10 * most)
    run = begin(store, archive, "r")
    ended = await sit(store, run, model, concurrency=4, spend=Budget(5 * most, None, store.tally(run)), bound=bound)
    assert ended.why is Ending.BUDGET
    assert model.cost <= 5 * most + 4 * 10 * most
    assert len(model.asked) <= 6


@pytest.mark.parametrize(
    ("error", "why", "asked"),
    [
        (lambda: ProviderRefusedError("wrong key"), Ending.REFUSED, (1, 4)),
        (lambda: TransientError("no route"), Ending.FAILING, (STREAK, STREAK + 6)),
        (no_json, Ending.FAILING, (STREAK, STREAK + 6)),
        (lambda: ArticleRefusedError("content filter"), Ending.DONE, (40, 40)),
    ],
)
async def test_what_every_article_would_meet_stops_the_run(
    store: Store, archive: Path, error: Callable[[], ModelError], why: Ending, asked: tuple[int, int]
) -> None:
    """A refusing provider stops at once, 20 failures in a row stop, and articles refused one by one do not."""
    model = Priced(delay=0.002, fails=lambda _toll, _number: error())
    ended = await sit(store, begin(store, archive, "r"), model)
    assert ended.why is why
    assert asked[0] <= len(model.asked) <= asked[1]
    assert ended.tally.done == 0


async def test_single_failures_do_not_stop_a_run(store: Store, archive: Path) -> None:
    """Nineteen failures, one success and nineteen failures more are no streak."""
    model = Priced(fails=lambda toll, _: None if toll == "1019" else no_json())
    ended = await sit(store, begin(store, archive, "r"), model, concurrency=1)
    assert (ended.why, ended.tally.failed, ended.tally.done) == (Ending.FAILING, 39, 1)


async def test_the_brake_lets_what_is_in_flight_end(store: Store, archive: Path) -> None:
    """Stopped once, a sitting asks nothing new, keeps what was in flight, and the next one asks the rest once."""
    run, brake = begin(store, archive, "r"), Brake()
    told = Told(then=lambda event: brake.pull() if isinstance(event, Answered) and not brake.pulled.is_set() else None)
    model = Priced(delay=0.05)
    ended = await sit(store, run, model, concurrency=8, told=told, brake=brake)
    assert ended.why is Ending.INTERRUPTED
    assert ended.unfinished == 0
    assert ended.tally.done == len(model.asked) < 20
    assert ended.tally.unresolved == 0
    assert [event.why for event in told.events if isinstance(event, Stopping)] == [Ending.INTERRUPTED]
    after = await sit(store, run, model, concurrency=8)
    assert (after.why, after.tally.done, len(model.asked)) == (Ending.DONE, 40, 40)


@pytest.mark.parametrize("pulls", [1, 2])
async def test_a_sitting_that_must_end_gives_up_and_says_so(store: Store, archive: Path, pulls: int) -> None:
    """After the drain, or at the second pull at once, requests are cut off, counted, and asked again later (R5)."""
    run, brake, model = begin(store, archive, "r"), Brake(), Priced(delay=0.0)
    slow = Priced(delay=1000.0)
    loop = asyncio.get_running_loop()

    async def pull() -> float:
        while slow.in_flight < 3:  # noqa: ASYNC110 - the model under test knows no event
            await asyncio.sleep(0.01)
        for _ in range(pulls):
            brake.pull()
        return loop.time()

    pulling = asyncio.create_task(pull())
    ended = await sit(store, run, slow, concurrency=3, brake=brake, drain=0.5 if pulls == 1 else 100.0)
    assert loop.time() - await pulling < 3
    assert (ended.why, ended.unfinished, slow.cut_off) == (Ending.INTERRUPTED, 3, 3)
    assert ended.tally.unresolved == 3
    after = await sit(store, run, model)
    assert (after.tally.done, len(model.asked)) == (40, 40)


async def test_a_server_that_asks_to_come_back_later_is_asked_later(store: Store, tmp_path: Path) -> None:
    """A wait beyond the article's deadline takes no slot; the article is asked again and its costs are added up."""
    archive = write_archive(tmp_path / "three.jsonl", 3)

    def busy(toll: str, number: int) -> ModelError | None:
        return TransientError("busy", retry_after=0.2) if toll == "1000" and number == 1 else None

    model, run = Priced(fails=busy), begin(store, archive, "r")
    ended = await sit(store, run, model, concurrency=2)
    assert (ended.tally.done, ended.tally.failed) == (3, 0)
    assert model.asked == ["1000", "1001", "1002", "1000"]
    assert ended.tally.usage.requests == 4
    assert ended.tally.known_cost_usd == pytest.approx(model.cost)


async def test_a_store_that_cannot_be_written_ends_the_sitting(tmp_path: Path, archive: Path) -> None:
    """When another process keeps the store locked, the sitting ends with that error, and what was told is kept."""
    path = tmp_path / "s.db"
    with Store.open(path, create=True, patience=0.2) as store, sqlite3.connect(path, isolation_level=None) as other:
        run, model = begin(store, archive, "r"), Priced(delay=0.01)
        told = Told(then=lambda event: _lock(other) if isinstance(event, Answered) else None)
        with pytest.raises(StoreError, match="locked"):
            await sit(store, run, model, told=told)
        other.execute("ROLLBACK")
        answered = sum(isinstance(event, Answered) for event in told.events)
        assert 0 < answered == store.tally(run).done < 40


def _lock(connection: sqlite3.Connection) -> None:
    if not connection.in_transaction:
        connection.execute("BEGIN IMMEDIATE")


def _most(archive: Path, bound: Bound) -> Bill:
    article = next(read(archive))
    assert isinstance(article, Article)
    return bound.bill(article)
