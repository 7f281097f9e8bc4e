"""Reads the result files of one batch: lines in any order, some missing, some twice, some of nobody's asking."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import reduce
from operator import add
from typing import TYPE_CHECKING, Final

from extractor.archive.batches.records import Result
from extractor.errors import ArticleRefusedError, ProviderRefusedError, TransientError, TruncatedReplyError
from extractor.events.summary import Usage
from extractor.llm.batch_api import Answered

if TYPE_CHECKING:
    from pathlib import Path

    from extractor.archive.batches.records import BatchReport, Shard
    from extractor.archive.store.batches import BatchRows
    from extractor.errors import ModelError
    from extractor.llm.batch_api import BatchApi, Unanswered
    from extractor.llm.endpoint import Setup

_GROUP: Final = 500
"""Results that are written in one transaction."""
_LASTING: Final = (ArticleRefusedError, TruncatedReplyError)


@dataclass(slots=True)
class Reading:
    """What the result files of ``shard`` say; the output file is read first, so an answer beats an error."""

    api: BatchApi
    rows: BatchRows
    shard: Shard
    report: BatchReport
    refused: ProviderRefusedError | None = None
    """The provider refuses everything (key, quota, model): what it left is unfinished."""
    _asked: set[str] = field(default_factory=set)
    _settled: set[str] = field(default_factory=set)
    _unfinished: dict[str, Result] = field(default_factory=dict)
    _waiting: list[Result] = field(default_factory=list)
    _setup: Setup = field(init=False)
    """How the batch was worded, as far as this process knows."""
    _spent: Usage = field(default_factory=lambda: Usage(cost_usd=0.0))

    def __post_init__(self) -> None:
        self._setup = self.api.setup
        self._asked = self.rows.keys(self.shard)

    def read(self, path: Path) -> None:
        """Read one file, line by line."""
        with path.open("rb") as file:
            for line in file:
                if line.strip():
                    self._take(line)

    def close(self) -> Usage:
        """Write what is left; what no line answered is unfinished. Return what the batch cost."""
        left = [one for key, one in self._unfinished.items() if key not in self._settled]
        self._write([*self._waiting, *left])
        missing = self.rows.close(self.shard, self.shard.said or "")
        self.report.unfinished += len(left) + missing
        return self._spent

    def _take(self, line: bytes) -> None:
        found = self.api.read(line)
        key = "" if found is None else f"sha256:{found.custom_id}"
        if found is None or key not in self._asked:
            self.report.unknown += 1
            return
        if key in self._settled:
            self.report.duplicates += 1
            return
        if isinstance(found, Answered):
            self.report.answered += 1
            self._settle(Result(key, found.usage, raw=found.raw))
            return
        error = self._lasting(found)
        if error is None:
            self.report.duplicates += key in self._unfinished
            self._unfinished[key] = Result(key, found.usage)
        else:
            self.report.refused += 1
            self._settle(Result(key, found.usage, error=error))

    def _lasting(self, found: Unanswered) -> ModelError | None:
        """Return the error that asking again would not mend, or None."""
        error = found.failure.error
        if isinstance(error, ProviderRefusedError):
            self.refused = error
        if isinstance(error, TransientError) or not isinstance(error, _LASTING):
            return None
        return None if self.api.learn(found.failure, self._setup) else error

    def _settle(self, result: Result) -> None:
        self._settled.add(result.request)
        self._waiting.append(result)
        if len(self._waiting) >= _GROUP:
            self._write(self._waiting)
            self._waiting = []

    def _write(self, results: list[Result]) -> None:
        self.rows.record(self.shard, results)
        self._spent = reduce(add, (one.usage for one in results), self._spent)
