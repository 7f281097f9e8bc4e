"""What a service did, for Prometheus: requests, seconds, tokens, cost, and failures by their class."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from extractor.events.summary import Extraction
    from extractor.web.service.service import Service


class Metrics:
    """The figures of one service, apart from those of any other in the process."""

    def __init__(self, service: Service) -> None:
        registry = self._registry = CollectorRegistry()
        self._requests = Counter(
            "extractor_http_requests", "Requests answered.", ("route", "method", "status"), registry=registry
        )
        self._seconds = Histogram(
            "extractor_http_request_seconds",
            "From the request to the end of its answer.",
            ("route",),
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600),
            registry=registry,
        )
        self._tokens = Counter("extractor_tokens", "Tokens, of all attempts.", ("direction",), registry=registry)
        self._cost = Counter("extractor_cost_usd", "US dollars, where a price is known.", registry=registry)
        self._events = Counter("extractor_events", "Events found.", registry=registry)
        self._failures = Counter("extractor_failures", "Articles that failed.", ("kind",), registry=registry)
        Gauge("extractor_in_flight", "Articles asked about and waiting.", registry=registry).set_function(
            lambda: service.in_flight
        )

    def extracted(self, extraction: Extraction) -> None:
        """Count one article."""
        usage = extraction.usage
        self._tokens.labels("in").inc(usage.tokens_in or 0)
        self._tokens.labels("out").inc(usage.tokens_out or 0)
        self._cost.inc(usage.cost_usd or 0.0)
        self._events.inc(len(extraction.events))
        if extraction.problem is not None:
            self._failures.labels(extraction.problem.kind).inc()

    def text(self) -> bytes:
        """Return all figures in Prometheus' text format."""
        return generate_latest(self._registry)

    def answered(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one request; ``route`` is its pattern, so that the number of rows stays bounded."""
        self._requests.labels(route, method, str(status)).inc()
        self._seconds.labels(route).observe(seconds)


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Measured:
    """Counts what ``app`` answers."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on and count it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun, status = time.perf_counter(), 500

        async def seen(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, seen)
        finally:
            route = getattr(scope.get("route"), "path", "other")
            method = scope["method"] if scope["method"] in _METHODS else "other"
            self._metrics.answered(route, method, status, time.perf_counter() - begun)
