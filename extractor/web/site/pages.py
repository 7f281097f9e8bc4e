"""What every page of the site is: a template, one style sheet, a policy that allows no more, and errors as pages too.

The policy lets the browser run the two script files that the server itself gives out, apply the page's own style
sheet, and talk to this server only. Everything can be read and every form can be sent without a script.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Final

from fastapi.responses import HTMLResponse

from extractor.errors import UsageError
from extractor.web.templates import policy_hash, style_sheet, template

if TYPE_CHECKING:
    from extractor.errors import ExtractorError

_POLICY: Final = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src '{style}'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_NOT_FOUND, _FAILED = 404, 500


@functools.cache
def _styles(names: tuple[str, ...]) -> str:
    return "\n".join(style_sheet(name) for name in names)


def page(name: str, *styles: str, status: int = 200, more_style: str = "", **shown: Any) -> HTMLResponse:  # noqa: ANN401 - templates take anything
    """Return a page of the site.

    Args:
        name: Its template, below ``site/``.
        styles: Style sheets of the package, before the site's own.
        status: HTTP status.
        more_style: Rules that belong to just this page.
        shown: What the template shows.
    """
    style = _styles((*styles, "site/site.css")) + more_style
    text = template(f"site/{name}").render(style=style, **shown)
    # Texts may hold lone surrogates, which no encoding of a page knows.
    body = text.encode("utf-8", "replace")
    return HTMLResponse(body, status, {"Content-Security-Policy": _POLICY.format(style=policy_hash(style))})


def error_page(error: ExtractorError) -> HTMLResponse:
    """Return what went wrong, in the words of the command line."""
    status = _NOT_FOUND if isinstance(error, UsageError) else _FAILED
    return page("error.html.jinja", "eval_page.css", status=status, message=str(error), hint=error.hint)
