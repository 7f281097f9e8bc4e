"""What a file of another tool holds, before it is understood: one task for each person's reading of an article."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError
from pydantic_core import PydanticSerializationError

from extractor.errors import InputError
from extractor.evaluation.interchange.offsets import Unit
from extractor.scoring.labels import LabelledArticle

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from extractor.evaluation.interchange.offsets import Claim

SHOWN: Final = 40
"""So many problems stand in a message."""
CARRIED: Final = "extractor"
"""The free field of every format that holds what spans cannot say."""


@dataclass(frozen=True, slots=True)
class TaskSpan:
    """A span as the file holds it."""

    id: str
    label: str
    claim: Claim
    said: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TaskLink:
    """A relation between the spans with these ids."""

    source: str
    target: str
    kind: str


@dataclass(frozen=True)
class Carried:
    """What a file that we wrote says beside its spans."""

    label: LabelledArticle | None = None
    unit: Unit | None = None
    problem: str = ""
    """Why the label cannot be used, though there is one."""


@dataclass(frozen=True)
class Task:
    """One person's reading of one article."""

    where: str
    """File, task and annotation, for messages."""
    name: str
    """What the file calls the article; all tasks of one name and text are about the same."""
    text: str
    spans: tuple[TaskSpan, ...]
    links: tuple[TaskLink, ...]
    unit: Unit
    """What the file declares, else what its tool counts."""
    carried: Carried = Carried()
    published: dt.date | None = None
    """The publication date that stands beside the text."""
    annotator: str | None = None
    truth: bool = False
    """Whether it is the label to score against, and no single annotator's."""


@dataclass(frozen=True)
class Tasks:
    """Everything in a file, and what was passed over."""

    tasks: tuple[Task, ...]
    notes: tuple[str, ...] = ()


def day_in(value: object) -> dt.date | None:
    """Return the day that a field beside the text names in ISO form, with a time or without."""
    try:
        return dt.date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None


def refuse(problems: Sequence[str], *, hint: str) -> None:
    """Refuse a file in which something is wrong.

    Raises:
        InputError: With all problems, up to 40 in the message; there is at least one.
    """
    if problems:
        more = f" … ({len(problems)} in all)" if len(problems) > SHOWN else ""
        raise InputError("; ".join(problems[:SHOWN]) + more, hint=hint)


def carry(label: LabelledArticle, unit: Unit) -> dict[str, Any]:
    """Return what is written beside the spans of a label: the label itself, and the unit of the offsets."""
    return {"offsets": unit.value, "label": label.model_dump(mode="json", exclude_defaults=True)}


def carried_in(value: object) -> Carried:
    """Return what :func:`carry` wrote, as far as it is still there and right."""
    if not isinstance(value, dict):
        return Carried()
    unit = Unit(value["offsets"]) if value.get("offsets") in list(Unit) else None
    if not isinstance(value.get("label"), dict):
        return Carried(unit=unit)
    try:
        label = LabelledArticle.model_validate(value["label"])
        label.model_dump_json()
    except PydanticSerializationError:
        return Carried(unit=unit, problem="the carried label is not used: it holds half a character")
    except ValidationError as exc:
        first = exc.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        return Carried(unit=unit, problem=f"the carried label is not used: {place}: {first['msg']}")
    return Carried(label, unit)
