"""Writing a labelled set: the whole folder appears at once, or not at all."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from extractor.errors import UsageError
from extractor.evaluation.gold import ARTICLES, LABELS
from extractor.evaluation.labels.toml import to_toml
from extractor.evaluation.shipped import evals_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from extractor.evaluation.gold import GoldArticle


def check_target(out: Path) -> None:
    """Refuse to write an imported set where it could be committed, or over something else.

    Raises:
        UsageError: ``out`` lies in the evaluation data that ships with extractor, is no empty folder, or has no
            parent folder.
    """
    refuse_shipped(out)
    target = out.resolve()
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(f"{str(out)!r} exists already", hint="name a new folder with --out")
    if not target.parent.is_dir():
        raise UsageError(f"{str(out)!r} cannot be made: there is no folder {str(target.parent)!r}")


def refuse_shipped(folder: Path) -> None:
    """Refuse to write into the evaluation data that ships with extractor; raises UsageError."""
    target, shipped = folder.resolve(), evals_folder().resolve()
    if target == shipped or shipped in target.parents:
        raise UsageError(
            f"{str(folder)!r} lies in the evaluation data of extractor, which holds nothing of others",
            hint="name a folder elsewhere",
        )


def write_set(out: Path, articles: Iterable[GoldArticle]) -> None:
    """Write articles and labels into the new folder ``out``.

    Raises:
        UsageError: See :func:`check_target`; or the disk refuses.
    """
    write_layers(out, {LABELS: articles})


def write_layers(out: Path, layers: Mapping[str, Iterable[GoldArticle]]) -> None:
    """Write the articles of a set and their labels, those of each layer into its folder inside ``out``.

    Raises:
        UsageError: See :func:`check_target`; or the disk refuses.
    """
    with appearing(out, (ARTICLES, LABELS, *layers)) as folder:
        for layer, articles in layers.items():
            for article in articles:
                (folder / ARTICLES / f"{article.id}.txt").write_bytes(article.text.encode())
                (folder / layer / f"{article.id}.toml").write_bytes(to_toml(article.label).encode())


@contextlib.contextmanager
def appearing(out: Path, inside: Iterable[str]) -> Iterator[Path]:
    """Lend a folder with the folders ``inside``, which becomes ``out`` where nothing goes wrong.

    Raises:
        UsageError: See :func:`check_target`; or the disk refuses.
    """
    check_target(out)
    target = out.resolve()
    temporary: Path | None = None
    try:
        temporary = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name[:40]}-", suffix=".partial"))
        for folder in inside:
            (temporary / folder).mkdir(parents=True, exist_ok=True)
        yield temporary
        temporary.chmod(0o755)
        if out.exists():
            target.rmdir()
        temporary.rename(target)
    except OSError as exc:
        raise UsageError(f"cannot write {str(out)!r}: {exc.strerror}") from exc
    finally:
        if temporary is not None and temporary.exists():
            shutil.rmtree(temporary)
