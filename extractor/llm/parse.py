"""The only doorway from a model's words to a typed reply; live replies pass it, and kept ones that are read again.

It stands apart from the lane because reading a kept reply must not cost the second that importing the SDKs takes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, ValidationError

from extractor.errors import InvalidReplyError, TruncatedReplyError

if TYPE_CHECKING:
    from extractor.llm.classify import Where

R = TypeVar("R", bound=BaseModel)

_LISTED = 5
"""Problems of an invalid reply that its error names; the model is told the same ones."""


def parse_reply(raw: str, reply: type[R], where: Where) -> R:
    """Validate the raw reply text.

    The raw string goes to pydantic as it is, because ``json.loads`` would let NaN and lone surrogates through. One
    surrounding Markdown fence is taken off; prose around the JSON is not searched.

    Raises:
        TruncatedReplyError: The JSON breaks off.
        InvalidReplyError: It is no JSON, or does not fit ``reply``; the message lists up to five problems.
    """
    text = raw.strip()
    if text.startswith("```") and text.endswith("```"):
        text = text.removeprefix("```").removesuffix("```").removeprefix("json").strip()
    try:
        return reply.model_validate_json(text)
    except ValidationError as exc:
        problems = exc.errors(include_url=False, include_context=False, include_input=False)
    if problems[0]["type"] == "json_invalid" and "EOF" in problems[0]["msg"] and text.startswith("{"):
        raise TruncatedReplyError(f"{where}: the reply breaks off in the middle")
    listed = [f"{'.'.join(map(str, p['loc']))}: {p['msg']}".removeprefix(": ") for p in problems[:_LISTED]]
    more = f" (and {len(problems) - _LISTED} more)" if len(problems) > _LISTED else ""
    raise InvalidReplyError(
        f"{where}: the reply does not fit {reply.__name__}: {where.clean('; '.join(listed), 600)}{more}",
        hint="another --model or a smaller prompt version may do better",
    )
