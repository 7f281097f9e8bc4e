"""``extractor archive link`` and ``extractor eval stories`` as a user types them."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING

import pytest

from extractor.archive.store import Store
from tests.archive.archives import answer, begin, fill, whole
from tests.archive.linking.reports import after, event
from tests.command_line import call
from tests.stub_server import StubServer, says, serving

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.command_line import Ran

TELLING = (
    event("e0", killed=9, place="the grain market of Maroua", summary="A bomb in a millet \x1b[31msack exploded."),
    event("e1", killed=(17, None), place="the market of Maroua", summary="The millet sack exploded among traders."),
    event("e2", killed=2, place="a police post in Maroua", day=after(1), summary="Rifles were taken."),
)


@pytest.fixture
def extractor(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Callable[..., Ran]:
    """Return what runs a command in a folder whose store has a run of three articles, two of them about one blast."""
    with Store.open(tmp_path / "extractor-archive.db", create=True) as store:
        run = begin(store, "news")
        fill(store, run, len(TELLING))
        for task, told in zip(store.claim(run, store.join(run), 9), TELLING, strict=True):
            done = answer(task)
            extraction = whole(done).model_copy(update={"events": (told,)})
            store.finish([dataclasses.replace(done, extraction=extraction)])
    return call(monkeypatch, capsys, tmp_path)


def test_stories_are_listed_explained_and_taken_back(extractor: Callable[..., Ran]) -> None:
    """The list has one line for each story of several reports; explaining shows tolls, mentions and reasons."""
    listed = extractor("archive", "link", "news")
    assert listed.code == 0, listed.err
    assert "3 events in 2 stories, 1 of several mentions" in listed.err
    [_, line] = listed.out.splitlines()
    assert "9-17!" in line
    assert "\x1b" not in line
    name = line.split()[0]
    shown = extractor("archive", "link", "news", "--explain", name)
    assert "KILLED (reports contradict each other)" in shown.out
    assert "17.." in shown.out
    assert "WHY LINKED" in shown.out
    assert "+6.0 place: the same settlement" in shown.out
    assert "NEARLY LINKED" not in shown.out or "article" in shown.out
    undone = extractor("archive", "link", "news", "--undo")
    assert "taken back" in undone.err
    assert "there were no links" in extractor("archive", "link", "news", "--undo").err


def test_machines_get_every_story(extractor: Callable[..., Ran]) -> None:
    """JSON holds the figures and the stories, JSON lines one story each; --all adds those of one report."""
    whole = json.loads(extractor("archive", "link", "news", "-f", "json", "--all").out)
    assert whole["linking"]["mentions"] == 3
    assert sorted(len(story["mentions"]) for story in whole["stories"]) == [1, 2]
    lines = extractor("archive", "link", "news", "-f", "jsonl").out.splitlines()
    assert [json.loads(line)["id"] for line in lines] == [s["id"] for s in whole["stories"] if len(s["mentions"]) == 2]
    told = json.loads(extractor("archive", "link", "news", "-f", "jsonl", "--explain", whole["stories"][0]["id"]).out)
    assert told["links"][0]["parts"][0]["name"] == "prior"


def test_another_threshold_links_again(extractor: Callable[..., Ran]) -> None:
    """A threshold that is asked for replaces the kept links, and stays until another is asked for."""
    assert "1 of several mentions" in extractor("archive", "link", "news").err
    assert "0 of several mentions" in extractor("archive", "link", "news", "--threshold", "12").err
    assert "threshold 12 bits" in extractor("archive", "link", "news").err


def test_a_model_is_asked_about_pairs_near_the_threshold(extractor: Callable[..., Ran]) -> None:
    """--check joins what the model calls one event, says what it cost, is explained, and asks nothing a second time."""
    told = json.loads(extractor("archive", "link", "news", "--all", "-f", "json").out)
    assert told["linking"]["uncertain"] == 0
    reply = json.dumps({"because": "Both name the sack.", "same": "no"})
    with serving(StubServer(says(reply))) as stub:
        asked = ("--threshold", "9", "--check", "--model", "m")
        check = ("archive", "link", "news", *asked, "--base-url", stub.base_url)
        ran = extractor(*check, "--all", "-f", "json")
        assert ran.code == 0, ran.err
        assert "1 pairs checked with same-event@v1 of m at 127.0.0.1" in ran.err
        assert "1 no; 1 asked now" in ran.err
        again = extractor(*check)
        assert "0 asked now" in again.err
        assert len(stub.requests) == 1
    whole = json.loads(ran.out)
    assert whole["linking"]["formula"].startswith("stories-1, same-event@v1 of m at 127.0.0.1")
    assert "formula stories-1, same-event@v1" in extractor("archive", "link", "news").err  # kept, not made anew
    explained = extractor("archive", "link", "news", "--explain", whole["stories"][0]["id"])
    assert "-3.0 model: same-event@v1 of m" in explained.out
    assert "formula stories-1\n" in extractor("archive", "link", "news", "--threshold", "0").err


def test_another_prompt_cannot_check(extractor: Callable[..., Ran]) -> None:
    """A prompt version that extracts events does not compare two, nor the other way round."""
    ran = extractor("archive", "link", "news", "--check", "--check-prompt", "events@v1", "--model", "m")
    assert (ran.code, "does not compare two mentions" in ran.err) == (2, True)
    ran = extractor("archive", "run", ".", "--prompt", "same-event@v1", "--model", "m")
    assert (ran.code, "no prompt to extract events with" in ran.err) == (2, True)


def test_mistakes_are_named(extractor: Callable[..., Ran]) -> None:
    """A run or story that is not there ends with the exit code of a wrong option."""
    assert extractor("archive", "link", "olds").code == 2
    ran = extractor("archive", "link", "news", "--explain", "s1-nothing")
    assert (ran.code, "there is no story" in ran.err) == (2, True)


def test_eval_stories_prints_both_halves_beside_baselines(extractor: Callable[..., Ran]) -> None:
    """The table has every method for dev, test and all; JSON holds the same numbers."""
    ran = extractor("eval", "stories")
    assert ran.code == 0, ran.err
    assert [line.split(":")[0] for line in ran.out.splitlines() if "articles" in line] == ["dev", "test", "all"]
    assert ran.out.count("linked  ") == 3
    figures = json.loads(extractor("eval", "stories", "--half", "test", "--json").out)["test"]
    assert f"{figures['by_method']['linked']['b3']['f1']:.3f}" in ran.out
