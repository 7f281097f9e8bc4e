"""Run every check that a change has to pass: ``python scripts/check.py``, or some of them: ``… lint types``.

All of them run, also after one has failed, and the failed ones are named at the end. ``.ci/run`` runs the same, and the
long suites besides.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT = Path(__file__).parents[1]

PYTHON = (sys.executable, "-m")

CHECKS: dict[str, tuple[str, ...]] = {
    "lint": (*PYTHON, "ruff", "check", "."),
    "format": (*PYTHON, "ruff", "format", "--check", "--quiet", "."),
    "types": (*PYTHON, "mypy"),
    "imports": (str(Path(sys.executable).with_name("lint-imports")), "--no-cache", "--no-logo"),
    "licences": (sys.executable, "scripts/licences.py"),
    "floor": (*PYTHON, "extractor", "eval", "baseline"),
    "docs": (sys.executable, "scripts/command_reference.py", "--check"),
    "datasheet": (sys.executable, "scripts/datasheet.py", "--check"),
    "screenshots": (sys.executable, "scripts/screenshots.py", "--check"),
    "tests": (*PYTHON, "pytest", "-n", "auto", "--dist", "worksteal"),
}
"""What is checked, in this order: the quick ones first."""


def main(names: Sequence[str], checks: Mapping[str, Sequence[str]] = CHECKS) -> int:
    """Run the named checks, or all; return 1 when one fails, 2 when there is none of that name."""
    unknown = [name for name in names if name not in checks]
    if unknown:
        print(f"no such check: {', '.join(unknown)}; there are {', '.join(checks)}", file=sys.stderr)
        return 2
    failed = []
    for name in names or checks:
        print(f"== {name}", flush=True)
        started = time.monotonic()
        if subprocess.run(checks[name], cwd=ROOT, check=False).returncode:  # noqa: S603 - the commands above
            failed.append(name)
        print(f"== {name}: {'FAILED' if name in failed else 'ok'}, {time.monotonic() - started:.0f} s", flush=True)
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
