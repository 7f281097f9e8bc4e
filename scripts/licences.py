"""Print the licence of every locked package, and fail when one is not permitted.

Permitted are MIT, BSD, 0BSD, Zlib, CC0, Apache, MPL, PSF and ISC licences, and LGPL ones because we only import such
packages. A choice ("MPL-1.1 OR GPL-2.0-only") is permitted when one of its alternatives is. What a package says of
itself is taken from its metadata: the licence expression, else the short licence field, else the classifiers, else the
first line of the licence that it carries. Packages
that this platform does not need are not installed, and are shown as such.
"""

from __future__ import annotations

import re
import sys
from importlib import metadata
from pathlib import Path

LOCK = Path(__file__).parents[1] / "requirements.lock"

_PERMITTED = re.compile(
    r"(?:The |3-Clause )?"
    r"(?:MIT|0?BSD|Zlib|CC0|Apache|MPL|Mozilla Public|PSF|Python Software|ISC|LGPL|GNU Lesser|CNRI-Python)"
)
_LONGEST_NAME = 60
"""Some packages put the whole text of the licence into the field for its name."""


def locked() -> list[str]:
    """Return the names of all packages in ``requirements.lock``."""
    return re.findall(r"^([A-Za-z0-9._-]+)==", LOCK.read_text(encoding="utf-8"), re.MULTILINE)


def licence_of(package: str) -> str | None:
    """Return what an installed package says of its licence ("" where it says nothing); None when not installed."""
    try:
        about = metadata.metadata(package)
    except metadata.PackageNotFoundError:
        return None
    classifiers = [line.split(" :: ")[-1] for line in about.get_all("Classifier") or [] if line.startswith("License")]
    field = str(about["License"] or "") if "License" in about else ""
    named = field if len(field) <= _LONGEST_NAME else ""
    named = named or " OR ".join(classifiers) or _headline(package)
    return str(about["License-Expression"]) if "License-Expression" in about else named


def _headline(package: str) -> str:
    """Return the first line of the licence that a package carries: "MIT License"; "" where there is none."""
    files = [file for file in metadata.files(package) or [] if file.parent.name == "licenses"]
    return files[0].read_text().strip().partition("\n")[0].strip() if files else ""


def permitted(licence: str) -> bool:
    """Say whether one of the alternatives consists of permitted licences only."""
    alternatives = (alternative.split(" AND ") for alternative in licence.strip("()").split(" OR "))
    return any(all(_PERMITTED.match(part.strip(" ()")) for part in parts) for parts in alternatives)


def main() -> int:
    """Print a table of packages and licences; return 1 when one is not permitted."""
    refused = []
    for package in locked():
        licence = licence_of(package)
        print(f"{package:28} {'not needed on this platform' if licence is None else licence or 'says nothing'}")
        if licence is not None and not permitted(licence):
            refused.append(package)
    if refused:
        print(f"not permitted: {', '.join(refused)}", file=sys.stderr)
    return int(bool(refused))


if __name__ == "__main__":
    sys.exit(main())
