"""What a worker of a cluster does with a shard, and what is said where there is no cluster; without Ray."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from extractor.archive.cluster.engine import Shared, cluster
from extractor.archive.cluster.parts import find_parts, read_part
from extractor.archive.cluster.shards import Order, Shard, local_folder, prompt_from, work_off
from extractor.archive.progress import Ending
from extractor.archive.run import Brake
from extractor.articles.article import Article
from extractor.articles.read import read
from extractor.errors import UsageError
from extractor.llm.pace import paced
from extractor.settings import ModelChoice, load_settings
from tests.archive.archives import make_plan
from tests.archive.sittings import PROMPT
from tests.archive_stub import Answers, write_archive
from tests.stub_server import StubServer, serving

if TYPE_CHECKING:
    from pathlib import Path

ARTICLES = 12


@pytest.fixture
def shard(tmp_path: Path) -> Shard:
    """Return a shard of made-up articles."""
    found = read(write_archive(tmp_path / "a.jsonl", ARTICLES))
    return Shard("0", tuple(one for one in found if isinstance(one, Article)))


def ordered(tmp_path: Path, stub: StubServer) -> Order:
    """Return the order to ask ``stub``."""
    settings = load_settings({"concurrency": 4}, folder=tmp_path)
    choice = ModelChoice("endpoint", "m", stub.base_url, SecretStr("k"))
    return Order(make_plan(), dict(PROMPT.files), settings, choice, tmp_path / "parts")


async def test_a_worker_leaves_a_part_and_nothing_else(tmp_path: Path, shard: Shard) -> None:
    """Every article is asked once; its part holds the result of each, and the worker's own store is gone."""
    answers = Answers()
    with serving(StubServer(answers.behaviour)) as stub:
        order = ordered(tmp_path, stub)
        part = await work_off(order, shard, Brake(), pace=paced())
    assert part.why is Ending.DONE
    assert find_parts(order.parts) == [part]
    results = list(read_part(part))
    assert len(results) == len({one.key for one in results}) == ARTICLES
    assert sum(one.brief.usage.requests for one in results) == sum(answers.asked.values()) == ARTICLES
    assert not (local_folder(order) / shard.name).exists()


async def test_a_worker_whose_brake_is_pulled_says_so(tmp_path: Path, shard: Shard) -> None:
    """What a stopped worker leaves is a part that says why it ended before its articles did."""
    brake = Brake()
    brake.pull()
    with serving(StubServer(Answers().behaviour)) as stub:
        part = await work_off(ordered(tmp_path, stub), shard, brake, pace=paced())
    assert part.why is Ending.INTERRUPTED
    assert not list(read_part(part))


def test_orders_do_not_share_a_folder(tmp_path: Path) -> None:
    """Two runs on one machine keep their shards apart, and a worker reads the prompt that was sent along."""
    with serving(StubServer(Answers().behaviour)) as stub:
        order = ordered(tmp_path, stub)
        other = ordered(tmp_path / "other", stub)
    assert local_folder(order) != local_folder(other)
    assert prompt_from(order).digest == PROMPT.digest


def test_without_ray_it_is_said_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No traceback where the extra is missing."""
    monkeypatch.setitem(sys.modules, "ray", None)
    with serving(StubServer(Answers().behaviour)) as stub:
        order = ordered(tmp_path, stub)
    with pytest.raises(UsageError, match="needs Ray"), cluster(order, Shared(paced()), workers=1, name="gate"):
        raise AssertionError
