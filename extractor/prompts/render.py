r"""Words an article: a prompt version, a step and an article in, the chat messages out.

Templates are Jinja in its immutable sandbox. They see plain strings and numbers only, undefined names are errors,
there is nothing random and no loader that reaches beyond the version's own folder, and the article is always a value:
its text is never parsed as a template, here or later. What a template may use (docs/prompts.md):

=============  ======================  ==========================================================
name           in                      holds
=============  ======================  ==========================================================
``values``     all                     ``[values]`` of prompt.toml
``article``    user, assistant         :class:`extractor.prompts.shown.Shown`
``nonce``      user, assistant         the code for the two lines around the article
``window``     the same, per window    list of the lines asked about
``sentence``   the same, per sentence  the :class:`extractor.prompts.shown.Line` asked about
``event``      the same, per event     the event asked about, as an earlier step replied it
``previous``   the same                replies of earlier steps by step name, where there are any
=============  ======================  ==========================================================

System messages and examples are worded without the article, so they are byte-identical for all articles: a server can
keep them in its prefix cache, and we word them once per process.
"""

from __future__ import annotations

import json
import traceback
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from extractor.errors import PromptError
from extractor.llm.boundary import Message
from extractor.prompts.examples import compact_json, read_examples
from extractor.prompts.lock import tagged_sha256
from extractor.prompts.shown import line_of, nonce_for, plain_values, show, strings_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import jinja2

    from extractor.articles.article import Article, Sentence
    from extractor.prompts.examples import Example
    from extractor.prompts.registry import Prompt, Source, Step

BYTES_PER_TOKEN: Final = 4
"""UTF-8 bytes per token of English under today's tokenizers, as a rule of thumb; fewer for JSON and other scripts."""
TOKENS_PER_MESSAGE: Final = 4
"""What a chat template adds around each message."""


def render(  # noqa: PLR0913 - the article and what is asked about it, all by name
    prompt: Prompt,
    step: Step | str,
    article: Article,
    *,
    window: Sequence[Sentence] | None = None,
    sentence: Sentence | None = None,
    event: Mapping[str, Any] | None = None,
    previous: Mapping[str, Any] | None = None,
) -> tuple[Message, ...]:
    """Return the messages of one step for ``article``, exactly as they are sent.

    Args:
        prompt: The prompt version.
        step: One of its steps, or the name of one.
        article: The article to show.
        window: The sentences asked about, for a step per window.
        sentence: The sentence asked about, for a step per sentence.
        event: The event asked about (JSON-like), for a step per event.
        previous: Replies of earlier steps (JSON-like), by step name.

    Raises:
        PromptError: A template fails, or the step needs a window, sentence or event that is not given.
    """
    step = prompt.step(step) if isinstance(step, str) else step
    context = _context(prompt, step, article, {"window": window, "sentence": sentence, "event": event}, previous)
    asked = (_message(prompt, source, context) for source in step.messages if not source.fixed)
    return (*opening(prompt, step), *asked)


@lru_cache(maxsize=128)
def opening(prompt: Prompt, step: Step) -> tuple[Message, ...]:
    """Return the messages of ``step`` that are the same for every article: system messages and examples."""
    messages: list[Message] = []
    for index, source in enumerate(step.messages):
        if source.role == "system":
            messages.append(_message(prompt, source, {"values": prompt.values}))
        elif source.role == "examples":
            asked_by = [later for later in step.messages[index:] if not later.fixed]
            for example in examples_of(prompt, source.file):
                messages += _turns(prompt, step, asked_by, example)
    return tuple(messages)


def examples_of(prompt: Prompt, file: str) -> tuple[Example, ...]:
    """Return the examples in ``file`` of this version; raise PromptError when it cannot be read."""
    return read_examples(prompt.files[file], f"{prompt.spec}: {file}")


def wording_digest(prompt: Prompt) -> str:
    """Return the tagged SHA-256 over all messages that are the same for every article (see the lock)."""
    said = [[step.name, m.role, m.content] for step in prompt.steps for m in opening(prompt, step)]
    return tagged_sha256(json.dumps(said, ensure_ascii=True).encode())


def estimate_tokens(messages: Sequence[Message]) -> int:
    """Return about how many tokens ``messages`` are; within a fifth for English, low for other scripts."""
    return sum(-(-len(m.content.encode()) // BYTES_PER_TOKEN) + TOKENS_PER_MESSAGE for m in messages)


def _turns(prompt: Prompt, step: Step, asked_by: Sequence[Source], example: Example) -> list[Message]:
    """Word one example as the question that a real article would get, and its reply."""
    whole = [s for s in example.article.sentences if not s.furniture]
    given = {"window": whole, "sentence": example.sentence, "event": example.event}
    context = _context(prompt, step, example.article, given, None)
    asked = [_message(prompt, source, context) for source in asked_by]
    return [*asked, Message("assistant", example.reply)]


def _context(
    prompt: Prompt,
    step: Step,
    article: Article,
    given: Mapping[str, Any],
    previous: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """Return what the templates that show the article may use."""
    if given.get(step.per, article) is None:
        message = f"{prompt.spec}: step {step.name!r} asks about one {step.per}, and none is given."
        raise PromptError(message, hint="extractor prompts render takes --sentences or --event.")
    shown = show(article, mark_furniture=prompt.values.get("furniture") == "mark")
    context: dict[str, Any] = {"values": prompt.values, "article": shown}
    texts: list[str] = []  # beside those of ``shown``
    if step.per == "window":
        known = {line.number: line for line in shown.lines}
        context["window"] = [known.get(s.number) or line_of(article, s) for s in given["window"]]
        texts += [str(line) for line in context["window"] if line.number not in known]
    if step.per == "sentence":
        context["sentence"] = line_of(article, given["sentence"])
        texts.append(str(context["sentence"]))
    if step.per == "event":
        context["event"] = plain_values(given["event"])
    if previous is not None:
        context["previous"] = plain_values(previous)
    texts += strings_in([context.get("event"), context.get("previous")])
    return context | {"nonce": nonce_for(prompt.digest, shown.sha256, texts, shown.folded)}


def _message(prompt: Prompt, source: Source, context: Mapping[str, Any]) -> Message:
    try:
        content = _environment(prompt).get_template(source.file).render(context)
    except Exception as error:  # a template may raise whatever Python may
        raise PromptError(f"{prompt.spec}: {source.file}{_line(error)}: {error}", hint=_HINT) from error
    return Message(source.role, content.strip("\n"))  # type: ignore[arg-type] # "examples" has no template


_HINT: Final = "docs/prompts.md lists what a template may use."


def _line(error: Exception) -> str:
    """Say on which line of the template ``error`` arose, where Jinja tells."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == "<template>"]
    number = getattr(error, "lineno", None) or (lines[-1] if lines else None)
    return f", line {number}" if number else ""


@lru_cache(maxsize=32)
def _environment(prompt: Prompt) -> jinja2.Environment:
    """Return the sandbox that holds the templates of ``prompt``, each compiled at its first use and then kept."""
    from jinja2 import DictLoader, StrictUndefined  # noqa: PLC0415 - only needed to word an article
    from jinja2.sandbox import ImmutableSandboxedEnvironment  # noqa: PLC0415 - same

    environment = ImmutableSandboxedEnvironment(
        loader=DictLoader({name: text for name, text in prompt.files.items() if name.endswith(".jinja")}),
        undefined=StrictUndefined,
        autoescape=False,  # chat messages are no HTML; escaping would change the article's words
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    environment.globals.clear()  # lipsum is random, and a prompt needs none of them
    del environment.filters["random"]
    environment.filters["tojson"] = compact_json  # Jinja's own escapes < and > for HTML
    return environment
