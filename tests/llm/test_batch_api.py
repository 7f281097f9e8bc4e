"""The batch endpoints: what a line says, what a result line means, and what it costs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from extractor.errors import ArticleRefusedError, ProviderRefusedError, TransientError, TruncatedReplyError
from extractor.llm.batch_api import LONGEST_ID, Answered, BatchApi, NotTakenError, Unanswered
from extractor.llm.endpoint import OPENAI_URL
from extractor.llm.prices import Prices
from extractor.llm.usage import Tokens
from tests.batch_stub import BatchProvider, error
from tests.llm.questions import GOOD, question
from tests.stub_server import completion

if TYPE_CHECKING:
    from extractor.errors import ModelError

ID = "ab" * 32


def line_of(status: int, body: Any, failed: Any = None) -> bytes:
    """Return a line of a result file."""
    response = None if failed else {"status_code": status, "request_id": "r", "body": body}
    return json.dumps({"id": "x", "custom_id": ID, "response": response, "error": failed}).encode()


def said(content: str, finish: str = "stop") -> Any:
    """Return a chat completion."""
    return json.loads(completion(content, finish=finish))


def api() -> BatchApi:
    """Return the batch side of OpenAI, which is never asked."""
    return BatchApi("gpt-4o-mini", base_url=OPENAI_URL, api_key="sk-canary-of-the-tests")


def test_a_line_is_the_live_request_with_an_id() -> None:
    """One JSON object on one line: the documented fields, and the body that a live request has."""
    line = api().line(ID, question("two\nlines"))
    assert line.count(b"\n") == 1
    sent = json.loads(line)
    assert {name: sent[name] for name in ("custom_id", "method", "url")} == {
        "custom_id": ID, "method": "POST", "url": "/v1/chat/completions",
    }  # fmt: skip
    assert len(ID) <= LONGEST_ID
    assert sent["body"]["messages"][-1]["content"] == "two\nlines"
    assert sent["body"]["response_format"]["json_schema"]["strict"] is True


def test_an_answer_costs_half_of_what_it_costs_live() -> None:
    """The price table's own price for batches, half and without a discount for cached tokens, and named so."""
    found = api().read(line_of(200, said(GOOD)))
    tokens = Tokens(900, 0, 100, 10)
    live, table = Prices("gpt-4o-mini", OPENAI_URL).cost(tokens)
    assert isinstance(found, Answered)
    assert (found.custom_id, found.raw) == (ID, GOOD)
    assert live is not None
    assert found.usage.cost_usd == pytest.approx(live / 2)
    assert found.usage.price_date == f"{table}, batch"


def test_where_the_table_knows_no_batch_price_half_is_taken_and_said() -> None:
    """The documented half stands in, and the price's name tells it from a price of the table."""
    prices = Prices("o1-preview", OPENAI_URL)
    tokens = Tokens(1000, 0, 1000, 0)
    live, batch = prices.cost(tokens), prices.cost(tokens, batch=True)
    assert live[0] is not None
    assert batch[0] == pytest.approx(live[0] / 2)
    assert batch[1] == f"{live[1]}, half of it for a batch"


def test_nobody_knows_what_another_host_charges() -> None:
    """An unknown price stays unknown, also at half of it."""
    assert Prices("m", "https://models.example/v1").cost(Tokens(1, 0, 1, 0), batch=True) == (None, None)


EXPIRED = {"code": "batch_expired", "message": "could not be executed"}


@pytest.mark.parametrize(
    ("line", "kind", "cost"),
    [
        (line_of(0, None, EXPIRED), TransientError, 0.0),
        (line_of(500, {"error": {"message": "oops"}}), TransientError, 0.0),
        (line_of(429, {"error": {"message": "slow down"}}), TransientError, 0.0),
        (line_of(429, {"error": {"message": "no", "code": "insufficient_quota"}}), ProviderRefusedError, 0.0),
        (line_of(400, {"error": {"message": "content_policy_violation"}}), ArticleRefusedError, 0.0),
        (line_of(200, said(GOOD, "length")), TruncatedReplyError, None),
        (line_of(200, said("", "content_filter")), ArticleRefusedError, None),
        (line_of(200, {"nothing": "here"}), TransientError, None),
    ],
)
def test_what_is_no_answer_says_why(line: bytes, kind: type[ModelError], cost: float | None) -> None:
    """Each failure has the class that it has live; what was never produced costs nothing."""
    found = api().read(line)
    assert isinstance(found, Unanswered)
    assert type(found.failure.error) is kind
    if cost is not None:
        assert found.usage.cost_usd == cost


@pytest.mark.parametrize("line", [b"", b"{", b"[]", b"\xff\xfe", b'{"custom_id": 5}', b'{"response": {}}'])
def test_what_is_no_result_line_is_none(line: bytes) -> None:
    """Noise in a result file is told from results, never guessed at."""
    assert api().read(line) is None


@pytest.mark.parametrize(
    ("status", "kind"),
    [(429, NotTakenError), (500, TransientError), (502, TransientError), (401, ProviderRefusedError)],
)
async def test_creating_says_whether_it_may_have_happened(status: int, kind: type[ModelError]) -> None:
    """Only where the provider certainly took nothing may a batch be created again without a look."""
    provider = BatchProvider(lambda _: GOOD, before=lambda _: error(status, "no"))
    async with provider.server() as server, BatchApi("m", base_url=server.base_url) as batches:
        with pytest.raises(kind) as caught:
            await batches.create("file-1", {})
    assert type(caught.value) is kind


async def test_a_cancelled_batch_has_ended() -> None:
    """Cancelling is told by the provider's own word, and what it answered until then can be read."""
    provider = BatchProvider(lambda _: GOOD)
    provider.files["file-1"] = api().line(ID, question())
    async with provider.server() as server, BatchApi("m", base_url=server.base_url) as batches:
        made = await batches.create("file-1", {"k": "v"})
        assert (made.progress, made.metadata["k"], made.total) == ("working", "v", 1)
        assert (await batches.cancel(made.id)).progress == "ended"
