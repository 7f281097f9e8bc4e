"""An archive of made-up articles, and a model server that answers each of them by what it says, in any order.

Every article reports one attack with a toll of its own, so an answer that was given to another article, lost or stored
twice shows in the result. The server's reply follows from the article alone; its delays and failures are drawn.
"""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

from tests.command_line import environment
from tests.stub_server import completion, http

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable
    from pathlib import Path

    from extractor.events.summary import Extraction
    from tests.stub_server import Behaviour, Request, StubServer

_TOLL = re.compile(r"At least (\d+) dock workers")
TOKENS_IN, TOKENS_OUT = 900, 100


def start(folder: Path, stub: StubServer, *more: str) -> subprocess.Popen[str]:
    """Begin or go on with the run ``r`` about ``a.jsonl`` in a process of its own."""
    model = ("--model", "m", "--base-url", stub.base_url)
    return subprocess.Popen(  # noqa: S603 - our own interpreter and program
        [sys.executable, "-m", "extractor", "archive", "run", "a.jsonl", "--run", "r", *model, *more],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    )


def record(number: int) -> dict[str, str]:
    """Return the record of one article; its toll is its number and 1,000 more."""
    return {
        "id": f"a{number}",
        "title": f"Harbour attack, report {number}",
        "date": "2024-03-04",
        "text": f"At least {1000 + number} dock workers were killed on Sunday when gunmen stormed Lagos harbour.",
    }


def write_archive(path: Path, count: int) -> Path:
    """Write a JSONL file of ``count`` articles and return its path."""
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            file.write(json.dumps(record(number)) + "\n")
    return path


def reply_to(toll: str) -> str:
    """Return the model's reply to the article with this toll."""
    count = {"measure": "killed", "who": "civilians", "words": f"At least {toll} dock workers", "source": None}
    event: dict[str, Any] = {
        "sentences": [1],
        "type": "attack",
        "status": "actual",
        "standing": "main",
        "when": "on Sunday",
        "place": "Lagos harbour",
        "country": None,
        "actors": [{"name": "gunmen", "role": "initiator", "sector": "UAF", "involvement": "stated"}],
        "counts": [count],
        "speakers": [],
        "summary": f"Gunmen killed {toll} dock workers.",
    }
    return json.dumps({"published": None, "events": [event]})


class Answers:
    """A behaviour of :class:`tests.stub_server.StubServer` that counts which article it was asked about.

    Args:
        delay: Seconds before an answer, at the least and at the most.
        spoil: Returns the response to send instead of the answer, for the n-th request about an article; or None.
        seed: Of the delays.
    """

    def __init__(
        self,
        delay: tuple[float, float] = (0.0, 0.0),
        spoil: Callable[[str, int], bytes | None] | None = None,
        seed: int = 1,
    ) -> None:
        self.asked: Counter[str] = Counter()
        self.answered: Counter[str] = Counter()
        self._delay, self._spoil = delay, spoil
        self._chance = random.Random(seed)  # noqa: S311 - delays, no secrets

    @property
    def behaviour(self) -> Behaviour:
        """What the stub plays."""
        return self._answer

    async def _answer(self, request: Request, writer: asyncio.StreamWriter) -> None:
        import asyncio  # noqa: PLC0415 - the module is imported by tests that have no loop

        found = _TOLL.findall("".join(message["content"] for message in request.json["messages"]))
        assert found, "a request without an article of this archive"
        toll = found[-1]
        self.asked[toll] += 1
        number = self.asked[toll]
        await asyncio.sleep(self._chance.uniform(*self._delay))
        spoilt = self._spoil(toll, number) if self._spoil else None
        usage = {"prompt_tokens": TOKENS_IN, "completion_tokens": TOKENS_OUT}
        writer.write(spoilt or http(200, completion(reply_to(toll), usage=usage)))
        self.answered[toll] += spoilt is None


def canonical(extraction: Extraction) -> str:
    """Return an extraction without what no two runs share: when it was made, and what it cost."""
    values = extraction.model_dump(mode="json", exclude={"usage": True, "provenance": {"time", "endpoint"}})
    return json.dumps(values, sort_keys=True, ensure_ascii=False)
