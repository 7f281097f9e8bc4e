"""Tokens counted offline, by the tokenizer of the model's family where one ships.

The package ``quicktok-v1`` carries the vocabularies of OpenAI, Qwen and Llama 3. For Qwen under llama.cpp the count of
whole chats is exact: 272 of 272 requests of the shipped run ``events-lite-v2-1.5b-dev`` have as many tokens as
llama.cpp said. For OpenAI the words are exact and the frame of a chat follows OpenAI's published recipe (three tokens a
message and three for the reply to come).

Models of other families are counted with ``o200k_base``: on those 272 requests it is 5 % below Qwen and within 2 % of
Llama 3. Without the package a token is taken for four bytes of UTF-8, 8 % below Qwen in English and far off in other
scripts. :attr:`TokenCounter.error` states both plainly.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from extractor.llm.boundary import Message

_OPENAI_FRAME: Final = (3, 3)
_CHATML_FRAME: Final = (5, 3)
"""``<|im_start|>role\\n … <|im_end|>\\n`` around each message, ``<|im_start|>assistant\\n`` at the end."""
_LLAMA_FRAME: Final = (4, 4)
"""Header, its two marks and blank line, and the end of turn; the beginning of the text and the assistant's header."""
_FAMILIES: Final[tuple[tuple[str, str, tuple[int, int]], ...]] = (
    (r"(^|/)(ft:)?(gpt-4o|chatgpt-4o|gpt-4\.[1-9]|gpt-([5-9]|[1-9][0-9])|o[1-9](-|$))", "o200k_base", _OPENAI_FRAME),
    (r"gpt-oss", "o200k_harmony", _LLAMA_FRAME),
    (r"(^|/)(ft:)?(gpt-4|gpt-3\.5)", "cl100k_base", _OPENAI_FRAME),
    (r"qwen-?[23]|qwq", "qwen3", _CHATML_FRAME),
    (r"llama-?3", "llama3", _LLAMA_FRAME),
)
_NEAREST: Final = "o200k_base"
_NEAREST_ERROR: Final = 0.10
_BYTES_PER_TOKEN: Final = 4
_BYTES_ERROR: Final = 0.20


@dataclass(frozen=True, slots=True)
class TokenCounter:
    """Counts tokens as one family of models does."""

    name: str
    """Of the vocabulary, or how else tokens are counted."""
    error: float
    """How far a count of English may be off, as a share; 0 where the model's own vocabulary is used."""
    per_message: int
    per_request: int
    text: Callable[[str], int]
    """Returns the tokens of a text."""

    def messages(self, messages: Iterable[Message]) -> int:
        """Return the tokens of chat messages, without what :attr:`per_request` adds once for each chat."""
        return sum(self.text(message.content) + self.per_message for message in messages)


def counter_for(model: str) -> TokenCounter:
    """Return the counter for the model of that name; 1 s for the first of a family, which loads its vocabulary."""
    name = model.lower()
    known = next(((vocabulary, frame) for pattern, vocabulary, frame in _FAMILIES if re.search(pattern, name)), None)
    vocabulary, frame = known or (_NEAREST, _OPENAI_FRAME)
    try:
        import quicktok  # noqa: PLC0415 - an optional package that loads a vocabulary
    except ImportError:
        return TokenCounter("4 bytes a token", _BYTES_ERROR, *frame, _by_bytes)
    count: Callable[[str], int] = quicktok.get_encoding(vocabulary).count

    def count_any(text: str) -> int:
        try:
            return count(text)
        except TypeError:  # a lone surrogate, which goes out as a question mark
            return count(text.encode("utf-8", "replace").decode())

    return TokenCounter(vocabulary, 0.0 if known else _NEAREST_ERROR, *frame, count_any)


def _by_bytes(text: str) -> int:
    return -(-len(text.encode("utf-8", "replace")) // _BYTES_PER_TOKEN)
