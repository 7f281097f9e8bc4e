"""The estimate against what a server counts, and what it says where it cannot know."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import random
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import quicktok

from extractor.archive.duplicates import NearDuplicates
from extractor.archive.estimate import Asking, Counting, Estimate, Pace, estimate
from extractor.archive.measured import Asked, Measured, Range, measured
from extractor.articles.build import article_from_text
from extractor.articles.options import InputFailure
from extractor.errors import InputError
from extractor.events.reply import REPLY_TYPES
from extractor.events.summary import Usage
from extractor.llm.boundary import Ask
from extractor.llm.client import OpenAIModel
from extractor.llm.counting import counter_for
from extractor.llm.prices import Prices
from extractor.llm.request_size import RequestSize, request_size
from extractor.pipeline import Extractor
from extractor.prompts import registry
from tests.stub_server import StubServer, completion, http

if TYPE_CHECKING:
    from extractor.articles.article import Article
    from tests.stub_server import Request

MODEL = "gpt-4o-mini"
PROMPT = registry.load("events-lite@v2")
NOUNS = ("harbour", "convoy", "ministry", "bridge", "market", "column", "militia", "reservoir", "tribunal", "barracks")
VERBS = ("shelled", "closed", "inspected", "surrounded", "reopened", "praised", "abandoned", "rebuilt", "evacuated")
DAY = dt.date(2024, 3, 4)


def generated(seed: int) -> Article:
    """Return an article of 4 to 30 sentences of different lengths."""
    chance = random.Random(seed)  # noqa: S311 - made-up news, no secrets
    said = []
    for _ in range(chance.randint(4, 30)):
        clauses = [
            f"{chance.randint(2, 900)} of the {chance.choice(NOUNS)} {chance.choice(VERBS)} a {chance.choice(NOUNS)}"
            for _ in range(chance.randint(1, 4))
        ]
        said.append(f"On Sunday {' and '.join(clauses)}.")
    return article_from_text(" ".join(said), published=DAY, id=f"g{seed}")


class CountingServer(StubServer):
    """Answers with up to three events a window, and counts tokens itself, from the bytes that reach it."""

    def __init__(self) -> None:
        super().__init__(self._answer)
        self.vocabulary = quicktok.get_encoding("o200k_base")
        self.read = self.written = 0

    async def _answer(self, request: Request, writer: asyncio.StreamWriter) -> None:
        said = request.json["messages"]
        asked = zlib.crc32(said[-1]["content"].encode())
        events = [{"what": "They closed the bridge" + " again" * (asked % 7), "sentences": [1]}] * (asked % 4)
        content = json.dumps({"events": events})
        # Another frame than ours: what a provider adds to each message is never quite known.
        read = 2 + sum(4 + self.vocabulary.count(message["content"]) for message in said)
        written = self.vocabulary.count(content)
        self.read += read
        self.written += written
        usage = {"prompt_tokens": read, "completion_tokens": written}
        writer.write(http(200, completion(content, usage=usage)))


async def asked_about(articles: list[Article], server: CountingServer) -> list[Usage]:
    """Send the server every request of all articles, and return what each article cost."""
    extractor = asking()
    async with server, OpenAIModel(MODEL, base_url=server.base_url, api_key="k") as model:
        gate = asyncio.Semaphore(16)

        async def one(article: Article) -> Usage:
            spent = Usage(cost_usd=0.0)
            async with gate:
                for step, messages in extractor.first_messages(article):
                    reply = await model.ask(Ask(messages, REPLY_TYPES[step.reply], step.parameters))
                    spent += reply.usage
            return spent

        return await asyncio.gather(*map(one, articles))


def asking(**changes: Any) -> Asking:
    """Return how articles are worded for OpenAI; nothing is asked."""
    usual = Asking(
        prompt=PROMPT,
        first_messages=Extractor(None, PROMPT).first_messages,  # type: ignore[arg-type] # wording asks no model
        counter=counter_for(MODEL),
        prices=Prices(MODEL, "https://api.openai.com/v1"),
    )
    return replace(usual, **changes)


PACE = Pace(8)


def counted(articles: list[Article], known: Measured | None = None, pace: Pace = PACE, **changes: Any) -> Estimate:
    """Return the estimate for ``articles``."""
    counting = Counting(asking(**changes))
    for article in articles:
        counting.add(article)
    counting.finish()
    return estimate(counting, pace, known)


@pytest.mark.parametrize("count", [50, pytest.param(1_000, marks=pytest.mark.full)])
async def test_the_estimate_is_within_a_tenth_of_what_the_server_counts(count: int) -> None:
    """Measured on 60 articles, other ones: input within 2 %, output and cost within 10 % of the server's count."""
    server = CountingServer()
    sample = await asked_about([generated(seed) for seed in range(60)], CountingServer())
    articles = [generated(seed) for seed in range(1_000, 1_000 + count)]
    rows = tuple(Asked(one.requests, one.tokens_in or 0, one.tokens_out or 0, None, one.seconds) for one in sample)
    known = Measured("a sample", MODEL, rows, same_model=True)
    told = counted(articles, known)
    await asked_about(articles, server)
    assert told.requests == len(server.requests)
    assert told.tokens_in.value == pytest.approx(server.read, rel=0.02)
    assert told.tokens_out is not None
    assert told.tokens_out.value == pytest.approx(server.written, rel=0.10)
    assert told.cost_usd is not None
    assert told.cost_usd.value == pytest.approx(server.read * 0.15e-6 + server.written * 0.60e-6, rel=0.10)


def test_articles_that_will_not_be_asked_cost_nothing() -> None:
    """Exact duplicates, linked near duplicates and answered articles are counted under their names, and not asked."""
    articles = [generated(seed) for seed in range(6)]
    again = replace(articles[0], id="again")
    near = article_from_text(articles[1].text + " It rained.", published=DAY)
    known = {bytes.fromhex(articles[2].sha256)}
    counting = Counting(asking(known=lambda keys: known & set(keys)), NearDuplicates(), link=True)
    for article in [*articles, again, near]:
        counting.add(article)
    counting.add(InputFailure("x", InputError("no article")))
    counting.finish()
    found = counting.counted
    assert (found.articles, found.failures, found.duplicates, found.linked, found.cached) == (8, 1, 1, 1, 1)
    assert found.asked == 5
    alone = Counting(asking())
    for article in (articles[0], articles[1], *articles[3:]):
        alone.add(article)
    alone.finish()
    assert (found.requests, found.tokens_in) == (alone.counted.requests, alone.counted.tokens_in)


def test_near_duplicates_that_are_only_reported_are_asked() -> None:
    """Without linking, a near duplicate is counted and asked like any other."""
    first = generated(1)
    counting = Counting(asking(), NearDuplicates())
    for item in (first, article_from_text(first.text + " It rained.", published=DAY)):
        counting.add(item)
    counting.finish()
    assert (counting.counted.near, counting.counted.linked, counting.counted.asked) == (1, 0, 2)


def test_what_was_not_measured_is_unknown() -> None:
    """Without measured replies there are no output tokens, no cost and no time, only the most that it can cost."""
    told = counted([generated(1)])
    assert (told.tokens_out, told.cost_usd, told.seconds) == (None, None, None)
    assert told.cost_usd_max is not None
    assert told.cost_usd_max > 0
    assert any("output tokens: nothing was measured with events-lite@v2" in line for line in told.unknown)


def test_an_unknown_price_is_unknown() -> None:
    """Somebody's own server has no price, and a cost of nothing is not claimed; the embedded model's is nothing."""
    known = Measured("a run", MODEL, (Asked(1, 500, 50, None, 1.0),) * 10, same_model=True)
    own = counted([generated(1)], known, prices=Prices(MODEL, "http://10.0.0.1/v1"))
    assert (own.cost_usd, own.cost_usd_max) == (None, None)
    assert any("the price" in line for line in own.unknown)
    free = counted([generated(1)], known, prices=Prices(MODEL, "", free=True))
    assert free.cost_usd == (0.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("pace", "seconds", "limited_by"),
    [
        (Pace(2), 20 * 3 / 2, "time of a request"),
        (Pace(20, rpm=60), 20, "requests a minute"),
        (Pace(20, rpm=1e9, tpm=6_000), None, "tokens a minute"),
    ],
)
def test_the_time_is_that_of_the_tightest_limit(pace: Pace, seconds: float | None, limited_by: str) -> None:
    """Twenty requests of three seconds take what the slowest of concurrency, rpm and tpm allows."""
    articles = [article_from_text(f"The {noun} number {i} burned.", published=DAY) for noun in NOUNS for i in range(2)]
    known = Measured("a run", MODEL, (Asked(1, 500, 50, None, 3.0),) * 10, same_model=True)
    told = counted(articles, known, pace)
    assert told.limited_by == limited_by
    assert told.tokens_out is not None
    assert told.seconds == pytest.approx(seconds or (told.tokens_in.value + told.tokens_out.value) / 100)


def test_another_models_seconds_say_nothing() -> None:
    """Seconds and cached tokens of another model are not used, and that is said."""
    known = Measured("a run", "other", (Asked(1, 500, 50, 400, 3.0),) * 10, same_model=False)
    told = counted([generated(1)], known)
    same = counted([generated(1)], replace(known, same_model=True))
    assert told.seconds is None
    assert told.cost_usd is not None
    assert same.cost_usd is not None
    assert told.cost_usd.value > same.cost_usd.value
    assert any("measured with other" in line for line in told.unknown)


def test_batches_cost_half() -> None:
    """The batch price is named only where the endpoint has batches, and is half of the live one for this model."""
    known = Measured("a run", MODEL, (Asked(1, 500, 50, None, 3.0),) * 10, same_model=True)
    told = counted([generated(1)], known, batch=True)
    assert told.cost_usd is not None
    assert told.batch_cost_usd is not None
    assert told.batch_cost_usd.value == pytest.approx(told.cost_usd.value / 2)
    assert counted([generated(1)], known).batch_cost_usd is None


def test_measured_tokens_follow_requests_and_length() -> None:
    """A prediction from 40 articles whose replies grow with both finds that rule, and its interval holds the truth."""
    chance = random.Random(3)  # noqa: S311 - made-up figures
    rows = []
    for _ in range(40):
        requests, own = chance.randint(1, 12), chance.randint(50, 3_000)
        rows.append(
            Asked(requests, requests * 400 + own, round(20 * requests + 0.1 * own + chance.gauss(0, 15)), None, 1)
        )
    told = Measured("x", "m", tuple(rows), same_model=True).tokens_out(5_000, 1_000_000, 400)
    assert told.low < 200_000 < told.high
    assert told.value == pytest.approx(200_000, rel=0.05)
    assert (told.high - told.low) / told.value < 0.2


def test_a_schema_beside_the_prompt_makes_no_longer_replies() -> None:
    """Replies measured where no schema was shown predict the same tokens where one is."""
    rows = tuple(Asked(n, n * 400 + own, 20 * n + own // 10, None, 1.0) for n, own in ((1, 90), (4, 700), (9, 300)) * 5)
    known = Measured("x", "other", rows, same_model=False, fixed=400)
    plain = counted([generated(1)], known)
    shown = counted([generated(1)], known, size=RequestSize(900, sure=False, allowance=0))
    assert plain.tokens_out == shown.tokens_out
    assert shown.tokens_in.value == plain.tokens_in.value + 900 * plain.requests


def test_too_few_measured_articles_say_nothing() -> None:
    """Below ten articles nothing is predicted."""
    assert measured("x", "m", [], same_model=True) is None


@pytest.mark.parametrize(
    ("mode", "base_url", "tokens", "sure"),
    [
        ("auto", "https://api.openai.com/v1", True, False),
        ("tools", "http://127.0.0.1:9/v1", True, False),
        ("json", "http://127.0.0.1:9/v1", True, True),
        ("auto", "http://127.0.0.1:9/v1", False, True),  # constrained decoding shows the model nothing
    ],
)
def test_the_schema_counts_where_the_model_sees_it(mode: Any, base_url: str, tokens: bool, sure: bool) -> None:
    """A schema is input in json mode, for tools and for OpenAI's structured outputs, and nowhere else."""
    step = PROMPT.steps[0]
    size = request_size(
        REPLY_TYPES[step.reply],
        step.parameters,
        model=MODEL,
        base_url=base_url,
        mode=mode,
        count=counter_for(MODEL).text,
    )
    assert (size.schema_tokens > 0, size.sure, size.allowance) == (tokens, sure, 0)
    more = counted([generated(1)], size=size).tokens_in.value - counted([generated(1)]).tokens_in.value
    assert more == size.schema_tokens * counted([generated(1)]).requests


def test_machines_get_ranges_by_name() -> None:
    """The JSON form holds the ranges as objects and survives being written."""
    known = Measured("a run", MODEL, (Asked(1, 500, 50, None, 3.0),) * 10, same_model=True)
    told = json.loads(json.dumps(counted([generated(1)], known).as_json()))
    assert set(told["tokens_out"]) == set(Range._fields)
    assert told["counted"]["asked"] == 1
    assert RequestSize(0, sure=True, allowance=0).schema_tokens == 0
