"""``extractor extract --dry-run``: the messages that would be sent, their tokens, and what they would cost at most.

Only the first step of a prompt version can be shown: what later steps ask follows from the replies to it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from extractor.articles.article import Article
from extractor.commands.choice import explanation, host_of, prompt_for
from extractor.commands.extract_run import NONE_SUCCEEDED, SOME_FAILED
from extractor.commands.formats import Format
from extractor.commands.output import open_sink
from extractor.llm.boundary import ModelInfo
from extractor.llm.endpoint import OPENAI_URL
from extractor.llm.open import chosen_model
from extractor.llm.prices import Prices
from extractor.llm.usage import Tokens
from extractor.pipeline import Extractor
from extractor.prompts.render import estimate_tokens
from extractor.render.progress import note
from extractor.render.terminal import clean_for_terminal
from extractor.render.wording import cost_words

if TYPE_CHECKING:
    from extractor.commands.extract_run import Request
    from extractor.llm.boundary import Answer, Ask, R
    from extractor.settings import ModelChoice, Settings


class AskNobody:
    """Stands where the model would, and proves that a dry run asks nothing."""

    @property
    def info(self) -> ModelInfo:
        """No model."""
        return ModelInfo("none", "none", "none")

    async def ask(self, ask: Ask[R]) -> Answer[R]:
        """Refuse: reaching this is a bug."""
        raise AssertionError(f"a dry run asked {ask!r}")


def dry_run(request: Request, settings: Settings) -> int:
    """Write what would be asked about each article, and return the exit code; nothing is sent or fetched."""
    choice = chosen_model(settings)
    extractor = Extractor(AskNobody(), prompt_for(settings, choice))
    if not request.quiet and (line := explanation(choice)):
        note(line)
    shown, failed = 0, 0
    with open_sink(request.output) as sink:
        for item in request.articles():
            if not isinstance(item, Article):
                note(f"error: {item.error} (hint: {item.error.hint})")
                failed += 1
                continue
            plan = plan_for(extractor, item, choice)
            data = request.format in {Format.JSON, Format.JSONL}
            sink.write(json.dumps(plan, ensure_ascii=False) + "\n" if data else as_text(plan))
            shown += 1
        if shown:
            sink.keep()
    return NONE_SUCCEEDED if not shown else SOME_FAILED if failed else 0


def plan_for(extractor: Extractor, article: Article, choice: ModelChoice) -> dict[str, Any]:
    """Return the requests of the first step with their messages, and bounds for tokens and cost.

    Tokens are estimates (4 bytes each); the output bound is the cap that the prompt version sets, reached only by a
    reply that runs away. ``cost_usd_max`` is None where no price is known.
    """
    prompt = extractor.prompt
    requests: list[dict[str, Any]] = [
        {
            "step": step.name,
            "tokens_in": estimate_tokens(messages),
            "tokens_out_max": step.parameters.max_tokens,
            "messages": [{"role": message.role, "content": message.content} for message in messages],
        }
        for step, messages in extractor.first_messages(article)
    ]
    tokens = Tokens(
        read=sum(request["tokens_in"] for request in requests),
        cached=0,
        written=sum(request["tokens_out_max"] for request in requests),
        reasoning=0,
    )
    prices = Prices(choice.name, choice.base_url or OPENAI_URL, free=choice.kind == "embedded")
    cost, price_date = prices.cost(tokens)
    return {
        "article": {"id": article.id, "source": article.source, "sentences": len(article.sentences)},
        "model": choice.name,
        "endpoint": host_of(choice),
        "prompt": prompt.spec,
        "requests": requests,
        "then": [{"step": step.name, "per": step.per} for step in prompt.steps[1:]],
        "tokens_in": tokens.read,
        "tokens_out_max": tokens.written,
        "cost_usd_max": cost,
        "price_date": price_date,
    }


def as_text(plan: dict[str, Any]) -> str:
    """Return the plan for people, every line of it safe to show."""
    lines = [f"=== {plan['article']['source']}: {plan['prompt']} to {plan['model']} at {plan['endpoint']}"]
    for number, request in enumerate(plan["requests"], start=1):
        lines.append(f"--- request {number}, step {request['step']}: about {request['tokens_in']:,} tokens")
        for message in request["messages"]:
            lines += [f"[{message['role']}]", *message["content"].split("\n")]
    later = "".join(f", then step {step['step']} once per {step['per']}" for step in plan["then"])
    count = len(plan["requests"])
    requests = "1 request" if count == 1 else f"{count} requests"
    lines.append(
        f"--- {requests}{later}: about {plan['tokens_in']:,} tokens in, at most {plan['tokens_out_max']:,} out, "
        f"{cost_words(plan['cost_usd_max'])}{'' if plan['cost_usd_max'] is None else ' at most'}"
    )
    return "\n".join(clean_for_terminal(line) for line in [*lines, ""]) + "\n"
