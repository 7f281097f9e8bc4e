"""Callers with tokens and limits of their own: who is who, and that nobody spends more than they may."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from extractor.archive.budget import Bill, Bound
from extractor.errors import UsageError
from extractor.events.summary import Usage
from extractor.pipeline import Extractor
from extractor.web.service.callers import read_callers
from extractor.web.service.purses import Allowance, BusyError, Purse, SpentError
from extractor.web.service.service import Limits
from tests.bus_attack import REPLY, TEXT
from tests.command_line import call
from tests.scripted import ScriptedModel
from tests.web.service.running import running

if TYPE_CHECKING:
    from pathlib import Path

    from extractor.llm.boundary import Ask
    from extractor.llm.usage import Tokens
    from extractor.prompts.registry import Prompt
    from extractor.web.service.callers import Caller
    from tests.web.service.running import Answer, Running

NEWS, SCHOOL = "newsroom-token-1234", "students-token-1234"
FILE = f"""
[newsroom]
token = "{NEWS}"
budget = 0.5

[students]
token = "{SCHOOL}"
max_tokens_total = 2000
concurrency = 1
"""
ASKED = {"text": TEXT, "published": "2024-03-05"}


class Dear(ScriptedModel):
    """Charges 0.2 dollars and 1,000 tokens an article."""

    charged = Usage(requests=1, tokens_in=900, tokens_out=100, cost_usd=0.2)

    async def ask(self, ask: Ask[Any]) -> Any:
        """Answer."""
        return replace(await super().ask(ask), usage=self.charged)


@pytest.fixture
def callers(tmp_path: Path) -> dict[str, Caller]:
    """Return the callers of :data:`FILE`."""
    (tmp_path / "callers.toml").write_text(FILE, encoding="utf-8")
    return read_callers(tmp_path / "callers.toml")


def bounded(usd: float | None, tokens: int = 1_000) -> Any:
    """Return what says that an article costs so much at most."""

    class Flat(Bound):
        def bill(self, article: Any) -> Bill:
            del article
            return Bill(tokens, usd)

    def cost(_: Tokens) -> tuple[float | None, None]:
        return usd, None

    def made(prompt: Prompt) -> Bound:
        return Flat(Extractor(Dear(REPLY), prompt), cost)

    return made


def post(service: Running, token: str) -> Answer:
    """Ask about an article as whoever has ``token``."""
    return service.ask("/v1/extractions", ASKED, token=token)


def test_each_caller_pays_from_their_own_purse(callers: dict[str, Caller]) -> None:
    """Dollars end one caller, tokens another; the operator goes on; everybody sees what is left."""
    model = Dear(REPLY)
    with running(model, callers=callers, bound=bounded(0.25)) as service:
        assert [post(service, NEWS).status for _ in range(3)] == [200, 200, 402]
        assert [post(service, SCHOOL).status for _ in range(3)] == [200, 200, 402]
        assert service.ask("/v1/extractions", ASKED).status == 200
        news = service.ask("/v1/limits", token=NEWS).json
        assert (news["caller"], news["budget"], news["max_tokens_total"]) == ("newsroom", 0.5, None)
        assert news["left"] == pytest.approx(0.1)
        assert news["spent"]["cost_usd"] == pytest.approx(0.4)
        assert service.ask("/v1/limits", token=SCHOOL).json["tokens_left"] == 0
        said = post(service, NEWS).json
    assert said["title"] == "SpentError"
    assert said["detail"] == "newsroom may spend 0.5 USD; 0.1 USD left, and this may cost up to 0.25 USD"
    assert len(model.asked) == 5


def test_a_cookie_keeps_who_signed_in(callers: dict[str, Caller]) -> None:
    """The address with a caller's token gives that caller's cookie, and what its pages ask is theirs."""
    with running(Dear(REPLY), callers=callers, bound=bounded(0.25)) as service:
        cookie = service.ask(f"/?token={NEWS}", token=None).headers["set-cookie"].partition(";")[0]
        assert service.ask("/v1/limits", token=None, Cookie=cookie).json["caller"] == "newsroom"
        form = b"text=" + TEXT.encode().replace(b" ", b"+")
        sent = {"Content_Type": "application/x-www-form-urlencoded"}
        assert service.ask("/extract", raw=form, token=None, Cookie=cookie, **sent).status == 200
        assert service.ask("/v1/limits", token=NEWS).json["spent"]["requests"] == 1
        assert service.ask("/v1/limits", token="not-a-token-of-ours").status == 401  # noqa: S106 - it is none


def test_what_is_under_way_is_set_aside(callers: dict[str, Caller]) -> None:
    """While one request may cost all that is left, the next is told to come again; when it was cheap, it is let in."""
    asked, go = threading.Event(), threading.Event()

    class Slow(Dear):
        async def ask(self, ask: Ask[Any]) -> Any:
            asked.set()
            while not go.is_set():
                await __import__("asyncio").sleep(0.01)
            return await super().ask(ask)

    found: list[Answer] = []
    with running(Slow(REPLY), Limits(concurrency=4), callers=callers, bound=bounded(0.3)) as service:
        first = threading.Thread(target=lambda: found.append(post(service, NEWS)))
        first.start()
        assert asked.wait(10)
        second = post(service, NEWS)
        assert (second.status, second.headers["retry-after"]) == (429, "5")
        assert service.ask("/v1/limits", token=NEWS).json["left"] == pytest.approx(0.2)
        busy = threading.Thread(target=lambda: found.append(post(service, SCHOOL)))
        busy.start()
        while service.ask("/v1/limits", token=SCHOOL).json["in_flight"] == 0:
            pass
        assert "articles of students wait" in post(service, SCHOOL).json["detail"]
        go.set()
        first.join(10)
        busy.join(10)
        assert [one.status for one in found] == [200, 200]
        assert post(service, NEWS).status == 200


def test_an_attempt_of_unknown_cost_keeps_its_reservation() -> None:
    """A time-out may have been billed: what was set aside for it stays spent."""
    purse = Purse("x", Allowance(budget=1.0))
    bill = Bill(10, 0.6)
    purse.take(bill)
    with pytest.raises(BusyError):
        purse.take(bill)
    purse.settle(bill, Usage(requests=1))
    assert purse.left.usd == pytest.approx(0.4)
    with pytest.raises(SpentError):
        purse.take(bill)
    purse.take(Bill(10, 0.4))


def test_what_breaks_off_may_have_been_billed(callers: dict[str, Caller]) -> None:
    """An error of our own after the question was asked keeps what was set aside for it."""

    class Broken(ScriptedModel):
        async def ask(self, ask: Ask[Any]) -> Any:
            raise ZeroDivisionError(ask)

    with running(Broken(REPLY), callers=callers, bound=bounded(0.3)) as service:
        assert post(service, NEWS).status == 500
        assert service.ask("/v1/limits", token=NEWS).json["left"] == pytest.approx(0.2)


def test_a_run_is_paid_by_who_began_it() -> None:
    """It has to name the limits that its caller has, and takes them from the purse once."""
    purse = Purse("students", Allowance(max_tokens_total=1_000))
    with pytest.raises(UsageError, match="cap on tokens"), purse.sitting("r", Allowance(budget=1.0)):
        raise AssertionError
    with purse.sitting("r", Allowance(max_tokens_total=600)):
        pass
    with purse.sitting("r", Allowance(max_tokens_total=700)):
        pass
    assert purse.left.tokens == 300
    with pytest.raises(SpentError), purse.sitting("s", Allowance(max_tokens_total=301)):
        raise AssertionError
    with pytest.raises(ZeroDivisionError), purse.sitting("s", Allowance(max_tokens_total=300)):
        raise ZeroDivisionError
    assert purse.left.tokens == 300


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "at least 1 item"),
        ("[a]\nbudget = 1", "a.token"),
        ('[a]\ntoken = "short"', "the token of a is not 16"),
        (f'[a]\ntoken = "{NEWS}"\nbudget = -1', "a.budget"),
        (f'[a]\ntoken = "{NEWS}"\nbudgets = 1', "a.budgets"),
        (f'[a]\ntoken = "{NEWS}"\n[b]\ntoken = "{NEWS}"', "two callers have the same token"),
        (f'[operator]\ntoken = "{NEWS}"', "operator"),
        (f'["a b"]\ntoken = "{NEWS}"', "a b"),
        ("[a", "is no TOML"),
    ],
)
def test_a_file_with_mistakes_is_refused(tmp_path: Path, text: str, words: str) -> None:
    """What is wrong is named with its place, and no token is shown."""
    path = tmp_path / "callers.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        read_callers(path)
    assert words in str(caught.value)
    assert NEWS not in str(caught.value)


def test_serve_refuses_what_it_cannot_keep(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A missing file, the operator's token given away, and dollars for a model without a price end before it starts."""
    extractor = call(monkeypatch, capsys, tmp_path)
    (tmp_path / "callers.toml").write_text(FILE, encoding="utf-8")
    serve = ("serve", "--model", "m", "--base-url", "https://api.example.org/v1")
    assert "cannot be read" in extractor(*serve, "--callers", "none.toml").err
    for more in (("--callers", "callers.toml"), ("--budget", "1")):
        ran = extractor(*serve, *more)
        assert (ran.code, "no price is known for 'm'" in ran.err) == (2, True)
    monkeypatch.setenv("EXTRACTOR_SERVE_TOKEN", SCHOOL)
    (tmp_path / "callers.toml").write_text(FILE.replace("budget = 0.5", ""), encoding="utf-8")
    assert "students has the token of EXTRACTOR_SERVE_TOKEN" in extractor(*serve, "--callers", "callers.toml").err
