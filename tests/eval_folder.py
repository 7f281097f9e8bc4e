"""A labelled set of many short articles on disk, an endpoint that answers about them, and two prompts to ask with."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import TYPE_CHECKING, Any

from tests.stub_server import Request, completion, http, status

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable
    from pathlib import Path

FRIDAY = dt.date(2001, 6, 15)
DULL = "Report nothing at all.\n"
"""System message of a prompt version that makes the endpoint say nothing."""

_LABEL = """\
id = "{id}"
published = {published}
printed = false
kind = "wire"

[[events]]
type = "attack"
evidence = ["Rebels shot dead {count} traders in {place} on Friday"]
when = {{ words = "on Friday", start = {day}, end = {day} }}
where = {{ words = "{place}", settlement = "{place}" }}
initiators = [["Rebels"]]
targets = [["traders", "{count} traders"]]
counts = [{{ measure = "killed", words = "{count}", min = {count}, max = {count} }}]
"""


def write_set(root: Path, count: int = 4) -> Path:
    """Write a set of ``count`` articles below ``root``, each with one attack; return its folder."""
    for part in ("articles", "labels"):
        (root / "gold" / part).mkdir(parents=True, exist_ok=True)
    for number in range(count):
        name, killed, place = f"aa-2001-raid-{number:02}", number + 3, f"Orvik{'abcdefghij'[number % 10]}"
        text = f"Rebels shot dead {killed} traders in {place} on Friday, police said in report {number}.\n"
        (root / "gold" / "articles" / f"{name}.txt").write_text(text)
        label = _LABEL.format(id=name, published=FRIDAY + dt.timedelta(1), day=FRIDAY, count=killed, place=place)
        (root / "gold" / "labels" / f"{name}.toml").write_text(label)
    return root / "gold"


def write_suite(root: Path, name: str = "strict", **values: Any) -> Path:
    """Write a suite over the whole set in ``root / "gold"`` that lets two articles decide; return its file."""
    (root / "suites").mkdir(exist_ok=True)
    whole: dict[str, Any] = {"half": "all", "set": "gold"} | values
    lines = [f"{key} = {json.dumps(value)}" for key, value in whole.items()]
    path = root / "suites" / f"{name}.toml"
    path.write_text("\n".join([*lines, "[bounds]", "least_articles = 2", 'guards = ["casualties"]', ""]))
    return path


def reads_them(skips: int = 0) -> Callable[[Request, asyncio.StreamWriter], Any]:
    """Return a behaviour of the stub that reports the attack of each article.

    It says nothing where the prompt tells it so, and nothing about the first ``skips`` articles of the set.
    """

    async def behave(request: Request, writer: asyncio.StreamWriter) -> None:
        system, question = (request.json["messages"][place]["content"] for place in (0, -1))
        found = re.search(r"(\d+) traders in (\w+) on Friday, police said in report (\d+)", question)
        assert found, question
        silent = DULL.strip() in system or int(found[3]) < skips
        events = [] if silent else [_event(found[1], found[2])]
        writer.write(http(200, completion(json.dumps({"published": None, "events": events}))))

    return behave


def refuses_after(count: int) -> Callable[[Request, asyncio.StreamWriter], Any]:
    """Return a behaviour that answers ``count`` requests and then refuses the key."""
    answered = 0

    async def behave(request: Request, writer: asyncio.StreamWriter) -> None:
        nonlocal answered
        answered += 1
        await (reads_them() if answered <= count else status(401, "bad key"))(request, writer)

    return behave


def _event(count: str, place: str) -> dict[str, Any]:
    rebels = {"name": "Rebels", "role": "initiator", "sector": "REB", "involvement": "stated"}
    traders = {"name": "traders", "role": "target", "sector": "CVL", "involvement": "stated"}
    killed = {"measure": "killed", "who": "all", "words": f"{count} traders", "source": "police"}
    return {
        "sentences": [1],
        "type": "attack",
        "status": "actual",
        "standing": "main",
        "when": "on Friday",
        "place": place,
        "country": None,
        "actors": [rebels, traders],
        "counts": [killed],
        "speakers": [],
        "summary": "Rebels shot traders dead.",
    }
