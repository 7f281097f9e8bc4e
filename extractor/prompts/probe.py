"""Tries a step's templates on a probe, to see where article text turns up.

The probe is an article (title and sentences) and, for a step per event, an earlier reply, in which every piece of free
text holds one word that no prompt holds. Each line of the messages that holds this word must stand between the two
lines that carry the nonce.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

from extractor.articles.article import Article, Published, Sentence
from extractor.events.vocabulary import EventType, Standing, Status
from extractor.prompts.render import examples_of, opening, render
from extractor.prompts.shown import nonce_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extractor.llm.boundary import Message
    from extractor.prompts.registry import Prompt, Step

_MARK: Final = "Zzyzxqu"
_SENTENCES: Final = 12
"""More than an example has to cite; a step per event may show the sentences that its event names."""
_WINDOW: Final = 6
_CLOSED: Final = frozenset(value for kind in (EventType, Status, Standing) for value in kind)
"""Words that code puts into an event; templates may test and show them anywhere."""


def fence_problems(prompt: Prompt, step: Step) -> Iterator[str]:
    """Yield what is wrong with how ``step`` shows an article; raise PromptError where a template fails."""
    article, event = _probe(), None
    if step.per == "event":
        files = [source.file for source in step.messages if source.role == "examples"]
        examples = [example for file in files for example in examples_of(prompt, file) if example.event]
        if not examples:
            yield "a step per event needs an example with an event, to try its templates on"
            return
        event = _marked(examples[0].event)
    window = article.sentences[:_WINDOW] if step.per == "window" else None
    sentence = article.sentences[1] if step.per == "sentence" else None
    messages = render(prompt, step, article, window=window, sentence=sentence, event=event)
    asked = messages[len(opening(prompt, step)) :]
    nonce = nonce_for(prompt.digest, article.sha256, [])
    if not any(_MARK in message.content for message in asked):
        yield "shows nothing of the article"
    if not all(_fenced(message, nonce) for message in asked):
        yield "shows text of the article, or of an earlier reply, that is not between two lines with {{ nonce }}"


def _fenced(message: Message, nonce: str) -> bool:
    """Whether marked text occurs only between two lines with the nonce; an assistant's turn may repeat its reply."""
    lines = message.content.split("\n")
    fence = [number for number, line in enumerate(lines) if nonce in line]
    marked = [number for number, line in enumerate(lines) if _MARK in line]
    if not marked or message.role == "assistant":
        return True
    return len(fence) == 2 and all(fence[0] < number < fence[1] for number in marked)  # noqa: PLR2004 - two lines


def _probe() -> Article:
    sentences, text = [], ""
    for number in range(1, _SENTENCES + 1):
        start = len(text)
        text += f"The {_MARK} of town {number} spoke."
        sentences.append(Sentence(number, start, len(text), paragraph=number))
        text += "\n"
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    return Article("probe", text, sha256, tuple(sentences), Published(), f"{_MARK} speaks")


def _marked(value: Any) -> Any:  # noqa: ANN401 - JSON-like values of any shape
    """Return ``value`` with its free text replaced by marked text; words of the closed lists stay."""
    if isinstance(value, str):
        return value if value.replace(" ", "_") in _CLOSED else f"{_MARK} spoke"
    if isinstance(value, dict):
        return {key: _marked(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_marked(inner) for inner in value]
    return value
