"""Options that several verbs of ``extractor archive`` share, and the values that they mean."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extractor.archive.store import Store

# The commands import what they use when they run, so that --help stays quick.
# ruff: noqa: PLC0415

STORE = Path("extractor-archive.db")
"""Where runs are kept unless --store names another file."""

StoreOption = Annotated[Path, typer.Option("--store", metavar="FILE", help="Where runs are kept.")]
RunName = Annotated[str, typer.Argument(metavar="RUN", help="Name of a run; see extractor archive status.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON lines.")]


@contextlib.contextmanager
def opened(path: Path, *, create: bool = False) -> Iterator[Store]:
    """Lend the store in ``path``, and close it."""
    from extractor.archive.store import Store

    with Store.open(path, create=create) as store:
        yield store
