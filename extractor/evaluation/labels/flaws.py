"""What is wrong with a labelled set: one flaw for each problem, with the file and the field it stands in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True, order=True)
class Flaw:
    """One problem. An *error* makes the set unusable; a *warning* is where code and labeller disagree."""

    file: str
    """Relative to the set's folder."""
    field: str
    """Path inside the label, ``events[2].counts[0].words``; empty where the whole file is meant."""
    message: str
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        where = f"{self.file}: {self.field}" if self.field else self.file
        return f"{where}: {self.message}"


def errors_in(flaws: Iterable[Flaw]) -> list[Flaw]:
    """Return the errors among ``flaws``, in their order."""
    return [flaw for flaw in flaws if flaw.severity == "error"]
