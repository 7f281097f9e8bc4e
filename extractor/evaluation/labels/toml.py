"""Labels as TOML text, in the layout that people write them in: one table per event, short values in line.

The standard library reads TOML and doesn't write it. What is needed here is little: a label holds strings, days,
numbers, truth values, lists and small tables, and all that equals its default is left out. A string is written as JSON,
which TOML reads alike but for the character DEL.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from extractor.scoring.labels import LabelledArticle

_WIDE = 100
"""A list longer than so many characters has a line for each element."""


def to_toml(label: LabelledArticle) -> str:
    """Return the label as a file that reads back equal."""
    values = label.model_dump(exclude_defaults=True)
    events = values.pop("events", ())
    lines = list(_lines(values))
    for event in events:
        lines += ["", "[[events]]", *_lines(_short_actors(event))]
    return "\n".join(lines) + "\n"


def _short_actors(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return the event with required actors as the bare list of their names."""
    sides = {
        side: [actor if actor.get("optional") else actor["names"] for actor in event[side]]
        for side in ("initiators", "targets")
        if side in event
    }
    return {**event, **sides}


def _lines(values: Mapping[str, Any]) -> Iterator[str]:
    for key, value in values.items():
        line = f"{key} = {_value(value)}"
        if isinstance(value, list | tuple) and len(line) > _WIDE:
            yield f"{key} = ["
            yield from (f"  {_value(element)}," for element in value)
            yield "]"
        else:
            yield line


def _value(value: object) -> str:
    """Return one value in line; a day before a number, a truth value before a number, since Python mixes them."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_value(inner)}" for key, inner in value.items()) + " }" if value else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, str):
        return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
    return repr(value)
