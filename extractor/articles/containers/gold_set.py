"""The articles of a labelled set, ``gold:FOLDER``, as ``extractor eval run`` asks about them by default.

A labelled set is a folder with ``articles/ID.txt`` and ``labels/ID.toml`` (``extractor eval``). Of the labels only id
and publication date are read: whoever extracts must not see the rest.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Final

from extractor.articles.assemble import SourceNotes, assemble
from extractor.articles.options import InputFailure, too_large
from extractor.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extractor.articles.containers.place import Result
    from extractor.articles.options import ReadOptions

PREFIX: Final = "gold:"


def read_gold_set(spec: str, options: ReadOptions) -> Iterator[Result]:
    """Yield the articles of the labelled set that ``spec`` names, by id; one without a label is a failure.

    Raises:
        InputError: The folder is no labelled set.
    """
    folder = Path(spec.removeprefix(PREFIX))
    names = sorted(path.stem for path in (folder / "articles").glob("*.txt"))
    if not names or not (folder / "labels").is_dir():
        raise InputError(
            f"{str(folder)!r} is no labelled set", hint="It is a folder with articles/ID.txt and labels/ID.toml."
        )
    for name in names:
        try:
            yield _read(folder, name, options)
        except InputError as error:
            yield InputFailure(str(folder / "articles" / f"{name}.txt"), error)


def _read(folder: Path, name: str, options: ReadOptions) -> Result:
    path, label_path = folder / "articles" / f"{name}.txt", folder / "labels" / f"{name}.toml"
    try:
        if (size := path.stat().st_size) > options.max_bytes:
            raise too_large(str(path), size, options.max_bytes)
        text = path.read_text(encoding="utf-8")
        label = tomllib.loads(label_path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise InputError(
            f"{str(path)!r} has no label {str(label_path)!r}", hint="Label it, or leave it out."
        ) from error
    except (OSError, ValueError) as error:  # ValueError: no UTF-8, no TOML
        raise InputError(f"{str(path)!r} cannot be read: {error}", hint="extractor eval validate says more.") from error
    published = label.get("published")
    given = published if isinstance(published, dt.date) else None
    notes = SourceNotes(
        id=str(label.get("id", name)), language=options.language, given_date=options.published or given, source=name
    )
    return assemble(text, notes)
