r"""The reply schema as a grammar for the embedded model: what it may write, down to the last space.

A schema sent as ``response_format`` lets the model lay its JSON out as it likes, and small models indent: of 245 tokens
for one full event 100 are then line breaks and spaces. llama.cpp's server also takes a grammar of LLGuidance, which is
part of the same package, and that one can forbid white space. It enforces string lengths, list lengths and patterns,
also those that llama.cpp's own converter drops (``\d`` becomes "any string" there).

One trap: a grammar that LLGuidance can't compile is logged by the server and then *ignored*. Replies are validated in
any case; that our reply types compile is tested against the real server.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def compact_grammar(schema: Mapping[str, Any]) -> str:
    """Return the value of the request field ``grammar`` that allows only compact JSON of this JSON Schema."""
    strict = {**schema, "x-guidance": {"whitespace_flexible": False}}
    return f"%llguidance {{}}\nstart: %json {json.dumps(strict, separators=(',', ':'))}"
