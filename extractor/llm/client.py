"""The model client: any OpenAI-compatible endpoint behind :class:`extractor.llm.boundary.Model`.

A question passes four stations, each in its own module: ``form`` (instructor prepares the body, once) → ``lane`` (bytes
out and in, one validation) → ``classify`` (what a failure is) → ``retry`` (whether and when to ask again). This module
joins them for one question at a time and keeps its account.

The SDKs take about a second to import, so they are imported at the first question.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, Self

from extractor.errors import (
    ArticleRefusedError,
    DeadlineError,
    InvalidReplyError,
    ModelError,
    TransientError,
    TruncatedReplyError,
)
from extractor.llm.boundary import Answer, ModelInfo, R
from extractor.llm.classify import Failure, Where, classify
from extractor.llm.endpoint import Mode, Setup, adapt, find_endpoint, first_setup
from extractor.llm.pace import Outcome, Weight
from extractor.llm.prices import Prices
from extractor.llm.retry import Limits, retrying
from extractor.llm.usage import BYTES_PER_TOKEN, NONE_SPENT, UNKNOWN, Ledger

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpx2
    import openai

    from extractor.llm.boundary import Ask, Parameters
    from extractor.llm.form import WireMessage
    from extractor.llm.lane import Completion
    from extractor.llm.pace import Pace
    from extractor.llm.wire import Wire

_log = logging.getLogger("extractor.llm")

_ADAPTATIONS = 6
"""Times that one question is worded differently for its endpoint; a server that contradicts itself gets no more."""


class _AdaptedError(Exception):
    """The endpoint refused how it was asked, and the client has learned to ask otherwise."""


@dataclass(slots=True)
class _Question:
    """One question on its way: its deadline and its account."""

    deadline: float
    ledger: Ledger
    adaptations: int = 0
    last: ModelError | None = None
    """The last failure, for the message of a deadline."""


class OpenAIModel:
    """A model behind an OpenAI-compatible chat endpoint: OpenAI, vLLM, Ollama, llama.cpp's server and the like.

    Use it as an async context manager, or call :meth:`aclose`. One instance holds one connection pool and belongs to
    one event loop; it may be asked concurrently.

    Args:
        name: The model's name at the endpoint.
        base_url: Such as ``http://127.0.0.1:11434/v1``; None: ``OPENAI_BASE_URL``, else OpenAI.
        api_key: None: ``OPENAI_API_KEY``, where the endpoint is OpenAI's or the environment's own.
        mode: ``json_schema``, ``tools``, ``json``, or ``auto``: json_schema, and down that list when refused. The
            embedded model is asked with ``grammar``.
        limits: Deadline, attempts and the like.
        free: The model runs on this machine at nobody's charge, as the embedded one does: its cost is 0.0, not unknown.
        pace: Decides when requests leave; under it a 429 is no failed attempt. None: at once.
        http_client: Replaces the transport in tests.

    Raises:
        UsageError: The URL or the key cannot work.
    """

    def __init__(  # noqa: PLR0913 - the public constructor; everything but the name is keyword-only
        self,
        name: str,
        *,
        base_url: str | None = None,
        api_key: str | None = None,
        mode: Mode | Literal["auto"] = "auto",
        limits: Limits | None = None,
        free: bool = False,
        pace: Pace | None = None,
        http_client: httpx2.AsyncClient | None = None,
    ) -> None:
        self._name = name
        self._limits = limits or Limits()
        self._endpoint = find_endpoint(base_url, api_key)
        self._setup = first_setup(self._endpoint, name, mode)
        self._prices = Prices(name, self._endpoint.base_url, loopback=self._endpoint.loopback, free=free)
        self._where = Where(name, self._endpoint.host, self._endpoint.key)
        self._slots = asyncio.Semaphore(self._limits.concurrency)
        self._pace = pace
        self._http_client = http_client
        self._client: openai.AsyncOpenAI | None = None
        self._wire: Wire | None = None

    def __repr__(self) -> str:
        return f"OpenAIModel({self._name!r} at {self._endpoint.host!r})"

    @property
    def info(self) -> ModelInfo:
        """Name, endpoint host, the mode in use now, and the parameters that the endpoint refused."""
        without = {"without": ", ".join(sorted(self._setup.dropped))} if self._setup.dropped else {}
        return ModelInfo(self._name, self._endpoint.host, self._setup.mode, without)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections; a second call does nothing."""
        client, self._client = self._client, None
        wire, self._wire = self._wire, None
        if wire is not None:
            await wire.close()
        if client is not None:
            await client.close()

    async def ask(self, ask: Ask[R]) -> Answer[R]:
        """Return a validated reply.

        Raises:
            ModelError: One of its subclasses; its ``usage`` says what all attempts cost.
        """
        from extractor.llm import form, lane  # noqa: F401, PLC0415 - a second of imports, before the clock starts

        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._limits.deadline if ask.deadline is None else ask.deadline
        question = _Question(deadline, Ledger(self._prices, self._limits.token_budget))
        try:
            async with asyncio.timeout_at(deadline):
                reply, raw = await self._converse(ask, question)
        except TimeoutError:
            because = f"; last: {question.last}" if question.last else ""
            late = DeadlineError(
                f"{self._where}: no usable reply before the article's deadline{because}",
                hint="allow more time, or choose a faster --model",
            )
            late.usage = question.ledger.total()
            raise late from None
        except ModelError as error:
            error.usage = question.ledger.total()
            raise
        return Answer(reply, raw, question.ledger.total())

    async def _converse(self, ask: Ask[R], question: _Question) -> tuple[R, str]:
        """Ask until there is a valid reply: raise the cap once if it is truncated, re-ask if it is invalid."""
        from extractor.llm import form, lane  # noqa: PLC0415 - imports the SDKs, a second

        if question.deadline <= asyncio.get_running_loop().time():
            raise TimeoutError
        parameters, re_asks = ask.parameters, 0
        correction: list[WireMessage] | None = None
        while True:
            setup = self._setup
            prepared = form.prepare(ask.reply, parameters, setup, self._name)
            first = prepared.messages(ask.messages)
            try:
                body = prepared.body(correction or first, ask.choices)
                completion = await self._exchange(body, setup, question, re_asks)
            except _AdaptedError:
                correction = None
                continue
            except ArticleRefusedError as refused:
                if parameters is ask.parameters:
                    raise
                # The longer reply that a truncated one called for is beyond what the model allows.
                raise TruncatedReplyError(f"{self._where}: the reply hit the largest token cap") from refused
            try:
                return lane.reply_from(completion, ask.reply, self._where), completion.raw
            except TruncatedReplyError as error:
                if parameters is not ask.parameters or question.ledger.over_budget:
                    raise _with_cap(error, parameters) from None
                question.last, correction = error, None
                parameters = replace(parameters, max_tokens=2 * parameters.max_tokens)
            except InvalidReplyError as error:
                if re_asks >= self._limits.re_asks or question.ledger.over_budget:
                    raise
                question.last, re_asks = error, re_asks + 1
                problem = str(error).removeprefix(f"{self._where}: ")
                correction = form.re_ask(setup.mode, first, completion, problem)
            _log.debug("%s: asking again: %s", self._where, question.last)

    async def _exchange(self, body: bytes, setup: Setup, question: _Question, re_asks: int) -> Completion:
        """Send one body until it is answered, backing off after failures that may pass."""
        re_ask, loop = re_asks > 0, asyncio.get_running_loop()
        failed: TransientError
        try:
            return await self._attempt(body, setup, question, re_ask=re_ask)
        except TransientError as error:
            failed = error
        # Made when it is needed: making and entering a policy takes a fifth of a request's CPU.
        policy = retrying(self._limits, question.ledger, lambda: question.deadline - loop.time())
        before = [failed]

        async def attempt() -> Completion:
            if before:
                raise before.pop()
            return await self._attempt(body, setup, question, re_ask=re_ask)

        return await policy(attempt)

    async def _attempt(self, body: bytes, setup: Setup, question: _Question, *, re_ask: bool) -> Completion:
        """Return the answer to one request, or raise what its failure means; under a pace a 429 goes back in line."""
        while True:
            async with self._slots:
                outcome = await self._send(body, question, re_ask=re_ask)
            if not isinstance(outcome, Failure):
                return outcome
            _log.debug("%s: attempt failed: %s", self._where, outcome.error)
            self._learn(outcome, setup, question)
            question.last = outcome.error
            if self._pace is None or not outcome.limited:
                question.ledger.failures += isinstance(outcome.error, TransientError)
                raise outcome.error
            asked = getattr(outcome.error, "retry_after", None) or 0.0
            if asked >= question.deadline - asyncio.get_running_loop().time():
                raise outcome.error

    async def _send(self, body: bytes, question: _Question, *, re_ask: bool) -> Completion | Failure:
        """Send one request as soon as the pace lets it leave, and note what it cost."""
        from extractor.llm import lane, wire  # noqa: PLC0415 - imports the SDKs, a second

        if self._client is None:
            self._client = lane.open_client(self._endpoint, self._limits, self._http_client)
            if self._http_client is None and not wire.needs_proxy(self._endpoint):
                self._wire = wire.Wire(self._client, self._endpoint, self._limits)
        loop = asyncio.get_running_loop()
        departure = None
        if self._pace is not None:
            departure = await self._pace.admit(Weight(len(body) // BYTES_PER_TOKEN, question.deadline))
        started, tokens, sent, size = loop.time(), UNKNOWN, True, len(body)
        result = Outcome("other")
        try:
            outcome: Completion | Failure
            headers: Mapping[str, str]
            try:
                async with asyncio.timeout(self._limits.timeout):
                    answer, headers = await (self._wire.post(body) if self._wire else lane.post(self._client, body))
                size += len(answer)
                outcome = lane.read(answer, self._where)
            except Exception as exc:  # noqa: BLE001 - classify raises what it does not know
                outcome = classify(exc, self._where)
                headers = outcome.headers
            if isinstance(outcome, lane.Completion):
                tokens = outcome.tokens
                result = Outcome("ok", tokens.sum, headers=headers)
            else:
                sent = outcome.sent
                tokens = UNKNOWN if outcome.billable else NONE_SPENT
                after = outcome.error.retry_after if isinstance(outcome.error, TransientError) else None
                result = Outcome("limited" if outcome.limited else "other", tokens.sum, after, headers)
        finally:
            # Also when the deadline cancels the request in flight: it may have been billed.
            if self._pace is not None and departure is not None:
                self._pace.settle(departure, result)
            question.ledger.note(tokens, seconds=loop.time() - started, size=size, sent=sent, re_ask=re_ask)
        return outcome

    def _learn(self, failure: Failure, used: Setup, question: _Question) -> None:
        """Remember how this endpoint wants to be asked; raise :class:`_AdaptedError` when asking again can help."""
        better = adapt(used, failure)
        if better is None or question.adaptations >= _ADAPTATIONS:
            return
        question.adaptations += 1
        if self._setup is used:  # else a concurrent question has learned already
            self._setup = better
            _log.info("%s; from now on asking in mode %s, without %s", failure.error, better.mode, set(better.dropped))
        raise _AdaptedError


def _with_cap(error: TruncatedReplyError, parameters: Parameters) -> TruncatedReplyError:
    return TruncatedReplyError(
        f"{error} ({parameters.max_tokens} tokens, raised once)",
        hint="raise the prompt's max_tokens, or split the article",
    )
