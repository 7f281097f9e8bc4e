"""A page inside a frame of a given width, and a script of the test that looks at it: the page itself runs none."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

WAIT = ("--allow-file-access-from-files", "--virtual-time-budget=3000", "--dump-dom")


def framed(folder: Path, page: Path, width: int, script: str, fragment: str = "") -> Path:
    """Write a page that shows ``page`` in a frame of ``width`` pixels and runs ``script`` when it has loaded."""
    frame = folder / "frame.html"
    style = f"width:{width}px;height:900px;border:0"
    loaded = f"setTimeout(()=>{{const d=f.contentDocument;{script}}},300)"
    run = f"const f=document.querySelector('iframe');f.onload=()=>{loaded}"
    frame.write_text(f"<body><iframe style='{style}' src='{page.name}{fragment}'></iframe><script>{run}</script>")
    return frame
