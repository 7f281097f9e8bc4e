"""Text that is safe to show on a terminal, and the consoles that show it.

Articles and model replies are hostile input to a terminal: an ESC sequence can retitle the window, write the
clipboard, hide text or answer on the user's behalf; a bidi override can make a sentence read backwards; rich's own
markup can crash or make live links. So all such text passes :func:`clean_for_terminal` and is shown as
:class:`rich.text.Text`, which is never parsed as markup.
"""

from __future__ import annotations

import sys
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

_SPACES = "\t\n\v\f\r\x85\u2028\u2029"
"""Become one space each: the caller lays out lines, the text does not."""

_INVISIBLE = (
    (0x00AD, 0x00AD),  # soft hyphen
    (0x061C, 0x061C),  # Arabic letter mark
    (0x180E, 0x180E),  # Mongolian vowel separator
    (0x200B, 0x200B),  # zero width space; its neighbours, the joiners, spell Persian and Hindi words and stay
    (0x200E, 0x200F),  # left-to-right and right-to-left mark
    (0x202A, 0x202E),  # bidi embeddings and overrides
    (0x2060, 0x206F),  # word joiner, invisible operators, bidi isolates, deprecated format characters
    (0xFEFF, 0xFEFF),  # byte order mark
    (0xFFF9, 0xFFFB),  # interlinear annotation
    (0xE0000, 0xE007F),  # tags: whole hidden sentences
)
"""Ranges that show nothing and change how other text is shown or read; they are left out."""


def _table() -> dict[int, str]:
    """Map each unwanted code point to what is shown in its place."""
    table = {code: chr(0x2400 + code) for code in range(0x20)}  # ESC becomes the one-column picture of ESC
    table[0x7F] = "\u2421"
    table.update(dict.fromkeys(range(0x80, 0xA0), "\ufffd"))  # C1: 0x9b alone starts a sequence on some terminals
    table.update(dict.fromkeys(range(0xD800, 0xE000), "\ufffd"))  # lone surrogates can't be written at all
    for first, last in _INVISIBLE:
        table.update(dict.fromkeys(range(first, last + 1), ""))
    table.update({ord(space): " " for space in _SPACES})
    return table


_CLEAN = _table()


def clean_for_terminal(text: str) -> str:
    """Return ``text`` on one line, with control characters made visible and invisible format characters left out.

    Nothing that remains can move the cursor, start an escape sequence or reorder text. The length may change.
    """
    # Nothing that is replaced is printable, and asking is twenty times as quick: most text has none of it.
    return text if text.isprintable() else text.translate(_CLEAN)


def make_console(stream: IO[str] | None = None, *, width: int | None = None) -> Console:
    """Return a console on ``stream`` (standard output by default) that takes text literally.

    Colours follow ``NO_COLOR``, ``FORCE_COLOR``, ``TERM`` and whether the stream is a terminal; the width follows
    ``COLUMNS`` and the terminal, and is 100 elsewhere, so that a redirected table does not depend on a window.
    """
    from rich.console import Console  # noqa: PLC0415 - rich costs 0.1 s; JSON in a pipe never needs it

    console = Console(
        file=stream or sys.stdout, width=width, markup=False, highlight=False, emoji=False, soft_wrap=False
    )
    if width is None and not console.is_terminal and "COLUMNS" not in console._environ:  # noqa: SLF001 - no public name
        console.width = 100
    return console


def is_terminal(stream: IO[str]) -> bool:
    """Say whether a person reads ``stream``; a closed one has no reader."""
    try:
        return stream.isatty()
    except ValueError:
        return False


def write_utf8(stream: IO[str]) -> None:
    """Make ``stream`` write UTF-8 whatever the locale says; what can't be encoded is escaped, never an error."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(encoding="utf-8", errors="backslashreplace")
