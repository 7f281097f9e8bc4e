"""What goes out: instructor prepares a request once per reply type, parameters and setup; articles are spliced in.

instructor knows how a reply type travels in each mode and how to word a re-ask, but it takes 7 to 9 ms of CPU per call:
it generates the JSON schema again, walks the model and makes a new pydantic class (promises.md §2). So its handlers
(``instructor.v2.mode_registry``, the public registry that its own client is built on) run once on empty messages, and
what they prepared is kept as bytes around a gap for the messages. Its retry loop, its templating (``context=``, which
renders the article as a Jinja template) and its response models are never entered.

This module imports the SDKs at the top; the client imports it at the first question.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from instructor.v2 import Mode as InstructorMode
from instructor.v2 import Provider, mode_registry
from openai.types.chat import ChatCompletion

from extractor.llm.grammar import compact_grammar
from extractor.llm.schema import Schema, narrowed, reply_schema

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pydantic import BaseModel

    from extractor.llm.boundary import Message, Parameters
    from extractor.llm.endpoint import Mode, Setup
    from extractor.llm.lane import Completion

WireMessage = dict[str, Any]
"""A chat message as it goes over the wire."""

_MODES: dict[Mode, InstructorMode] = {
    "json_schema": InstructorMode.JSON_SCHEMA,
    "tools": InstructorMode.TOOLS,
    "json": InstructorMode.JSON,
    "grammar": InstructorMode.JSON_SCHEMA,
}
_PLAIN = {"role", "content"}
_GAP = "\x00"
_SCHEMA_GAP = "\x01"
_QUOTED = 40_000
"""Characters of an invalid reply that a re-ask repeats; an honest reply is far below, a hostile one may be 10 MB."""


@dataclass(frozen=True, slots=True)
class Form:
    """A prepared request body with a gap for the messages, and one for the schema where it can be narrowed."""

    head: bytes
    middle: bytes
    tail: bytes
    system: str
    """What instructor adds to the system message (the schema, in json mode); empty otherwise."""
    schema: Schema
    write: Callable[[Schema], Any] | None
    """Turns a schema into the value that fills the second gap; None where the schema is part of ``middle``."""
    written: bytes
    """The schema as it stands, in that form."""

    def messages(self, messages: Sequence[Message]) -> list[WireMessage]:
        """Return ``messages`` for the wire, with the schema where this mode puts it there."""
        wire = [{"role": m.role, "content": m.content} for m in messages]
        if self.system:
            if wire and wire[0]["role"] == "system":
                wire[0]["content"] += self.system
            else:
                wire.insert(0, {"role": "system", "content": self.system.strip()})
        return wire

    def body(self, messages: list[WireMessage], choices: Mapping[str, Sequence[str]] = MappingProxyType({})) -> bytes:
        """Return the request body; a lone surrogate, which UTF-8 cannot hold, goes out as a question mark."""
        written = self.written
        if choices and self.write is not None:
            written = _compact(self.write(narrowed(self.schema, choices))).encode("utf-8", "replace")
        # Rules and examples come first and are the same for each article; only what comes last is always new.
        said = [*map(_repeated, messages[:-1]), *map(_encoded, messages[-1:])]
        return b"".join((self.head, b"[", b",".join(said), b"]", self.middle, written, self.tail))


def _repeated(message: WireMessage) -> bytes:
    content = message.get("content")
    plain = message.keys() == _PLAIN and isinstance(content, str)
    return _known(message["role"], content) if plain else _encoded(message)


@lru_cache(maxsize=128)
def _known(role: str, content: str) -> bytes:
    """Return a message as it is written, from the last time; a request's fixed messages are most of its 25 kB."""
    return _encoded({"role": role, "content": content})


def _encoded(message: WireMessage) -> bytes:
    return _compact(message).encode("utf-8", "replace")


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@lru_cache(maxsize=128)
def prepare(reply: type[BaseModel], parameters: Parameters, setup: Setup, model: str) -> Form:
    """Let instructor prepare the request for ``reply``, and put our schema dialect in the place of its own.

    Raises:
        TypeError: The reply type cannot be sent safely (see :func:`extractor.llm.schema.reply_schema`).
    """
    schema = reply_schema(reply, setup.dialect)
    handlers = mode_registry.get_handlers(Provider.OPENAI, _MODES[setup.mode])
    probe = [{"role": "system", "content": _GAP}, {"role": "user", "content": _GAP}]
    _, request = handlers.request_handler(response_model=reply, kwargs={"messages": probe})
    system = request.pop("messages")[0]["content"].removeprefix(_GAP)
    system = system.replace(json.dumps(reply.model_json_schema(), indent=2, ensure_ascii=False), _compact(schema))
    strict = setup.dialect != "bounded" or setup.mode == "json_schema"
    write: Callable[[Schema], Any] | None = None
    if setup.mode == "json_schema":
        write = _itself if setup.dialect == "bounded" else None
        request["response_format"]["json_schema"] |= {"schema": _SCHEMA_GAP if write else schema, "strict": strict}
    elif setup.mode == "tools":
        function = request["tools"][0]["function"]
        said = {"description": "Takes your reply.", "parameters": schema} | ({"strict": True} if strict else {})
        request["tools"][0]["function"] = function | said
    elif setup.mode == "grammar":
        write = compact_grammar
        request = {"grammar": _SCHEMA_GAP}
    body = {"model": model, "messages": _GAP, **request, setup.cap_name: parameters.max_tokens + setup.allowance}
    for name in ("temperature", "seed"):
        value = getattr(parameters, name)
        if value is not None and name not in setup.dropped:
            body[name] = value
    head, rest = _compact(body).split(json.dumps(_GAP))
    middle, gap, tail = rest.partition(json.dumps(_SCHEMA_GAP))
    written = _compact(write(schema)) if write and gap else ""
    return Form(head.encode(), middle.encode(), tail.encode(), system, schema, write, written.encode())


def _itself(schema: Schema) -> Schema:
    return schema


def re_ask(mode: Mode, messages: list[WireMessage], said: Completion, problem: str) -> list[WireMessage]:
    """Return the first question's ``messages``, the invalid reply and instructor's request to correct it.

    The conversation is always built from the first question, so a second re-ask carries the second error only.
    """
    reply = said.message
    if len(_compact(reply)) > _QUOTED:
        reply = {"role": "assistant", "content": said.raw[:_QUOTED]}
    completion = ChatCompletion.construct(
        id="", created=0, model="", object="chat.completion", choices=[{"index": 0, "message": reply}]
    )
    handlers = mode_registry.get_handlers(Provider.OPENAI, _MODES[mode])
    kwargs = {"messages": list(messages)}
    asked: list[WireMessage] = handlers.reask_handler(kwargs, completion, ValueError(problem))["messages"]
    return asked
