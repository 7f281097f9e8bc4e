"""Tests of extractor.web.service, over real sockets: the same extractions as the command line, and who may ask."""

from __future__ import annotations

import asyncio
import html
import http.client
import json
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest

from extractor import errors
from extractor.api import published_schema
from extractor.archive.budget import Bill
from extractor.errors import ExtractorError, ModelError, ProviderRefusedError, TransientError
from extractor.events.summary import Usage
from extractor.web.service.problems import status_of
from extractor.web.service.service import Limits
from tests.bus_attack import REPLY, TEXT
from tests.scripted import ScriptedModel
from tests.web.service.running import TOKEN, running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extractor.llm.boundary import Ask
    from tests.web.service.running import Running

RAIN = "It rained. " * 30
ASKED = {"text": TEXT, "published": "2024-03-05"}


@pytest.fixture(scope="module")
def served() -> Iterator[Running]:
    """A service whose model always finds the attack."""
    with running(ScriptedModel(REPLY)) as service:
        yield service


def test_an_article_comes_back_as_its_extraction(served: Running) -> None:
    """The answer fits the published schema and holds the checked event, with what the caller said of the article."""
    asked = ASKED | {"title": "Bus attacked", "url": "https://example.org/bus", "id": "b-1", "language": "en"}
    answer = served.ask("/v1/extractions", asked)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    jsonschema_rs.Draft202012Validator(published_schema()).validate(answer.json)
    (event,) = answer.json["events"]
    assert (event["type"], event["when"]["start"], event["counts"][0]["min"]) == ("attack", "2024-03-04", 9)
    assert answer.json["article"]["id"] == "b-1"


def test_a_page_is_read_as_pages_are(served: Running) -> None:
    """HTML goes through the reader of web pages: the menu is no part of the article."""
    page = f"<nav>Home Sport Weather</nav><article><h1>Bus attacked</h1><p>{TEXT}</p><p>{RAIN}</p></article>"
    answer = served.ask("/v1/extractions", {"html": page, "published": "2024-03-05"})
    assert answer.status == 200
    assert answer.json["article"]["title"] == "Bus attacked"


def test_what_may_be_asked_is_said(served: Running) -> None:
    """The prompts, the schema and the OpenAPI document are there, each address of the API in it."""
    prompts = {one["prompt"]: one["used"] for one in served.ask("/v1/prompts").json}
    assert prompts["events@v1"] is True
    assert prompts["events-lite@v2"] is False
    assert "same-event@v1" not in prompts  # it compares two mentions and extracts nothing
    assert served.ask("/v1/schema").json == published_schema()
    paths = served.ask("/openapi.json").json["paths"]
    runs = {"/v1/runs", *(f"/v1/runs/{{name}}{verb}" for verb in ("", "/progress", "/stop", "/resume"))}
    assert set(paths) == {"/v1/extractions", "/v1/limits", "/v1/prompts", "/v1/schema", "/healthz", "/metrics", *runs}
    (example,) = served.ask("/openapi.json").json["components"]["schemas"]["Asked"]["examples"]
    assert served.ask("/v1/extractions", example).status == 200


@pytest.mark.parametrize(
    ("asked", "status", "words"),
    [
        ({}, 422, "either text or html"),
        (ASKED | {"html": "<p>x"}, 422, "either text or html"),
        (ASKED | {"texts": "x"}, 422, "texts"),
        (ASKED | {"published": "March"}, 422, "published"),
        ({"text": " \n"}, 422, "the request"),
        ({"html": "<p>"}, 422, "the request"),
        (ASKED | {"prompt": "events@v99"}, 404, "v99"),
        (ASKED | {"prompt": "same-event@v1"}, 404, "no prompt to extract events with"),
        (ASKED | {"prompt": "../../etc/passwd@v1"}, 404, "etc"),
        (ASKED | {"model": "another"}, 400, "scripted"),
    ],
)
def test_bad_input_is_a_problem_document(served: Running, asked: dict[str, Any], status: int, words: str) -> None:
    """RFC 9457, with what is wrong, what to do next, and no stack trace."""
    answer = served.ask("/v1/extractions", asked)
    assert (answer.status, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.json["status"] == status
    assert words in answer.json["detail"]
    assert answer.json["hint"]
    assert "Traceback" not in answer.body.decode()


@pytest.mark.parametrize("raw", [b"{", b"[]", b"\xff\xfe", b"", b'{"text": NaN}', b"[" * 100_000])
def test_a_body_that_is_no_article_is_refused(served: Running, raw: bytes) -> None:
    """Broken JSON, the wrong encoding and a hundred thousand brackets end with 422 or 400."""
    answer = served.ask("/v1/extractions", raw=raw, Content_Type="application/json")
    assert answer.status in {400, 422}
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "path", ["/", "/v1/prompts", "/v1/schema", "/metrics", "/openapi.json", "/labelling", "/no-such"]
)
@pytest.mark.parametrize("token", [None, "", "wrong", TOKEN[:-1], TOKEN + "x"])
def test_nothing_but_health_is_shown_without_the_token(served: Running, path: str, token: str | None) -> None:
    """Every address wants the token, those that do not exist as well."""
    answer = served.ask(path, token=token)
    assert answer.status == 401
    assert served.ask("/healthz", token=None).status == 200


@pytest.mark.parametrize("host", ["evil.test", "127.0.0.1", "127.0.0.1:1", "localhost.evil.test:80", ""])
def test_a_foreign_host_is_turned_away(served: Running, host: str) -> None:
    """A name that leads here by DNS rebinding is none of ours, token or not."""
    assert served.ask("/healthz", Host=host).status == 421
    assert served.ask("/v1/prompts", Host=host).status == 421


def test_the_printed_address_signs_a_browser_in(served: Running) -> None:
    """It gets a cookie that no script reads, goes on without the token, and what other sites send is refused."""
    answer = served.ask(f"/?token={TOKEN}&x=1", token=None)
    assert (answer.status, answer.headers["location"]) == (303, "/?x=1")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    shown = served.ask("/", token=None, Cookie=cookie.partition(";")[0])
    assert (shown.status, shown.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "default-src 'none'" in shown.headers["content-security-policy"]
    asked = {"Cookie": cookie.partition(";")[0], "Content_Type": "application/x-www-form-urlencoded"}
    assert served.ask("/extract", raw=b"text=x", token=None, Origin="http://evil.test", **asked).status == 403
    assert served.ask("/extract", raw=b"text=x", token=None, Origin="null", **asked).status == 403


@pytest.mark.parametrize("path", ["//evil.test/", "/\\evil.test/", "//evil.test"])
def test_signing_in_leads_nowhere_else(served: Running, path: str) -> None:
    """The redirect stays on this server."""
    answer = served.ask(f"{path}?token={TOKEN}", token=None)
    assert answer.headers["location"].startswith("/evil.test")


@pytest.mark.parametrize(
    ("path", "status"), [("/runs/none", 404), ("/labelling/articles/none", 404), ("/labelling/files/x", 404)]
)
def test_errors_of_pages_are_what_is_accepted(served: Running, path: str, status: int) -> None:
    """A program that accepts JSON gets a problem document, a browser a page; both have the same status and words."""
    document = served.ask(path, Accept="application/json")
    browser = served.ask(path, Accept="text/html,application/xhtml+xml,application/json;q=0.9,*/*;q=0.8")
    assert (document.status, browser.status) == (status, status)
    assert document.headers["content-type"] == "application/problem+json"
    assert browser.headers["content-type"].startswith("text/html")
    assert document.json["status"] == status
    assert document.json["detail"] in html.unescape(browser.body.decode())


def test_a_body_over_the_limit_is_refused() -> None:
    """By its announced length, and by its bytes where none is announced; nothing is asked."""
    model = ScriptedModel(REPLY)
    with running(model, Limits(body=10_000)) as service:
        assert service.ask("/v1/extractions", {"text": "x" * 20_000}).status == 413
        connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=20)
        chunks = iter([b'{"text": "'] + [b"x" * 1_000] * 30)
        connection.request(
            "POST", "/v1/extractions", chunks, {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
        )
        response = connection.getresponse()
        assert (response.status, json.loads(response.read())["status"]) == (413, 413)
        connection.close()
        assert service.ask("/healthz").status == 200
    assert not model.asked


def test_a_spent_budget_lets_nothing_in() -> None:
    """What the first request costs is over the limit, so the second is refused and not asked."""

    def price(_: Ask[Any]) -> str:
        return REPLY

    model = ScriptedModel(price)
    with running(model, Limits(budget=0.5)) as service:
        assert service.ask("/v1/extractions", ASKED).status == 200
        service.service.whole.settle(Bill(0, 0.0), Usage(cost_usd=0.5))
        answer = service.ask("/v1/extractions", ASKED)
        assert (answer.status, answer.json["title"]) == (402, "SpentError")
    assert len(model.asked) == 1


@pytest.mark.parametrize(("budget", "status"), [(0.5, 402), (None, 200)])
def test_a_budget_cannot_be_kept_without_a_price(budget: float | None, status: int) -> None:
    """What costs nobody knows how much is not taken for free: after the first answer a budget lets nothing in."""

    class Unpriced(ScriptedModel):
        async def ask(self, ask: Ask[Any]) -> Any:
            answer = await super().ask(ask)
            return replace(answer, usage=answer.usage.model_copy(update={"cost_usd": None}))

    model = Unpriced(REPLY)
    with running(model, Limits(budget=budget)) as service:
        assert service.ask("/v1/extractions", ASKED).status == 200
        answer = service.ask("/v1/extractions", ASKED)
    assert answer.status == status
    assert ("no known price" in answer.body.decode()) is (budget is not None)
    assert len(model.asked) == (1 if budget else 2)


def test_too_many_at_once_are_told_to_come_again() -> None:
    """One is asked about, one waits, the third gets 429 with Retry-After; the first two are answered."""
    asked, go = threading.Event(), threading.Event()

    class Slow(ScriptedModel):
        async def ask(self, ask: Ask[Any]) -> Any:
            asked.set()
            await asyncio.to_thread(go.wait, 20)
            return await super().ask(ask)

    with running(Slow(REPLY), Limits(concurrency=1, waiting=1)) as service:
        statuses: list[int] = []
        clients = [
            threading.Thread(target=lambda: statuses.append(service.ask("/v1/extractions", ASKED).status)) for _ in "ab"
        ]
        for client in clients:
            client.start()
        assert asked.wait(20)
        while service.service.in_flight < 2:
            threading.Event().wait(0.01)
        third = service.ask("/v1/extractions", ASKED)
        assert (third.status, third.headers["retry-after"]) == (429, "5")
        go.set()
        for client in clients:
            client.join(20)
        assert statuses == [200, 200]


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (TransientError("model 'm' at example.org: nothing listens there", hint="start the server"), 503),
        (ProviderRefusedError("model 'm': the key is refused", hint="check the key"), 502),
    ],
)
def test_a_dead_model_is_said_in_the_words_of_the_command_line(error: ModelError, status: int) -> None:
    """Message and hint are those of the error, and the failure is counted by its class."""
    with running(ScriptedModel(error)) as service:
        answer = service.ask("/v1/extractions", ASKED)
        assert (answer.status, answer.json["detail"], answer.json["hint"]) == (status, str(error), error.hint)
        figures = service.ask("/metrics").body.decode()
        assert f'extractor_failures_total{{kind="{type(error).__name__}"}} 1.0' in figures


def test_the_figures_add_up() -> None:
    """Requests, tokens and events of what was asked; unknown addresses are one row, however many there are."""
    with running(ScriptedModel(REPLY)) as service:
        for _ in range(3):
            service.ask("/v1/extractions", ASKED)
        for number in range(50):
            service.ask(f"/no-such-{number}")
        figures = service.ask("/metrics").body.decode()
    assert 'extractor_http_requests_total{method="POST",route="/v1/extractions",status="200"} 3.0' in figures
    assert 'extractor_tokens_total{direction="in"} 2700.0' in figures
    assert "extractor_events_total 3.0" in figures
    assert 'route="other",status="404"} 50.0' in figures
    assert "no-such" not in figures


@pytest.mark.parametrize("name", [name for name, kind in vars(errors).items() if isinstance(kind, type)])
def test_every_error_has_a_status(name: str) -> None:
    """No error of the tree is left without one, and none of the caller's own mistakes is our 500."""
    kind = getattr(errors, name)
    if not issubclass(kind, ExtractorError):
        return
    status = status_of(kind)
    assert (status < 500) == issubclass(kind, (errors.UsageError, errors.InputError, errors.ArticleRefusedError))
