"""Makes a run: one folder that several sittings may fill, article by article (``runs.py`` says what it holds)."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from extractor.errors import StoreError, UsageError
from extractor.evaluation.files import append_line, whole_lines, write_whole
from extractor.evaluation.runs import ARTICLES, COMPLETE, MANIFEST, PROMPTS, Manifest, differences, load_run, now

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO

    from extractor.evaluation.runs import Completion, Plan, Row
    from extractor.prompts.registry import Prompt


@dataclass(slots=True)
class RunWriter:
    """A run that is being made; see :func:`open_writer`."""

    folder: Path
    plan: Plan
    done: dict[tuple[str, int], Row] = field(default_factory=dict)
    """Finished articles that did not fail: those of earlier sittings, and of this one."""
    rows: dict[tuple[str, int], Row] = field(default_factory=dict)
    """The last row of every article, the failed ones included."""
    _file: BinaryIO | None = None

    def todo(self) -> list[tuple[str, int]]:
        """Return the articles and repeats that still have to be asked about, repeat after repeat."""
        wanted = ((article, repeat) for repeat in range(self.plan.repeats) for article in self.plan.articles)
        return [one for one in wanted if one not in self.done]

    def add(self, row: Row) -> None:
        """Keep a finished article; when this returns it survives a power cut."""
        assert self._file is not None, "rows are added inside the with block"
        append_line(self._file, row.model_dump_json(exclude_defaults=True))
        self.rows[row.article, row.repeat] = row
        if row.ok:
            self.done[row.article, row.repeat] = row

    def complete(self, completion: Completion) -> None:
        """Mark the run as complete; the last thing that is written."""
        write_whole(self.folder / COMPLETE, completion.model_dump_json(indent=1) + "\n")


@contextlib.contextmanager
def open_writer(folder: Path, plan: Plan, prompt: Prompt, *, version: str) -> Iterator[RunWriter]:
    """Begin the run ``plan`` in ``folder``, or go on with the one that was interrupted there.

    Args:
        folder: The run's own folder.
        plan: What it is about.
        prompt: The version that the plan names.
        version: Of extractor.

    Raises:
        UsageError: The folder holds a run with another plan, or cannot be written to.
        StoreError: The run there is damaged, or another process is writing it.
    """
    from filelock import FileLock, Timeout  # noqa: PLC0415 - only a run that is being made is locked

    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder.with_name(f".{folder.name}.lock"))  # outside: a finished run holds its three files only
        lock.acquire(timeout=0)
    except Timeout:  # an OSError too
        raise StoreError(f"another process is writing the run {str(folder)!r}", hint="wait for it to end") from None
    except OSError as error:
        raise UsageError(f"cannot write a run to {str(folder)!r}: {error}", hint="name another with --runs") from None
    try:
        writer = RunWriter(folder, plan)
        if (folder / MANIFEST).exists():
            _go_on(writer)
        else:
            _keep_prompt(folder / PROMPTS, prompt)
            manifest = Manifest(plan=plan, begun=now(), extractor_version=version)
            write_whole(folder / MANIFEST, manifest.model_dump_json(indent=1) + "\n")
        with (folder / ARTICLES).open("ab") as file:
            writer._file = file  # noqa: SLF001 - this function is the writer's constructor
            yield writer
    finally:
        lock.release()


def _keep_prompt(folder: Path, prompt: Prompt) -> None:
    """Copy the files of ``prompt`` into the prompts folder ``folder``."""
    own = folder / prompt.name / prompt.version
    own.mkdir(parents=True, exist_ok=True)
    for name, text in prompt.files.items():
        write_whole(own / name, text)


def _go_on(writer: RunWriter) -> None:
    """Take over what an earlier sitting finished, and cut off the line that it did not."""
    before = load_run(writer.folder, unfinished=True)
    if before.plan != writer.plan:
        raise UsageError(
            f"{str(writer.folder)!r} holds another run: {differences(before.plan, writer.plan)}",
            hint="give this one another --name",
        )
    writer.rows.update(before.by_article)
    writer.done.update({key: row for key, row in before.by_article.items() if row.ok})
    path = writer.folder / ARTICLES
    if path.exists():
        _, end = whole_lines(path)
        with path.open("rb+") as file:
            file.truncate(end)
