"""A small labelled set on disk, and single changes to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FERRY = """Varde Bay, 7 March 2011 - A ferry sank off Sollund on Sunday.
At least 17 passengers drowned, the harbour master said.

Two crew members are missing. The Union of Seamen blamed the owner, Baltic Lines, on Monday.
"""
CHESS = "Varde. The under-12 chess cup ended with a draw on Saturday.\n"
BARRACKS = "Soldiers took over the barracks at Tarnow on Friday. Minister Jan Kruk called it theft.\n"

FERRY_LABEL = """
id = "dk-2011-ferry"
published = 2011-03-07
kind = "wire"
country = "DNK"
traps = ["accusation"]

[[events]]
type = "disaster_accident"
evidence = ["A ferry sank off Sollund on Sunday."]
when = { words = "on Sunday", start = 2011-03-06, end = 2011-03-06 }
where = { words = "off Sollund", country = "DNK", settlement = "Sollund" }
targets = [["passengers"]]
counts = [
  { measure = "killed", words = "At least 17 passengers", min = 17, source = "the harbour master" },
  { measure = "missing", words = "Two crew members", min = 2, max = 2 },
]

[[events]]
type = "accusation"
standing = "other"
optional = true
evidence = ["The Union of Seamen blamed the owner, Baltic Lines, on Monday."]
when = { words = "on Monday", start = 2011-03-07, end = 2011-03-07 }
initiators = [["The Union of Seamen", "Union of Seamen"]]
targets = [["Baltic Lines", "the owner"]]
"""
CHESS_LABEL = """
id = "dk-2012-chess"
printed = false
kind = "sport"
"""
BARRACKS_LABEL = """
id = "pl-1996-barracks"
published = 1996-05-12
printed = false
kind = "regional"
country = "POL"

[[events]]
type = "nonviolent_transfer_of_territory"
evidence = ["Soldiers took over the barracks at Tarnow on Friday."]
when = { words = "on Friday", start = 1996-05-10, end = 1996-05-10 }
where = { words = "the barracks at Tarnow", country = "POL", settlement = "Tarnow" }
initiators = [["Soldiers"]]
"""

FILES = {
    "articles/dk-2011-ferry.txt": FERRY,
    "articles/dk-2012-chess.txt": CHESS,
    "articles/pl-1996-barracks.txt": BARRACKS,
    "labels/dk-2011-ferry.toml": FERRY_LABEL,
    "labels/dk-2012-chess.toml": CHESS_LABEL,
    "labels/pl-1996-barracks.toml": BARRACKS_LABEL,
}
"""A set without a flaw. The chess belongs to the half test, the others to dev."""


def write(folder: Path, files: Mapping[str, str | bytes | None] | None = None) -> Path:
    """Write :data:`FILES` with the changes of ``files`` (None leaves one out), and return the folder."""
    for name, content in {**FILES, **(files or {})}.items():
        if content is not None:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def changed(name: str, old: str, new: str) -> dict[str, str]:
    """Return the file ``name`` with ``old`` replaced; it must occur."""
    assert old in FILES[name]
    return {name: FILES[name].replace(old, new)}
