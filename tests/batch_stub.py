"""A batch provider on loopback that behaves as OpenAI's documentation says, and can misbehave where it may.

Files and batches as in platform.openai.com/docs/guides/batch: a JSONL file uploaded with purpose ``batch``, checked
when the batch is made from it (at most 50,000 lines and 200 MB, each with a ``custom_id`` of its own, all for one
endpoint and one model), then ``validating → in_progress → finalizing → completed``, one step per look. Answers are in
the output file in any order; what failed or expired is in the error file. ``fate`` decides about each request,
``answer`` words it.

``before`` and ``after`` are called around each endpoint with its name, to fail. Everything that was run is counted in
``runs``: a request that is there twice was paid for twice.
"""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from tests.stub_server import StubServer, completion, http

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from tests.stub_server import Request

Fate = Literal["ok", "missing", "expired", "500", "filtered", "refused seed", "cut off", "no quota"]
EXPIRED = {
    "code": "batch_expired",
    "message": "This request could not be executed before the completion window expired.",
}
_STEPS = {
    "validating": "in_progress",
    "in_progress": "finalizing",
    "finalizing": "completed",
    "cancelling": "cancelled",
}
_ENDED = ("completed", "expired", "cancelled", "failed")


@dataclass
class BatchProvider:
    """All files and batches of one account."""

    answer: Callable[[dict[str, Any]], str]
    """Words the reply to a request's body."""
    fate: Callable[[str, int], Fate] = lambda _id, _time: "ok"
    """Says what happens to the request with this ``custom_id``, at its n-th run (from 1)."""
    queue: int = 10**9
    """Requests that all batches together may have waiting; a batch beyond that fails as a whole."""
    extra_lines: tuple[bytes, ...] = ()
    """Added to each output file."""
    at_once: bool = False
    """A batch is completed as soon as it is created."""
    twice: bool = False
    """Each answer stands in the output file twice."""
    before: Callable[[str], bytes | None] = lambda _: None
    """May return the HTTP response that is sent instead of doing anything."""
    after: Callable[[str], bytes | None] = lambda _: None
    """May return the HTTP response that is sent although everything was done."""
    files: dict[str, bytes] = field(default_factory=dict)
    batches: dict[str, dict[str, Any]] = field(default_factory=dict)
    runs: Counter[str] = field(default_factory=Counter)
    calls: Counter[str] = field(default_factory=Counter)
    _random: random.Random = field(default_factory=lambda: random.Random(4))  # noqa: S311 - shuffles lines

    def server(self) -> StubServer:
        """Return the server to start."""
        return StubServer(self.serve)

    async def serve(self, request: Request, writer: asyncio.StreamWriter) -> None:
        """Answer one HTTP request."""
        method, target, _ = request.line.split(" ")
        path, _, query = target.partition("?")
        name, handle = self._route(method, path)
        self.calls[name] += 1
        instead = self.before(name)
        if instead is None:
            done = handle(request, path, query)
            instead = self.after(name) or done
        writer.write(instead)

    def _route(self, method: str, path: str) -> tuple[str, Callable[[Request, str, str], bytes]]:
        routes = (
            ("POST", r"/v1/files", "upload", self._upload),
            ("GET", r"/v1/files/[\w-]+/content", "download", self._download),
            ("POST", r"/v1/batches", "create", self._create),
            ("GET", r"/v1/batches/[\w-]+", "retrieve", self._retrieve),
            ("GET", r"/v1/batches", "list", self._list),
            ("POST", r"/v1/batches/[\w-]+/cancel", "cancel", self._cancel),
        )
        for verb, pattern, name, handle in routes:
            if verb == method and re.fullmatch(pattern, path):
                return name, handle
        return "unknown", lambda *_: error(404, f"no such path: {method} {path}")

    def _upload(self, request: Request, _: str, __: str) -> bytes:
        boundary = request.headers["content-type"].partition("boundary=")[2].strip('"').encode()
        parts = {}
        for part in request.body.split(b"--" + boundary)[1:-1]:
            head, _gap, content = part.partition(b"\r\n\r\n")
            name = re.search(rb'name="([^"]+)"', head)
            assert name is not None
            parts[name[1].decode()] = content.removesuffix(b"\r\n")
        if parts.get("purpose") != b"batch" or "file" not in parts:
            return error(400, "purpose must be 'batch', with a file")
        file = self._keep(parts["file"])
        return answered({"id": file, "object": "file", "bytes": len(parts["file"]), "created_at": 1,
                         "filename": "x.jsonl", "purpose": "batch", "status": "processed"})  # fmt: skip

    def _keep(self, content: bytes) -> str:
        file = f"file-{len(self.files) + 1}"
        self.files[file] = content
        return file

    def _download(self, _: Request, path: str, __: str) -> bytes:
        content = self.files.get(path.split("/")[3])
        return error(404, "no such file") if content is None else http(200, content)

    def _create(self, request: Request, _: str, __: str) -> bytes:
        asked = request.json
        if asked.get("input_file_id") not in self.files or asked.get("completion_window") != "24h":
            return error(400, "input_file_id and completion_window are required")
        lines = [json.loads(line) for line in self.files[asked["input_file_id"]].splitlines()]
        problems = self._problems(lines, asked)
        number = f"batch_{len(self.batches) + 1}"
        self.batches[number] = {
            "id": number, "object": "batch", "endpoint": asked["endpoint"], "completion_window": "24h",
            "input_file_id": asked["input_file_id"], "created_at": len(self.batches),
            "status": "failed" if problems else "validating", "metadata": asked.get("metadata"),
            "errors": {"object": "list", "data": problems} if problems else None,
            "request_counts": {"total": len(lines), "completed": 0, "failed": 0},
        }  # fmt: skip
        while self.at_once and self.batches[number]["status"] in _STEPS:
            self._step(self.batches[number])
        return answered(self.batches[number])

    def _problems(self, lines: list[dict[str, Any]], asked: dict[str, Any]) -> list[dict[str, str]]:
        size = len(self.files[asked["input_file_id"]])
        ids = [line["custom_id"] for line in lines]
        waiting = sum(b["request_counts"]["total"] for b in self.batches.values() if b["status"] not in _ENDED)
        rules = (
            ("empty_file", not lines),
            ("too_many_tasks", len(lines) > 50_000 or size > 200_000_000),
            ("duplicate_custom_id", len(set(ids)) < len(ids)),
            ("mismatched_model", len({line["body"]["model"] for line in lines}) > 1),
            ("invalid_url", {line["url"] for line in lines} - {asked["endpoint"]} or any(len(i) > 64 for i in ids)),
            ("token_limit_exceeded", waiting + len(lines) > self.queue),
        )
        return [{"code": code, "message": f"stub: {code}"} for code, broken in rules if broken]

    def _retrieve(self, _: Request, path: str, __: str) -> bytes:
        batch = self.batches.get(path.split("/")[3])
        if batch is None:
            return error(404, "no such batch")
        told = answered(batch)
        if batch["status"] in _STEPS:
            self._step(batch)
        return told

    def _step(self, batch: dict[str, Any]) -> None:
        """Move a batch on; run it when it is finalized."""
        batch["status"] = _STEPS[batch["status"]]
        if batch["status"] != "completed":
            return
        good: list[bytes] = []
        bad: list[bytes] = []
        fates: list[Fate] = []
        for line in self.files[batch["input_file_id"]].splitlines():
            asked = json.loads(line)
            fate = self._fate(asked["custom_id"])
            fates.append(fate)
            if fate != "missing":
                (good if fate in ("ok", "cut off") else bad).append(self._line(asked, fate))
        if "expired" in fates:
            batch["status"] = "expired"
        lines = good * (1 + self.twice) + list(self.extra_lines)
        for name, group in (("output_file_id", lines), ("error_file_id", bad)):
            self._random.shuffle(group)
            batch[name] = self._keep(b"\n".join(group) + b"\n") if group else None
        batch["request_counts"] = {"total": len(fates), "completed": len(good), "failed": len(bad)}

    def _fate(self, custom_id: str) -> Fate:
        fate = self.fate(custom_id, self.runs[custom_id] + 1)
        self.runs[custom_id] += 1
        return fate

    def _line(self, asked: dict[str, Any], fate: Fate) -> bytes:
        said: dict[str, Any] = {"id": "batch_req_1", "custom_id": asked["custom_id"], "response": None, "error": None}
        if fate == "expired":
            return json.dumps(said | {"error": EXPIRED}).encode()
        status, body = 200, completion(self.answer(asked["body"]), finish="length" if fate == "cut off" else "stop")
        if fate in _FAILURES:
            status, message, code = _FAILURES[fate]
            body = json.dumps({"error": {"message": message, "code": code}}).encode()
        response = {"status_code": status, "request_id": "r", "body": json.loads(body)}
        return json.dumps(said | {"response": response}).encode()

    def _list(self, _: Request, __: str, query: str) -> bytes:
        """Page as documented: newest first, after the given id."""
        asked = dict(part.split("=") for part in query.split("&") if part)
        newest = list(reversed(self.batches.values()))
        start = next((i + 1 for i, one in enumerate(newest) if one["id"] == asked.get("after")), 0)
        page = newest[start : start + min(int(asked.get("limit", 20)), 100)]
        more = start + len(page) < len(newest)
        return answered({"object": "list", "data": page, "has_more": more})

    def _cancel(self, _: Request, path: str, __: str) -> bytes:
        batch = self.batches[path.split("/")[3]]
        batch["status"] = "cancelled"
        return answered(batch)


_FAILURES: dict[str, tuple[int, str, str]] = {
    "500": (500, "The server had an error", "server_error"),
    "filtered": (400, "The content was filtered: content_policy_violation", "content_filter"),
    "refused seed": (400, "Unknown parameter: 'seed' is not supported", "unknown_parameter"),
    "no quota": (429, "You exceeded your current quota", "insufficient_quota"),
}


def answered(body: dict[str, Any]) -> bytes:
    """Return a 200 with JSON."""
    return http(200, json.dumps(body).encode())


def error(status: int, message: str) -> bytes:
    """Return OpenAI's error object."""
    return http(status, json.dumps({"error": {"message": message}}).encode())


def reply_for(body: dict[str, Any]) -> str:
    """Return a valid reply to a request with a JSON schema: one event from the first sentences that it shows."""
    name = body["response_format"]["json_schema"]["name"]
    shown = body["messages"][-1]["content"]
    numbers = [int(number) for number in re.findall(r"^\[(\d+)\]", shown, re.MULTILINE)] or [1]
    if name == "Found":
        return json.dumps({"events": [{"what": "Gunmen killed dock workers", "sentences": numbers[:1]}]})
    if name == "Filled":
        return json.dumps({"by": ["gunmen"], "to": ["dock workers"], "when": None, "place": None})
    event = {
        "sentences": numbers[:1], "type": "attack", "status": "actual", "standing": "main", "when": None, "place": None,
        "country": None, "actors": [], "counts": [], "summary": "Gunmen attacked.",
        "speakers": [{"name": None, "stance": "narrated"}],
    }  # fmt: skip
    return json.dumps({"published": None, "events": [event]})
