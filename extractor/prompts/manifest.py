"""What ``prompt.toml`` may say: the one doorway from a prompt folder's raw text to typed values.

Everything is closed (``extra="forbid"``) and all problems of a file are reported at once, each with its path
(``steps[0].messages[1].role``), so that a typing error in a key never goes unnoticed.

Two rules keep requests cheap and safe. Messages that never mention the article (``system``, ``examples``) stand before
those that do, so that a server can reuse the prefix they share across articles; and the last message is the user's.
"""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from extractor.errors import PromptError

if TYPE_CHECKING:
    from collections.abc import Mapping

MANIFEST: Final = "prompt.toml"
FILE_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}\.(?:toml|jinja|md)")
"""A file that belongs to a prompt version. Lower case, so that no file system folds two names into one."""

Role = Literal["system", "user", "assistant"]
Per = Literal["article", "window", "sentence", "event"]
Scalar = str | int | float | bool
Value = Scalar | list[Scalar] | dict[str, Scalar]
_Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
_ReplyName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}\.v[1-9][0-9]{0,3}$")]


class _Closed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class ParametersTable(_Closed):
    """``[parameters]``: sampling and caps; ``"none"`` leaves a parameter out of the request."""

    temperature: Annotated[float, Field(ge=0, le=2)] | Literal["none"] | None = None
    max_tokens: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    seed: Annotated[int, Field(ge=0)] | Literal["none"] | None = None


class MessageEntry(_Closed):
    """``[[steps.messages]]``: a template with its role, or a file of examples."""

    role: Role | None = None
    template: str | None = None
    examples: str | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if (self.template is None) == (self.examples is None):
            raise ValueError("needs either template (with a role) or examples")
        if (self.template is None) != (self.role is None):
            raise ValueError("a template needs a role; examples have none (their turns are user and assistant)")
        file, suffix = (self.template, ".jinja") if self.template is not None else (self.examples, ".toml")
        if not FILE_NAME.fullmatch(file or "") or not (file or "").endswith(suffix):
            raise ValueError(f"{file!r} is no file name of this folder (lower case, ending in {suffix})")
        return self

    @property
    def fixed(self) -> bool:
        """Whether it is worded without the article, and so the same for every article."""
        return self.role in (None, "system")


class StepTable(_Closed):
    """``[[steps]]``: one question put to the model, per article, window of sentences, sentence or event."""

    name: _Slug
    reply: _ReplyName
    per: Per = "article"
    messages: Annotated[tuple[MessageEntry, ...], Field(min_length=1, max_length=20)]
    parameters: ParametersTable = ParametersTable()

    @model_validator(mode="after")
    def _fixed_first(self) -> Self:
        fixed = [entry.fixed for entry in self.messages]
        if fixed != sorted(fixed, reverse=True):
            raise ValueError("system messages and examples stand before the messages that show the article")
        if self.messages[-1].role != "user":
            raise ValueError('the last message must have role = "user"')
        return self


class Manifest(_Closed):
    """``prompt.toml`` as a whole."""

    why: Annotated[str, Field(min_length=10, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
    reply: _ReplyName
    parameters: ParametersTable = ParametersTable()
    values: dict[_Slug, Value] = {}
    steps: Annotated[tuple[StepTable, ...], Field(min_length=1, max_length=8)]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        names = [step.name for step in self.steps]
        if len(set(names)) < len(names):
            raise ValueError("two steps have the same name")
        if self.values.get("furniture", "drop") not in ("drop", "mark"):
            raise ValueError('values.furniture is "drop" or "mark"')
        return self


def read_manifest(text: str, spec: str) -> Manifest:
    """Return the parsed ``prompt.toml`` of ``spec``; raise PromptError with every problem in it."""
    try:
        raw: Mapping[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PromptError(f"{spec}: {MANIFEST} is no TOML: {error}", hint="Mend the line it names.") from error
    try:
        return Manifest.model_validate(raw)
    except ValidationError as error:
        problems = "; ".join(f"{_path(p['loc'])}: {p['msg'].removeprefix('Value error, ')}" for p in error.errors())
        hint = "docs/prompts.md explains every key."
        raise PromptError(f"{spec}: {MANIFEST} has {error.error_count()} problem(s): {problems}", hint=hint) from error


def _path(loc: tuple[int | str, ...]) -> str:
    """Write a pydantic location as ``steps[0].reply``."""
    written = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc)
    return written.removeprefix(".") or "the file"
