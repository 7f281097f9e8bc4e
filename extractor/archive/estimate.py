"""What a run over an archive will cost, before a cent is spent.

Every article is read, chosen and worded exactly as the run would do it, and its tokens are counted offline. What can
only be known from replies is predicted from measured ones (``measured.py``), and what cannot be known is listed in
:attr:`Estimate.unknown` instead of being guessed. Articles that will not be asked about are counted and left out: those
that the selection drops, exact duplicates, near duplicates where they are linked, and those that a store has answers
to.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from extractor.archive.measured import Range
from extractor.articles.article import Article
from extractor.llm.request_size import NOTHING_BESIDES
from extractor.llm.usage import Tokens
from extractor.prompts.render import opening

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from extractor.archive.duplicates import NearDuplicates
    from extractor.archive.measured import Measured
    from extractor.articles.options import InputFailure
    from extractor.llm.boundary import Message
    from extractor.llm.counting import TokenCounter
    from extractor.llm.prices import Prices
    from extractor.llm.request_size import RequestSize
    from extractor.prompts.registry import Prompt, Step

_KEYS_AT_ONCE: Final = 500
_KEY_BYTES: Final = 8


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a run may ask."""

    concurrency: int
    rpm: float | None = None
    """Requests a minute."""
    tpm: float | None = None
    """Tokens a minute, in and out."""


@dataclass(frozen=True, slots=True)
class Asking:
    """How articles become requests."""

    prompt: Prompt
    first_messages: Callable[[Article], tuple[tuple[Step, tuple[Message, ...]], ...]]
    """Words an article; the run's own function."""
    counter: TokenCounter
    prices: Prices
    size: RequestSize = NOTHING_BESIDES
    """What each request carries besides its messages."""
    batch: bool = False
    """Whether the endpoint has a batch API, at a lower price."""
    key: Callable[[Article], bytes] | None = None
    """Makes the key by which the run tells questions apart; None: the hash of the text."""
    known: Callable[[list[bytes]], set[bytes]] | None = None
    """Says which keys a store has answers to."""


@dataclass(slots=True)
class Counted:
    """What was counted; grows while a source is read."""

    articles: int = 0
    """Chosen by the selection."""
    failures: int = 0
    """Inputs that hold no article."""
    duplicates: int = 0
    """Articles whose question was asked for an earlier one."""
    near: int = 0
    """Near duplicates; unasked where ``linked``."""
    linked: int = 0
    cached: int = 0
    """Answered already, in the store."""
    asked: int = 0
    requests: int = 0
    """Of the first step."""
    tokens_in: int = 0
    tokens_out_max: int = 0
    """If every reply of the first step ran to its cap."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a run will cost, as far as it can be known."""

    counted: Counted
    counter: str
    requests: float
    tokens_in: Range
    tokens_out: Range | None
    """None where nothing was measured."""
    cost_usd: Range | None
    cost_usd_max: float | None
    """If every reply of the first step ran to its cap."""
    batch_cost_usd: Range | None
    """None where the endpoint has no batch API."""
    price_date: str | None
    seconds: float | None
    """Wall-clock time of the live run at the given pace."""
    limited_by: str | None
    """What the time comes from: requests a minute, tokens a minute, or the time of a request."""
    measured: str | None
    unknown: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the estimate for machines; ranges as value, low and high."""
        said = asdict(self)
        for name in ("tokens_in", "tokens_out", "cost_usd", "batch_cost_usd"):
            value = getattr(self, name)
            said[name] = value and dict(zip(value._fields, value, strict=True))
        return said


@dataclass(slots=True)
class Counting:
    """Counts the articles of a source one by one; at most 60 bytes of memory for each."""

    asking: Asking
    near: NearDuplicates | None = None
    link: bool = False
    counted: Counted = field(default_factory=Counted)
    _seen: set[bytes] = field(default_factory=set)
    _waiting: list[tuple[bytes, Article]] = field(default_factory=list)
    _fixed: dict[str, int] = field(default_factory=dict)

    def count(self, items: Iterable[Article | InputFailure]) -> Iterator[None]:
        """Count ``items``; yields after each, so that progress can be shown."""
        for item in items:
            self.add(item)
            yield
        self.finish()

    def add(self, item: Article | InputFailure) -> None:
        """Count one item; what a store may know is counted in groups."""
        counted = self.counted
        if not isinstance(item, Article):
            counted.failures += 1
            return
        counted.articles += 1
        match = self.near.offer(item, counted.articles) if self.near else None
        key = self.asking.key(item) if self.asking.key else bytes.fromhex(item.sha256)
        short = key[:_KEY_BYTES]
        if short in self._seen:
            counted.duplicates += 1
            return
        self._seen.add(short)
        if match is not None:
            counted.near += 1
            if self.link and match.same:
                counted.linked += 1
                return
        self._waiting.append((key, item))
        if len(self._waiting) >= _KEYS_AT_ONCE:
            self.finish()

    def finish(self) -> None:
        """Count what waits for the store's answer."""
        keys = [key for key, _ in self._waiting]
        known = self.asking.known(keys) if self.asking.known and keys else set()
        for key, article in self._waiting:
            if key in known:
                self.counted.cached += 1
            else:
                self._word(article)
        self._waiting.clear()

    def fixed_tokens(self, step: Step) -> int:
        """Return the tokens of a request of ``step`` that are the same for every article."""
        if step.name not in self._fixed:
            asking = self.asking
            own = asking.counter.messages(opening(asking.prompt, step))
            self._fixed[step.name] = own + asking.counter.per_request + asking.size.schema_tokens
        return self._fixed[step.name]

    def _word(self, article: Article) -> None:
        self.counted.asked += 1
        for step, messages in self.asking.first_messages(article):
            said = messages[len(opening(self.asking.prompt, step)) :]
            self.counted.requests += 1
            self.counted.tokens_in += self.fixed_tokens(step) + self.asking.counter.messages(said)
            self.counted.tokens_out_max += step.parameters.max_tokens + self.asking.size.allowance


def estimate(
    counting: Counting,
    pace: Pace,
    measured: Measured | None,
    *,
    notes: tuple[str, ...] = (),
) -> Estimate:
    """Return the estimate for what ``counting`` has counted.

    Args:
        counting: After the whole source.
        pace: At which the run will ask.
        measured: Articles asked with the same wording; None: there are none.
        notes: What else is not known.
    """
    asking, counted = counting.asking, counting.counted
    later = len(asking.prompt.steps) > 1
    requests, tokens_in = float(counted.requests), float(counted.tokens_in)
    if later and measured:
        requests = max(requests, counted.asked * measured.requests_per_article)
        tokens_in = max(tokens_in, counted.asked * measured.tokens_in_per_article)
    error = asking.counter.error
    total_in = Range(tokens_in, tokens_in * (1 - error), tokens_in * (1 + error))
    total_out = _tokens_out(counting, measured, requests, tokens_in)
    cost = _cost(asking, measured, requests, total_in, total_out)
    most = asking.prices.cost(Tokens(read=math.ceil(total_in.high), written=counted.tokens_out_max, cached=0))
    seconds, limited_by = _seconds(pace, measured, requests, total_in, total_out)
    return Estimate(
        counted=counted,
        counter=asking.counter.name,
        requests=requests,
        tokens_in=total_in,
        tokens_out=total_out,
        cost_usd=cost,
        cost_usd_max=None if later else most[0],
        batch_cost_usd=_cost(asking, measured, requests, total_in, total_out, batch=True) if asking.batch else None,
        price_date=most[1],
        seconds=seconds,
        limited_by=limited_by,
        measured=f"{len(measured.rows)} articles of {measured.where} ({measured.model})" if measured else None,
        unknown=(*notes, *_unknown(asking, measured, later=later, priced=most[0] is not None)),
    )


def _tokens_out(counting: Counting, measured: Measured | None, requests: float, tokens_in: float) -> Range | None:
    if measured is None:
        return None
    fixed = counting.fixed_tokens(counting.asking.prompt.steps[0])
    own = max(0.0, tokens_in - fixed * requests)
    return measured.tokens_out(requests, own, fixed)


def _cost(  # noqa: PLR0913 - what a price depends on
    asking: Asking,
    measured: Measured | None,
    requests: float,
    read: Range,
    written: Range | None,
    *,
    batch: bool = False,
) -> Range | None:
    """Price one request of mean size, because some prices depend on the size, and multiply."""
    if written is None:
        return None
    if not requests:
        return Range(0.0, 0.0, 0.0)
    share = (measured.cached_share if measured and measured.same_model else None) or 0.0

    def price(tokens_in: float, tokens_out: float) -> float | None:
        mean = round(tokens_in / requests)
        tokens = Tokens(read=mean, cached=round(share * mean), written=0)
        unwritten, _ = asking.prices.cost(tokens, batch=batch)
        thousand, _ = asking.prices.cost(
            replace(tokens, written=1_000), batch=batch
        )  # whole tokens would be too coarse
        if unwritten is None or thousand is None:
            return None
        return requests * unwritten + tokens_out * (thousand - unwritten) / 1_000

    parts = [price(*pair) for pair in zip(read, written, strict=True)]
    return None if None in parts else Range(*(part or 0.0 for part in parts))


def _seconds(
    pace: Pace, measured: Measured | None, requests: float, read: Range, written: Range | None
) -> tuple[float | None, str | None]:
    """Return the time that the tightest of the known limits takes, and which one it is."""
    minutes = {
        "requests a minute": requests / pace.rpm if pace.rpm else None,
        "tokens a minute": (read.value + (written.value if written else 0.0)) / pace.tpm if pace.tpm else None,
        "time of a request": requests * measured.seconds_per_request / 60 / pace.concurrency
        if measured and measured.same_model
        else None,
    }
    known = {name: value for name, value in minutes.items() if value is not None}
    if not known:
        return None, None
    tightest = max(known, key=known.__getitem__)
    return 60 * known[tightest], tightest


def _unknown(asking: Asking, measured: Measured | None, *, later: bool, priced: bool) -> tuple[str, ...]:
    """Say what the figures do not hold, so that nobody takes an estimate for a bill."""
    said: list[str] = []
    if asking.counter.error:
        said.append(
            f"the model's tokenizer: counted by {asking.counter.name}, up to {asking.counter.error:.0%} off in English "
            "and more in other scripts"
        )
    if measured is None:
        said.append(
            f"output tokens: nothing was measured with {asking.prompt.spec} in this wording; run a sample first "
            "(archive run --sample 50) and estimate again with its store"
        )
    else:
        said.append("whether these articles report as many events as the measured ones")
        if not measured.same_model:
            said.append(f"how much this model writes: measured with {measured.model}")
    if later:
        said.append("what later steps ask about: " + ("means of the measured articles" if measured else "not counted"))
    if asking.size.allowance and not (measured and measured.same_model):
        said.append("hidden reasoning tokens, which are billed as output")
    if not asking.size.sure:
        said.append("how the provider words the reply type's schema: taken for as many tokens as its JSON has")
    if priced and not (measured and measured.same_model and measured.cached_share is not None):
        said.append("the discount for cached input: none is assumed")
    if not priced:
        said.append("the price: no table knows this model at this endpoint")
    if not (measured and measured.same_model):
        said.append("how long a request takes: the time is that of the limits alone")
    said.append("requests that fail and are sent again")
    return tuple(said)
