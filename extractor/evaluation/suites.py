"""Suites: what a prompt is run on, and what a change has to hold to pass, as one TOML file.

::

    about = "What may be looked at while a prompt is written"
    half = "dev"                  # dev | test | all
    set = "gold"                  # folder, relative to the suite's parent folder; left out: the set that ships
    labels = "labels"             # folder of the labels inside the set
    repeats = 1
    date = "given"                # given | stripped
    furniture = "kept"            # kept | removed

    [bounds]                      # scoring/figures.py says what each means
    margin = 0.01
    guards = ["casualties"]
    floors = { grounding = 0.9 }

Every key has a default, and an unknown one is an error. A suite that ships is named by its file's name without
``.toml``; one of your own by its path.
"""

from __future__ import annotations

import json
import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, Field, ValidationError

from extractor.errors import UsageError
from extractor.evaluation.conditions import Conditions
from extractor.evaluation.files import problems_of
from extractor.evaluation.runs import Half
from extractor.evaluation.shipped import evals_folder
from extractor.scoring.figures import Bounds


class Suite(BaseModel, frozen=True, extra="forbid"):
    """One suite; without a file it is the half dev as it is, under the usual bounds."""

    about: str = ""
    half: Half = "dev"
    set: str | None = None
    labels: str = "labels"
    """Folder of the labels inside the set."""
    repeats: int = Field(default=1, ge=1, le=100)
    date: Literal["given", "stripped"] = "given"
    furniture: Literal["kept", "removed"] = "kept"
    bounds: Bounds = Bounds()

    @property
    def conditions(self) -> Conditions:
        """How articles are shown."""
        return Conditions(date=self.date, furniture=self.furniture)

    @property
    def set_folder(self) -> Path | None:
        """The folder of the labelled set; None: the one that ships."""
        return Path(self.set) if self.set is not None else None

    def but(self, **values: Any) -> Suite:  # noqa: ANN401 - fields of this class
        """Return this suite with what ``values`` give; None leaves a field as it is."""
        return self.model_copy(update={name: value for name, value in values.items() if value is not None})


def suite_names() -> list[str]:
    """Return the names of the suites that ship."""
    return sorted(path.stem for path in (evals_folder() / "suites").glob("*.toml"))


def load_suite(name: str) -> Suite:
    """Return the suite that ships under ``name``, or the one in the file ``name``.

    Raises:
        UsageError: There is none, or the file is wrong; every problem is named with its field.
    """
    path = Path(name) if name.endswith(".toml") else evals_folder() / "suites" / f"{name}.toml"
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        known = suite_names()
        near = get_close_matches(name, known, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(known)}; or name a .toml file"
        raise UsageError(f"there is no suite {name!r}", hint=hint) from None
    except (OSError, ValueError) as error:  # tomllib's and UTF-8's errors are ValueErrors
        raise UsageError(f"cannot read the suite {str(path)!r}: {error}") from None
    try:
        # As JSON, so that strict means what it says: TOML has no enums, and Python's strict mode wants members.
        suite = Suite.model_validate_json(json.dumps(values, default=str), strict=True)
    except ValidationError as error:
        raise UsageError(
            f"the suite {str(path)!r} is wrong: {problems_of(error)}", hint="docs/evaluation.md shows a whole one"
        ) from None
    if suite.set is None:
        return suite
    return suite.model_copy(update={"set": str(path.parent.parent / suite.set)})
