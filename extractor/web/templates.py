"""What the pages share: templates that escape everything, a style sheet, and the policy that allows it and no more."""

from __future__ import annotations

import base64
import functools
import hashlib
from importlib import resources
from typing import TYPE_CHECKING

from extractor.render.terminal import clean_for_terminal

if TYPE_CHECKING:
    from jinja2 import Template


@functools.cache
def template(name: str) -> Template:
    """Return a template of this package; its filter ``shown`` is :func:`shown`."""
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - 30 ms that only pages need

    environment = Environment(
        loader=PackageLoader("extractor", "web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["shown"] = shown
    return environment.get_template(name)


def shown(text: object) -> str:
    """Make control characters visible and leave bidi overrides out, line by line: the page shows what is there."""
    return "\n".join(clean_for_terminal(line) for line in str(text).split("\n"))


def style_sheet(name: str) -> str:
    """Return a style sheet of this package."""
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


def policy_hash(style: str) -> str:
    """Return what the content security policy calls ``style``: the one thing on a page that a browser may apply."""
    return "sha256-" + base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
