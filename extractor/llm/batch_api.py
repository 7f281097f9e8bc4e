"""OpenAI's Batch and Files endpoints as thin async functions: many requests in one file, answered within a day.

A file holds one request per line, each with a ``custom_id`` of our own; it is uploaded, a batch is created from it, and
when the batch has ended there are up to two files to read: the output file with the answers and the error file with
the requests that failed or expired. Lines come in any order. What is sent and how a result is read is the same as for
live requests (``form``, ``lane``, ``classify``). Nothing here retries or waits; ``archive/batches/`` does.

Source of the formats and limits: platform.openai.com/docs/guides/batch and /docs/api-reference/batch.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, Self, TypeVar

from pydantic import BaseModel, ValidationError

from extractor.errors import ModelError, TransientError
from extractor.events.summary import Usage
from extractor.llm.boundary import ModelInfo
from extractor.llm.classify import Failure, Where, by_status, classify
from extractor.llm.endpoint import Mode, Setup, adapt, find_endpoint, first_setup
from extractor.llm.prices import Prices
from extractor.llm.retry import Limits
from extractor.llm.usage import NONE_SPENT, UNKNOWN, Tokens

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Mapping
    from pathlib import Path

    import httpx2
    import openai
    from openai.types import Batch

    from extractor.llm.boundary import Ask

T = TypeVar("T")

MOST_REQUESTS: Final = 50_000
"""Requests that one batch may hold."""
MOST_BYTES: Final = 200_000_000
"""Bytes that its file may have (documented as 200 MB)."""
LONGEST_ID: Final = 64
"""Characters of a ``custom_id`` that every provider of this interface takes."""
_ENDPOINT: Final = "/v1/chat/completions"
_KEPT_FOR: Final = 30 * 24 * 3600
"""Seconds after which the provider deletes an input file, so that none is left behind by a kill."""
_TIMEOUT: Final = 900.0
_LARGEST_RESULT: Final = 4_000_000_000

Progress = Literal["working", "ended", "failed"]
_PROGRESS: Final[dict[str, Progress]] = {
    "validating": "working",
    "in_progress": "working",
    "finalizing": "working",
    "cancelling": "working",
    "completed": "ended",
    "expired": "ended",
    "cancelled": "ended",
    "failed": "failed",
}
"""An expired or cancelled batch has files too: what was answered until then is there, and is charged."""


@dataclass(frozen=True, slots=True)
class BatchStatus:
    """What the provider says of a batch."""

    id: str
    progress: Progress
    said: str
    """The provider's own word: ``in_progress``, ``expired`` …"""
    metadata: Mapping[str, str] = field(default_factory=dict)
    output_file: str | None = None
    error_file: str | None = None
    total: int = 0
    completed: int = 0
    failed: int = 0
    problems: tuple[tuple[str, str], ...] = ()
    """Code and message of each reason why the batch as a whole failed."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A line of a result file with a whole reply: its words and what it cost."""

    custom_id: str
    raw: str
    usage: Usage


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A line without a usable reply: why, and what it cost all the same."""

    custom_id: str
    failure: Failure
    usage: Usage


class _Response(BaseModel):
    status_code: int
    body: Any = None


class _Line(BaseModel):
    """A line of an output or error file; other fields are skipped."""

    custom_id: str
    response: _Response | None = None
    error: Any = None


class NotTakenError(TransientError):
    """The provider certainly did not take the request: nothing listens, or it asks to slow down."""


class BatchApi:
    """The batch side of one model at one endpoint; an async context manager. Belongs to one event loop.

    Args:
        name: The model's name at the endpoint.
        base_url: None: ``OPENAI_BASE_URL``, else OpenAI.
        api_key: None: ``OPENAI_API_KEY``, where the endpoint is OpenAI's or the environment's own.
        mode: How the reply type travels; ``auto`` starts with json_schema.
        http_client: Replaces the transport in tests.

    Raises:
        UsageError: The URL or the key cannot work.
    """

    def __init__(
        self,
        name: str,
        *,
        base_url: str | None = None,
        api_key: str | None = None,
        mode: Mode | Literal["auto"] = "auto",
        http_client: httpx2.AsyncClient | None = None,
    ) -> None:
        self._name = name
        self._endpoint = find_endpoint(base_url, api_key)
        self._setup = first_setup(self._endpoint, name, mode)
        self._prices = Prices(name, self._endpoint.base_url, loopback=self._endpoint.loopback)
        self.where = Where(name, self._endpoint.host, self._endpoint.key)
        self._http_client = http_client
        self._opened: openai.AsyncOpenAI | None = None

    @property
    def info(self) -> ModelInfo:
        """Name, endpoint host and mode, and that requests go out in batches."""
        return ModelInfo(self._name, self._endpoint.host, self._setup.mode, {"processing": "batch"})

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        client, self._opened = self._opened, None
        if client is not None:
            await client.close()

    # What goes out

    def line(self, custom_id: str, ask: Ask[Any]) -> bytes:
        """Return the line of a batch's file that asks ``ask``, with its line end."""
        from extractor.llm import form  # noqa: PLC0415 - imports the SDKs, a second

        reply: type[BaseModel] = ask.reply  # a class is hashable; mypy takes type[Any] for none
        prepared = form.prepare(reply, ask.parameters, self._setup, self._name)
        body = prepared.body(prepared.messages(ask.messages), ask.choices)
        head = json.dumps({"custom_id": custom_id, "method": "POST", "url": _ENDPOINT})
        return b"".join((head.encode()[:-1], b', "body": ', body, b"}\n"))

    def most(self, line: bytes, ask: Ask[Any]) -> tuple[int, float | None]:
        """Return the most tokens and US dollars that one line can cost; dollars are None where no price is known."""
        tokens = Tokens(len(line) // 3, 0, ask.parameters.max_tokens + self._setup.allowance, 0)
        return tokens.sum or 0, self._prices.cost(tokens, batch=True)[0]

    @property
    def setup(self) -> Setup:
        """How requests are worded now."""
        return self._setup

    def learn(self, failure: Failure, used: Setup) -> bool:
        """Word requests otherwise from now on, where ``failure`` of one that was worded as ``used`` says how.

        Returns:
            Whether it does, so that asking again can help (``endpoint.adapt``).
        """
        better = adapt(used, failure)
        if better is not None and self._setup is used:
            self._setup = better
        return better is not None

    # The endpoints

    async def upload(self, path: Path) -> str:
        """Upload a batch's file; return the provider's id of it."""
        with path.open("rb") as file:
            sending = self._client().files.create(
                file=(path.name, file), purpose="batch", expires_after={"anchor": "created_at", "seconds": _KEPT_FOR}
            )
            return (await self._answered(sending)).id

    async def create(self, file: str, metadata: Mapping[str, str]) -> BatchStatus:
        """Create a batch from an uploaded file.

        Raises:
            NotTakenError: It was not created, and may be later.
            TransientError: It may have been created: look for it in :meth:`batches` before doing so again.
            ProviderRefusedError: It was not created, and will not be.
        """
        making = self._client().batches.create(
            input_file_id=file, endpoint=_ENDPOINT, completion_window="24h", metadata=dict(metadata)
        )
        made = await self._outcome(making)
        if not isinstance(made, Failure):
            return _status(made)
        error = made.error
        if isinstance(error, TransientError) and (made.limited or not made.sent):
            raise NotTakenError(str(error), hint=error.hint, retry_after=error.retry_after)
        raise error

    async def retrieve(self, batch: str) -> BatchStatus:
        """Return how far a batch is."""
        return _status(await self._answered(self._client().batches.retrieve(batch)))

    async def batches(self) -> AsyncIterator[BatchStatus]:
        """Yield all batches of the account, the newest first."""
        page = await self._answered(self._client().batches.list(limit=100))
        while True:
            for batch in page.data:
                yield _status(batch)
            if not page.has_next_page():
                return
            page = await self._answered(page.get_next_page())

    async def cancel(self, batch: str) -> BatchStatus:
        """Ask the provider to stop a batch; what it has answered by then is kept, and charged."""
        return _status(await self._answered(self._client().batches.cancel(batch)))

    async def download(self, file: str, path: Path) -> None:
        """Write a result file to ``path``."""

        async def fetch() -> None:
            async with self._client().files.with_streaming_response.content(file) as response:
                await response.stream_to_file(path)

        await self._answered(fetch())

    # What comes back

    def read(self, line: bytes) -> Answered | Unanswered | None:
        """Return what a line of either result file says; None where it is no such line."""
        from extractor.llm import lane  # noqa: PLC0415 - imports the SDKs, a second

        try:
            read = _Line.model_validate_json(line)
        except ValidationError:
            return None
        if read.response is None:
            return Unanswered(read.custom_id, self._not_run(read.error), self._usage(NONE_SPENT, sent=False))
        body = json.dumps(read.response.body, ensure_ascii=False).encode("utf-8", "replace")
        if not 200 <= read.response.status_code < 300:  # noqa: PLR2004 - success, as HTTP has it
            failure = by_status(read.response.status_code, _said(read.response.body), {}, self.where)
            return Unanswered(read.custom_id, failure, self._usage(UNKNOWN if failure.billable else NONE_SPENT))
        completion = lane.read(body, self.where)
        if isinstance(completion, Failure):
            return Unanswered(read.custom_id, completion, self._usage(UNKNOWN))
        usage = self._usage(completion.tokens)
        try:
            lane.require_whole(completion, self.where)
        except ModelError as error:
            return Unanswered(read.custom_id, Failure(error), usage)
        return Answered(read.custom_id, completion.raw, usage)

    def _not_run(self, error: object) -> Failure:
        """Return what a request without a response means: it expired or was cancelled, and costs nothing."""
        said = error if isinstance(error, dict) else {}
        words = self.where.clean(f"{said.get('message') or ''} ({said.get('code') or 'no code'})")
        return Failure(TransientError(f"{self.where}: the batch did not run it: {words}"), sent=False, billable=False)

    def _usage(self, tokens: Tokens, *, sent: bool = True) -> Usage:
        cost, price_date = (0.0, None) if tokens is NONE_SPENT else self._prices.cost(tokens, batch=True)
        return Usage(
            requests=int(sent),
            tokens_in=tokens.read,
            tokens_cached=tokens.cached,
            tokens_out=tokens.written,
            tokens_reasoning=tokens.reasoning,
            cost_usd=cost,
            price_date=price_date,
        )

    def _client(self) -> openai.AsyncOpenAI:
        from extractor.llm import lane  # noqa: PLC0415 - imports the SDKs, a second

        if self._opened is None:
            limits = Limits(timeout=_TIMEOUT, concurrency=4, reply_bytes=_LARGEST_RESULT)
            self._opened = lane.open_client(self._endpoint, limits, self._http_client)
        return self._opened

    async def _outcome(self, asked: Awaitable[T]) -> T | Failure:
        """Return what the provider answered, or what the SDK's exception means."""
        try:
            return await asked
        except Exception as exc:  # noqa: BLE001 - classify raises what it does not know
            return classify(exc, self.where)

    async def _answered(self, asked: Awaitable[T]) -> T:
        """Return what the provider answered, or raise the ModelError; on its own, as ``classify`` says why."""
        outcome = await self._outcome(asked)
        if isinstance(outcome, Failure):
            raise outcome.error
        return outcome


def _status(batch: Batch) -> BatchStatus:
    counts, errors = batch.request_counts, batch.errors.data if batch.errors else None
    return BatchStatus(
        id=batch.id,
        progress=_PROGRESS.get(batch.status, "working"),
        said=batch.status,
        metadata=dict(batch.metadata or {}),
        output_file=batch.output_file_id,
        error_file=batch.error_file_id,
        total=counts.total if counts else 0,
        completed=counts.completed if counts else 0,
        failed=counts.failed if counts else 0,
        problems=tuple((error.code or "", error.message or "") for error in errors or ()),
    )


def _said(body: object) -> str:
    """Return the provider's words in an error's body."""
    error = body.get("error") if isinstance(body, dict) else None
    if not isinstance(error, dict):
        return str(body or "")
    parts = [error.get(name) for name in ("message", "code", "param", "type")]
    return " ".join(str(part) for part in parts if part)
