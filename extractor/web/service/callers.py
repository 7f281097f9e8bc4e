"""Who may call a service beside its operator: a TOML file of names, tokens and limits.

::

    [newsroom]
    token = "3q2-7w…"            # 16 or more letters, digits, - and _
    budget = 5.0                 # US dollars since the service was started
    max_tokens_total = 2000000   # read and written
    concurrency = 2              # articles at once

    [students]
    token = "…"

Each limit may be left out. Whoever shows a token is that caller; the operator's own token has no limits but those of
the service. All callers see the same pages, runs and labels.
"""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Annotated, Final

from pydantic import Field, SecretStr, TypeAdapter, ValidationError

from extractor.errors import UsageError
from extractor.web.service.purses import Allowance

if TYPE_CHECKING:
    from pathlib import Path

OPERATOR: Final = "operator"
"""Who shows the token that ``extractor serve`` printed."""
TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{16,200}")
MOST: Final = 1_000


class Caller(Allowance):
    """One caller."""

    token: SecretStr

    @property
    def allowance(self) -> Allowance:
        """What they may do."""
        return Allowance.model_validate(self.model_dump(exclude={"token"}))


_FILE: Final = TypeAdapter(
    Annotated[
        dict[Annotated[str, Field(pattern="^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")], Caller],
        Field(min_length=1, max_length=MOST),
    ]
)


def read_callers(path: Path) -> dict[str, Caller]:
    """Return the callers in ``path``, by name.

    Raises:
        UsageError: It cannot be read, or something in it is wrong; all problems are named, no token is.
    """
    hint = "docs/serve.md shows such a file"
    try:
        found = _FILE.validate_python(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise UsageError(f"--callers {str(path)!r} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeError) as error:
        raise UsageError(f"--callers {str(path)!r} is no TOML: {error}", hint=hint) from error
    except ValidationError as error:
        said = (f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors(include_input=False))
        raise UsageError(f"--callers {str(path)!r}: {'; '.join(said)}", hint=hint) from None
    wrong = [name for name, caller in found.items() if not TOKEN.fullmatch(caller.token.get_secret_value())]
    if wrong:
        raise UsageError(f"--callers: the token of {', '.join(wrong)} is not 16 or more of letters, digits, - and _")
    if OPERATOR in found:
        raise UsageError(
            f"--callers: {OPERATOR!r} is whoever has the token that is printed", hint="choose another name"
        )
    if len({caller.token.get_secret_value() for caller in found.values()}) < len(found):
        raise UsageError("--callers: two callers have the same token", hint="give each their own")
    return found
