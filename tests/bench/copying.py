"""What a model writes when it has to copy its quotes: the same fields, with quotes in place of sentence numbers.

The yardstick for output tokens. One call, the same article, the same model, the same compact JSON.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, create_model

from extractor.events.reply import LiteEvent
from extractor.llm.boundary import Ask, Message, Parameters

if TYPE_CHECKING:
    from extractor.articles.article import Article

MOST_EVENTS = 10
MAX_TOKENS = 4000

Quote = Annotated[str, Field(max_length=700)]

_FIELDS: dict[str, Any] = {
    "quotes": (Annotated[tuple[Quote, ...], Field(min_length=1, max_length=6)], ...),
    **{name: (field.annotation, field) for name, field in LiteEvent.model_fields.items() if name != "sentences"},
}
CopyingEvent: Any = create_model("CopyingEvent", __config__=ConfigDict(extra="forbid", allow_inf_nan=False), **_FIELDS)
"""``LiteEvent`` with ``quotes``, the sentences word for word, in place of ``sentences``."""


class CopyingReply(BaseModel, extra="forbid", allow_inf_nan=False):
    """The events of an article, each with its quotes."""

    events: Annotated[tuple[CopyingEvent, ...], Field(min_length=1, max_length=MOST_EVENTS)]


SYSTEM = f"""You read a news article and list the separate events it reports, at most {MOST_EVENTS}, as JSON.
quotes: the sentences that report the event, copied word for word. when, place: the article's words, or null.
initiators: who did it. targets: to whom. counts: numbers of persons in the article's words. summary: one sentence."""

EXAMPLE = (
    "A ferry carrying 120 people hit a pier in Port Salu on Monday evening, injuring 34, the coast guard said.\n"
    "Police later detained the captain."
)
EXAMPLE_REPLY = CopyingReply(
    events=tuple(
        CopyingEvent(
            quotes=(quote,), type=kind, standing=standing, when=when, place=place, country=None, initiators=by,
            participants=(), targets=to, counts=counts, speakers=speakers, summary=summary,
        )
        for quote, kind, standing, when, place, by, to, counts, speakers, summary in (
            (
                EXAMPLE.splitlines()[0], "disaster_accident", "main", "on Monday evening", "a pier in Port Salu", (),
                ("a ferry",), ({"measure": "injured", "who": "all", "words": "34", "source": None},),
                ("the coast guard",),
                "A ferry hit a pier in Port Salu, injuring 34 people.",
            ),
            (
                EXAMPLE.splitlines()[1], "arrests", "other", None, None, ("Police",), ("the captain",), (), (),
                "Police detained the captain of the ferry.",
            ),
        )
    )
)  # fmt: skip


def ask_for_copies(article: Article) -> Ask[CopyingReply]:
    """Return the question about ``article``, page furniture left out."""
    body = "\n".join(article.quote(s.number) for s in article.sentences if not s.furniture)
    example = (Message("user", EXAMPLE), Message("assistant", EXAMPLE_REPLY.model_dump_json()))
    messages = (Message("system", SYSTEM), *example, Message("user", body))
    return Ask(messages, CopyingReply, Parameters(max_tokens=MAX_TOKENS))
