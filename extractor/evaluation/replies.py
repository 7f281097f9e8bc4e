"""The folder in which evaluations keep replies: one small file for each, named by the key of its request.

Each file is written whole or not at all, so several runs may use one folder at the same time. What a request is, and
who asks with what is kept, says :mod:`extractor.replies`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ValidationError

from extractor.errors import StoreError
from extractor.evaluation.files import problems_of, write_whole
from extractor.replies import KeptReply

if TYPE_CHECKING:
    from pathlib import Path


class ReplyStore:
    """A folder of kept replies, shared by all runs that are told to use it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, key: str) -> KeptReply | None:
        """Return the reply to the request ``key``, or None.

        Raises:
            StoreError: The file is there, but damaged.
        """
        path = self._path(key)
        try:
            kept = KeptReply.model_validate_json(path.read_bytes())
        except FileNotFoundError:
            return None
        except ValidationError as error:
            raise StoreError(f"{str(path)!r} is damaged: {problems_of(error)}", hint="delete that file") from None
        if kept.key != key:
            raise StoreError(f"{str(path)!r} is damaged: key: it belongs to another request", hint="delete that file")
        return kept

    def put(self, reply: KeptReply) -> None:
        """Keep ``reply``; whole, or not at all."""
        path = self._path(reply.key)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, reply.model_dump_json(exclude_defaults=True) + "\n")

    def _path(self, key: str) -> Path:
        digits = key.removeprefix("sha256:")
        return self.folder / digits[:2] / f"{digits}.json"
