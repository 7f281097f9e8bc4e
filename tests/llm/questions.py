"""A small reply type, a question for it, and limits that make failures quick."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from extractor.llm.boundary import Ask, Message, Parameters
from extractor.llm.retry import Limits


class Small(BaseModel, frozen=True, extra="forbid", allow_inf_nan=False):
    """Docstrings must not reach a model."""

    name: Annotated[str, Field(max_length=50)]
    number: Annotated[int, Field(ge=0, le=999)] | None


GOOD = '{"name": "Ada", "number": 36}'
WRONG = '{"name": "Ada", "number": "many"}'

FAST = Limits(deadline=5.0, timeout=2.0, attempts=3, backoff=0.01, re_asks=2)


def question(text: str = "Who?", *, deadline: float | None = None, max_tokens: int = 50) -> Ask[Small]:
    """Ask for a :class:`Small` about ``text``."""
    messages = (Message("system", "Answer in JSON."), Message("user", text))
    return Ask(messages, Small, Parameters(max_tokens=max_tokens), deadline=deadline)
