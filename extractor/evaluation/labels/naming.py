"""Names of articles in a labelled set, for articles that come with a name of their own."""

from __future__ import annotations

import re
from itertools import chain, count
from typing import TYPE_CHECKING

from extractor.evaluation.labels.files import ID

if TYPE_CHECKING:
    from collections.abc import Container


def id_of(name: str) -> str:
    """Return the id of the article that is called ``name`` elsewhere: the name itself where it can be one."""
    if ID.fullmatch(name):
        return name
    plain = plain_name(name)[:56].rstrip("-")
    return plain if ID.fullmatch(plain) else f"task-{plain or 'x'}"


def plain_name(name: str) -> str:
    """Return the name in small letters and digits, with hyphens between."""
    return re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")


def free_name(wanted: str, taken: Container[str]) -> str:
    """Return the name, with a number if it is another's."""
    return next(name for name in chain((wanted,), (f"{wanted[:60]}-{n}" for n in count(2))) if name not in taken)
