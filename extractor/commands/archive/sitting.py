"""A sitting on a run, from the words of a command to its exit code: open, ask, say how it ended and how to go on."""

from __future__ import annotations

import asyncio
import contextlib
import re
import shlex
import sys
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from extractor.archive.asking import Asking
from extractor.archive.budget import Bound, Budget, require_price
from extractor.archive.interrupts import interrupts
from extractor.archive.keys import replies_digest
from extractor.archive.plan import reading_of, selection_of
from extractor.archive.progress import Ending
from extractor.archive.reading import Source
from extractor.archive.records import Plan
from extractor.archive.reground import prompt_of
from extractor.archive.run import REFUSED, Brake, Job, work_on
from extractor.archive.selection import Choosing
from extractor.archive.workers.crew import Crew, spare_cores
from extractor.commands.archive.options import STORE, opened
from extractor.commands.choice import asked_model, explanation, host_of, prompt_for
from extractor.commands.extract_run import NONE_SUCCEEDED, PROVIDER_REFUSED, SOME_FAILED, fetch
from extractor.commands.pricing import bound_for
from extractor.errors import UsageError
from extractor.llm.open import chosen_model, concurrency, open_model
from extractor.llm.pace import paced
from extractor.render.archive_progress import figures, watching
from extractor.render.progress import note
from extractor.render.terminal import is_terminal
from extractor.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from extractor.archive.progress import Ended, Watcher
    from extractor.archive.records import Run, Tally
    from extractor.archive.store import Store
    from extractor.prompts.registry import Prompt
    from extractor.settings import ModelChoice, Settings

STOPPED_BY_CAP: Final = 5
"""Exit code (docs/cli.md)."""
_PREFIXES: Final = ("sqlite", "gold")
"""Of sources that are named ``sqlite:PATH?table=NAME`` or ``gold:FOLDER``."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a run should be: the plan's own words."""

    name: str
    sources: tuple[str, ...]
    reading: Mapping[str, str]
    selection: Mapping[str, str]
    near: str = "off"
    """What becomes of near duplicates: ``off``, ``report`` or ``link``."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How fast a sitting may go, for how much, and who is told; another sitting may have others."""

    budget: float | None = None
    """US dollars."""
    tokens: int | None = None
    rpm: float | None = None
    tpm: float | None = None
    adaptive: bool = True
    events: Path | None = None
    quiet: bool = False
    batch: bool | None = None
    """Through the provider's batches; None: where some of the run are under way."""
    wait: bool = True
    """For batches to end."""
    ray: bool = False
    """On a cluster."""


def name_for(source: str) -> str:
    """Return what a run about ``source`` is called where nobody says."""
    path = Path(source)
    stem = path.name.split(".")[0] if path.name not in ("", ".", "..") else path.resolve().name
    made = re.sub(r"[^a-z0-9._-]+", "-", stem.lower()).strip("-._")
    return made[:120] or "articles"


def begin(wanted: Wanted, settings: Settings, store: Path, terms: Terms) -> int:
    """Begin the wanted run, or go on with it where it was begun before; return the exit code.

    Raises:
        KeyboardInterrupt: It was interrupted, and a note says how to go on.
        ExtractorError: Nothing can be asked, or a run of that name is another one.
    """
    choice = chosen_model(settings)
    prompt = prompt_for(settings, choice)
    _require_sources(wanted.sources)
    selection = dict(wanted.selection) | ({"near_duplicates": "link"} if wanted.near == "link" else {})
    selection_of(wanted.selection)
    reading_of(wanted.reading)
    file = choice.kind == "embedded" and Path(choice.name).is_file()
    plan = _plan(
        name=wanted.name,
        prompt=prompt.spec,
        prompt_digest=prompt.digest,
        replies_digest=replies_digest(prompt),
        model=asked_model(settings, choice),
        base_url=choice.base_url,
        model_name=str(Path(choice.name).resolve()) if file else None,
        sources=wanted.sources,
        reading=dict(wanted.reading),
        selection=selection,
    )
    if not terms.quiet and (line := explanation(choice)):
        note(line)
    with opened(store, create=True) as archive:
        run = archive.begin(plan, prompt)
        return _sit(_Sitting(archive, run, prompt, settings, choice, terms, near=wanted.near))


def go_on(name: str, flags: Mapping[str, Any], store: Path, terms: Terms, *, retry: bool = False) -> int:
    """Go on with the run ``name``, asking what and whom its plan says; return the exit code.

    Args:
        name: Of the run.
        flags: Settings of this sitting.
        store: The store's file.
        terms: How fast and for how much.
        retry: Make its failed articles pending first.

    Raises:
        KeyboardInterrupt: It was interrupted, and a note says how to go on.
        ExtractorError: There is no such run, or it cannot be gone on with as it was begun.
    """
    with opened(store) as archive:
        run = archive.run(name)
        plan = run.plan
        told = {"model": plan.model_name or plan.model.name, "base_url": plan.base_url, "prompt": plan.prompt}
        if plan.model.kind == "endpoint":
            told["mode"] = plan.model.mode
        settings = load_settings({**told, **flags})
        choice = chosen_model(settings)
        asked = asked_model(settings, choice)
        if asked != plan.model:
            raise UsageError(
                f"the run {name!r} asks {plan.model}; with today's settings {asked} would be asked",
                hint="see extractor doctor for what is set where",
            )
        if run.ingested is None:
            _require_sources(plan.sources)
            if "-" in plan.sources and is_terminal(sys.stdin):
                raise UsageError(f"{name!r} reads standard input, and had not read all of it", hint="pipe it in again")
        if retry:
            count = archive.retry_failed(run)
            if not terms.quiet:
                note(f"{name}: {count:,} failed articles are asked about again")
        near = plan.selection.get("near_duplicates", "off")
        return _sit(_Sitting(archive, run, prompt_of(archive, run), settings, choice, terms, near=near))


@dataclass(frozen=True, slots=True)
class _Sitting:
    """Everything that a sitting needs, opened."""

    store: Store
    run: Run
    prompt: Prompt
    settings: Settings
    choice: ModelChoice
    terms: Terms
    near: str


def _sit(sitting: _Sitting) -> int:
    """Do the sitting and say how it ended."""
    store, run, choice, terms = sitting.store, sitting.run, sitting.choice, sitting.terms
    at_provider = store.batches.sent(run)
    if terms.ray and (terms.batch or at_provider):
        raise UsageError("--engine ray asks live; what is in the provider's batches is not asked live as well")
    if at_provider and terms.batch is False:
        raise UsageError(
            f"{at_provider:,} requests of {run.name!r} are in the provider's batches; live, they would be paid twice",
            hint=f"extractor archive resume {run.name} --mode batch",
        )
    sitting = replace(sitting, terms=replace(terms, batch=bool(terms.batch or at_provider)))
    bound = _bound(sitting)
    if bound is not None and terms.budget is not None:
        require_price(bound, choice.name, host_of(choice))
    store.retry_failed(run, REFUSED)
    tally = store.tally(run)
    if run.ingested is None or tally.open:
        if choice.kind == "embedded" and not sitting.terms.batch:
            fetch(choice.name, quiet=terms.quiet)
        with watching(run.name, quiet=terms.quiet, events=terms.events) as watcher:
            ended = asyncio.run(_ask(sitting, watcher, bound))
    else:
        from extractor.archive.progress import Ended  # noqa: PLC0415 - a run that was finished before is rare

        ended = Ended(run.name, Ending.DONE, tally, "it was finished before")
    return _say_how_it_ended(sitting, ended)


async def _ask(sitting: _Sitting, watcher: Watcher, bound: Bound | None) -> Ended:
    settings, choice, terms, plan = sitting.settings, sitting.choice, sitting.terms, sitting.run.plan
    words = {name: value for name, value in plan.selection.items() if name != "near_duplicates"}
    near = None
    if sitting.near != "off" and sitting.run.ingested is None:
        from extractor.archive.duplicates import NearDuplicates  # noqa: PLC0415 - numpy, for those who ask for it

        near = NearDuplicates()
    source = Source(
        plan.sources, reading_of(plan.reading), Choosing(selection_of(words)), near, link=sitting.near == "link"
    )
    spend = Budget(terms.budget, terms.tokens, sitting.store.tally(sitting.run)) if bound else None
    if terms.batch:
        from extractor.commands.archive.batches import ask_in_batches  # noqa: PLC0415 - most sittings are live

        return await ask_in_batches(
            store=sitting.store,
            run=sitting.run,
            prompt=sitting.prompt,
            settings=settings,
            choice=choice,
            source=source,
            spend=spend,
            watcher=watcher,
            wait=terms.wait,
            quiet=terms.quiet,
        )
    if terms.ray:
        from extractor.commands.archive.cluster import ask_on_cluster  # noqa: PLC0415 - most sittings are on one machine

        return await ask_on_cluster(
            store=sitting.store,
            run=sitting.run,
            settings=settings,
            choice=choice,
            source=source,
            spend=spend,
            bound=partial(bound_for, settings, choice) if bound else None,
            pace=paced(terms.rpm, terms.tpm, adaptive=terms.adaptive),
            watcher=watcher,
        )
    pace = None if choice.kind == "embedded" else paced(terms.rpm, terms.tpm, adaptive=terms.adaptive)
    brake = Brake()
    with interrupts(brake.pull), _crew(sitting) as crew:
        async with open_model(settings, choice, pace=pace) as model:
            asking = Asking(model, sitting.prompt, plan.model, sitting.store.reply, settings.deadline, crew)
            job = Job(
                store=sitting.store,
                run=sitting.run,
                source=source,
                asking=asking,
                concurrency=concurrency(settings, choice),
                watcher=watcher,
                spend=spend,
                bound=bound,
            )
            return await work_on(job, brake)


def _crew(sitting: _Sitting) -> Crew | contextlib.nullcontext[None]:
    """Return the processes that the settings ask for, not yet started; none where none are wanted."""
    usual = 0 if sitting.choice.kind == "embedded" else spare_cores()
    count = usual if sitting.settings.workers is None else sitting.settings.workers
    return Crew(count, sitting.prompt, sitting.run.plan.model) if count else contextlib.nullcontext()


def _bound(sitting: _Sitting) -> Bound | None:
    """Return what works out the most that an article can cost; None where there is no cap."""
    if sitting.terms.budget is None and sitting.terms.tokens is None:
        return None
    return bound_for(sitting.settings, sitting.choice, sitting.prompt)


def _say_how_it_ended(sitting: _Sitting, ended: Ended) -> int:
    """Write the last lines of a sitting, and return its exit code.

    Raises:
        KeyboardInterrupt: It was interrupted; the command line turns it into 130 or 143.
    """
    run, tally = sitting.run, ended.tally
    name = run.name
    file = "" if sitting.store.path == STORE else f" --store {shlex.quote(str(sitting.store.path))}"
    if not sitting.terms.quiet or ended.why is not Ending.DONE:
        open_ = f", {tally.open:,} still open" if tally.open else ""
        why = f"; {ended.message}" if ended.message else ""
        note(f"{name}: {figures(tally)}{open_}{why}")
        if tally.unresolved:
            note(f"{tally.unresolved:,} requests were cut off by kills or stops; their articles may be paid for twice")
    if ended.why is Ending.DONE and not tally.open:
        return _exit_code(tally)
    hint = f"; {ended.hint}" if ended.hint else ""
    way = " --mode batch" if sitting.terms.batch else ""
    note(f"go on with: extractor archive resume {name}{way}{file}{hint}")
    if ended.why is Ending.DONE:  # it was not to wait for its batches
        return 0
    if ended.why is Ending.INTERRUPTED:
        raise KeyboardInterrupt
    return STOPPED_BY_CAP if ended.why is Ending.BUDGET else PROVIDER_REFUSED


def _exit_code(tally: Tally) -> int:
    failed = tally.failed + tally.unreadable
    if not tally.done:
        return NONE_SUCCEEDED
    return SOME_FAILED if failed else 0


def _plan(**parts: Any) -> Plan:  # noqa: ANN401 - fields of Plan
    """Return the plan; a name that cannot be one is the user's, and everything else is checked already."""
    from pydantic import ValidationError  # noqa: PLC0415 - only to name it

    try:
        return Plan(**parts)
    except ValidationError as error:
        if {found["loc"] for found in error.errors()} != {("name",)}:
            raise
        raise UsageError(
            f"{parts['name']!r} cannot be the name of a run",
            hint="small letters, digits, dots, hyphens and underscores, as in wikinews-2024",
        ) from None


def _require_sources(sources: tuple[str, ...]) -> None:
    """Raise UsageError where a source does not exist: an archive that is mistyped must not be a finished run."""
    import glob  # noqa: PLC0415 - only here

    missing = []
    for name in sources:
        prefix, colon, rest = name.partition(":")
        path = rest.partition("?")[0] if colon and prefix in _PREFIXES else name
        if name != "-" and not glob.has_magic(path) and not Path(path).exists():
            missing.append(name)
    if missing:
        names = ", ".join(repr(name) for name in missing)
        raise UsageError(
            f"{names} {'does' if len(missing) == 1 else 'do'} not exist",
            hint="check the name; a run that was begun in another folder goes on from there",
        )
