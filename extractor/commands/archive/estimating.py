"""The work of ``extractor archive estimate``: gather what is known, count the articles, put the result into words."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from extractor.archive.duplicates import NearDuplicates
from extractor.archive.estimate import Asking, Counting, Estimate, Pace, estimate
from extractor.archive.keys import Keys, content_of, replies_digest
from extractor.archive.measured import measured
from extractor.archive.records import Plan
from extractor.archive.selection import Choosing
from extractor.archive.store import Store
from extractor.articles.read import read
from extractor.commands.choice import asked_model, explanation, host_of, prompt_for
from extractor.commands.dry_run import AskNobody
from extractor.commands.eval.options import shipped_runs
from extractor.commands.extract_run import NONE_SUCCEEDED, SOME_FAILED
from extractor.errors import ExtractorError
from extractor.evaluation.runs import MANIFEST, load_run
from extractor.events.reply import REPLY_TYPES
from extractor.llm.counting import counter_for
from extractor.llm.endpoint import OPENAI_URL
from extractor.llm.open import chosen_model, concurrency
from extractor.llm.prices import Prices
from extractor.llm.request_size import NOTHING_BESIDES, RequestSize, request_size
from extractor.pipeline import Extractor
from extractor.prompts.render import opening
from extractor.render.progress import note
from extractor.render.wording import cost_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from extractor.archive.measured import Measured, Range
    from extractor.archive.selection import Selection
    from extractor.articles.article import Article
    from extractor.articles.options import InputFailure, ReadOptions
    from extractor.llm.counting import TokenCounter
    from extractor.prompts.registry import Prompt
    from extractor.replies import AskedModel
    from extractor.settings import ModelChoice, Settings

_NOTE_SECONDS = 10.0
_LINK = "link"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the user asked about."""

    sources: tuple[str, ...]
    reading: ReadOptions
    selection: Selection
    near: str
    """``off``, ``report`` or ``link``."""
    store: Path
    """Need not exist."""
    runs: Path
    """Folder of kept evaluations, besides the shipped ones."""
    rpm: float | None = None
    tpm: float | None = None
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """An estimate, and what it is about."""

    estimate: Estimate
    choosing: Choosing
    prompt: str
    model: str
    endpoint: str
    problems: tuple[str, ...]
    """The first few inputs that hold no article."""

    @property
    def exit_code(self) -> int:
        """Return 4 when nothing was an article, 3 when some input was none, else 0."""
        counted = self.estimate.counted
        if counted.failures and not self.choosing.seen:
            return NONE_SUCCEEDED
        return SOME_FAILED if counted.failures else 0

    def as_json(self) -> dict[str, Any]:
        """Return everything for machines."""
        about = {"prompt": self.prompt, "model": self.model, "endpoint": self.endpoint}
        return {**about, "selection": self.choosing.as_json(), **self.estimate.as_json()}


def run(wanted: Wanted, settings: Settings) -> Result:
    """Read the sources, count, and estimate; nothing is sent or fetched.

    Raises:
        ExtractorError: A setting, the prompt or the store cannot be used.
    """
    choice = chosen_model(settings)
    prompt = prompt_for(settings, choice)
    asked = asked_model(settings, choice)
    if not wanted.quiet and (line := explanation(choice)):
        note(line.replace("asking", "estimating for", 1))
    store = Store.open(wanted.store) if wanted.store.exists() else None
    try:
        counting = Counting(
            _asking(settings, choice, prompt, asked, store),
            NearDuplicates() if wanted.near != "off" else None,
            link=wanted.near == _LINK,
        )
        choosing = Choosing(wanted.selection)
        problems = _count(wanted, counting, choosing)
        known = best_measured(prompt, asked, store, (wanted.runs, shipped_runs()))
    finally:
        if store:
            store.close()
    pace = Pace(concurrency(settings, choice), wanted.rpm, wanted.tpm)
    result = estimate(counting, pace, known)
    return Result(result, choosing, prompt.spec, choice.name, host_of(choice), problems)


def best_measured(prompt: Prompt, asked: AskedModel, store: Store | None, folders: Sequence[Path]) -> Measured | None:
    """Return what the kept run with this very wording that says most: of the same model, then of most articles."""
    found: list[Measured | None] = []
    for run in store.runs() if store else ():
        if run.plan.prompt_digest == prompt.digest:
            same = run.plan.model == asked
            assert store is not None
            fixed = None if same else _fixed(prompt, run.plan.model)
            results = store.results(run)
            found.append(measured(f"the run {run.name}", str(run.plan.model), results, same_model=same, fixed=fixed))
    for path in sorted({path.parent for folder in folders for path in folder.glob(f"*/{MANIFEST}")}):
        try:
            kept = load_run(path, unfinished=True)
        except ExtractorError:  # a damaged evaluation is no reason to refuse an estimate
            continue
        if kept.plan.prompt_digest == prompt.digest:
            extractions = (row.extraction for row in kept.rows)
            same = kept.plan.model == asked
            fixed = None if same else _fixed(prompt, kept.plan.model)
            name = f"the evaluation {kept.name}"
            found.append(measured(name, str(kept.plan.model), extractions, same_model=same, fixed=fixed))
    return max(filter(None, found), key=lambda one: (one.same_model, len(one.rows)), default=None)


def _fixed(prompt: Prompt, model: AskedModel) -> int:
    """Return the tokens of a request that were the same for every article when ``model`` was asked."""
    counter, step = counter_for(model.name), prompt.steps[0]
    size = NOTHING_BESIDES
    if model.kind == "endpoint":
        size = _size(prompt, counter, model.name, f"https://{model.endpoint}/v1", model.mode)
    return counter.messages(opening(prompt, step)) + counter.per_request + size.schema_tokens


def _asking(settings: Settings, choice: ModelChoice, prompt: Prompt, asked: AskedModel, store: Store | None) -> Asking:
    counter = counter_for(choice.name)
    embedded = choice.kind == "embedded"
    url = choice.base_url or OPENAI_URL
    plan = Plan(
        name="estimate",
        prompt=prompt.spec,
        prompt_digest=prompt.digest,
        replies_digest=replies_digest(prompt),
        model=asked,
        sources=("-",),
    )
    keys = Keys(plan)
    return Asking(
        prompt=prompt,
        first_messages=Extractor(AskNobody(), prompt).first_messages,
        counter=counter,
        prices=Prices(choice.name, url, free=embedded),
        size=NOTHING_BESIDES if embedded else _size(prompt, counter, choice.name, choice.base_url, settings.mode),
        batch=not embedded and host_of(choice) == "api.openai.com",
        key=lambda article: keys.key(content_of(article)),
        known=store.known if store else None,
    )


def _size(prompt: Prompt, counter: TokenCounter, model: str, base_url: str | None, mode: str) -> RequestSize:
    step = prompt.steps[0]
    return request_size(
        REPLY_TYPES[step.reply],
        step.parameters,
        model=model,
        base_url=base_url,
        mode=mode,  # type: ignore[arg-type] # plans keep it as a string
        count=counter.text,
    )


def _count(wanted: Wanted, counting: Counting, choosing: Choosing) -> tuple[str, ...]:
    """Count all articles; return what is wrong with the first inputs that hold none."""
    problems: list[str] = []

    def items() -> Iterator[Article | InputFailure]:
        for source in wanted.sources:
            yield from read(source, options=wanted.reading)

    said = time.monotonic()
    for item in choosing.choose(items()):
        counting.add(item)
        if (error := getattr(item, "error", None)) is not None and len(problems) < 3:  # noqa: PLR2004 - a few will do
            problems.append(f"{error} (hint: {error.hint})")
            note(f"error: {problems[-1]}")
        if not wanted.quiet and time.monotonic() - said > _NOTE_SECONDS:
            note(f"{choosing.seen:,} articles read")
            said = time.monotonic()
    counting.finish()
    return tuple(problems)


def shown(result: Result) -> Iterator[str]:
    """Yield the estimate for people."""
    told, counted = result.estimate, result.estimate.counted
    yield f"{result.prompt} to {result.model} at {result.endpoint}"
    yield f"articles   {result.choosing}"
    if counted.failures:
        yield f"           {counted.failures:,} inputs hold no article"
    left = {
        "exact duplicates": counted.duplicates,
        "linked near duplicates": counted.linked,
        "answered in the store": counted.cached,
    }
    if unasked := [f"{number:,} {name}" for name, number in left.items() if number]:
        yield f"           not asked: {', '.join(unasked)}"
    if counted.near > counted.linked:
        yield f"           asked, though near duplicates: {counted.near - counted.linked:,}"
    yield f"requests   {told.requests:,.0f} for {counted.asked:,} articles"
    yield f"tokens in  {_range(told.tokens_in)}, counted by {told.counter}"
    yield f"tokens out {_range(told.tokens_out) if told.tokens_out else 'unknown'}" + (
        f", predicted from {told.measured}" if told.measured else ""
    )
    yield f"cost       {_money(told.cost_usd)}{_most(told)}{f' ({told.price_date})' if told.price_date else ''}"
    if told.batch_cost_usd:
        yield f"           {_money(told.batch_cost_usd)} in the provider's batches"
    yield f"time       {_duration(told.seconds)}{f', limited by the {told.limited_by}' if told.limited_by else ''}"
    yield from (f"not known  {line}" for line in told.unknown)


def _range(amount: Range) -> str:
    if round(amount.low) == round(amount.high):
        return f"{amount.value:,.0f}"
    return f"about {amount.value:,.0f} ({amount.low:,.0f} to {amount.high:,.0f})"


def _money(cost: Range | None) -> str:
    if cost is None:
        return "unknown"
    words = cost_words(cost.value)
    return words if cost.low == cost.high else f"about {words} ({cost_words(cost.low)} to {cost_words(cost.high)})"


def _most(told: Estimate) -> str:
    return "" if not told.cost_usd_max else f", {cost_words(told.cost_usd_max)} if every reply ran to its cap"


def _duration(seconds: float | None) -> str:
    if seconds is None:
        return "unknown"
    if seconds < 90:  # noqa: PLR2004 - a minute and a half
        return f"about {seconds:.0f} s"
    minutes = seconds / 60
    return f"about {minutes:.0f} min" if minutes < 90 else f"about {minutes / 60:,.1f} h"  # noqa: PLR2004 - same
