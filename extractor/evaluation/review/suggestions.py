"""What a run said about the articles of a set: ``suggestions/<id>.json``, an :class:`Extraction` each.

A set's texts have LF as line ends, an archive's what they came with; so the extraction is moved onto the set's text:
its quotes, its offsets, and the hash of the text that it is about.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from extractor.articles.build import article_from_text
from extractor.errors import StoreError, UsageError
from extractor.evaluation.interchange.offsets import with_line_feeds
from extractor.events.summary import Extraction

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

SUGGESTIONS: Final = "suggestions"
"""Folder of a set."""
_PLACES: Final = frozenset({"start", "end"})


def suggestion_file(folder: Path, id: str) -> Path:  # noqa: A002 - the field's name
    """Return where what a run said about the article ``id`` stands, if anything."""
    return folder / SUGGESTIONS / f"{id}.json"


def read_suggestion(folder: Path, id: str) -> Extraction:  # noqa: A002 - the field's name
    """Return what a run said about the article ``id``.

    Raises:
        UsageError: Nothing was taken over from a run.
        StoreError: The file is damaged.
    """
    file = suggestion_file(folder, id)
    try:
        return Extraction.model_validate_json(file.read_bytes())
    except FileNotFoundError:
        raise UsageError(f"nothing was taken over from an archive for {id!r}") from None
    except ValidationError:
        raise StoreError(f"{str(file)!r} is damaged", hint="take the article over again") from None


def moved(extraction: Extraction, text: str) -> Extraction:
    r"""Return an extraction about ``text`` as one about the same text with LF as line ends.

    Args:
        extraction: With offsets in code points of ``text``.
        text: As the archive holds it, perhaps with CR LF.
    """
    if "\r\n" not in text:
        return extraction
    pairs = [place for place in range(len(text)) if text.startswith("\r\n", place)]
    values = _moved(extraction.model_dump(mode="python"), pairs)
    values["article"]["sha256"] = article_from_text(with_line_feeds(text)).sha256
    return Extraction.model_validate(values)


def _moved(value: Any, pairs: Sequence[int], name: str = "") -> Any:  # noqa: ANN401 - any part of an extraction
    if isinstance(value, dict):
        return {key: _moved(one, pairs, key) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return tuple(_moved(one, pairs) for one in value)
    if isinstance(value, str):
        return with_line_feeds(value)
    if name in _PLACES and isinstance(value, int):
        return value - bisect_left(pairs, value)
    return value
