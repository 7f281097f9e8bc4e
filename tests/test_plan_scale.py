"""The arithmetic of ``tests/bench/plan_scale.py``, which docs/scale.md stands on."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parent / "bench" / "plan_scale.py"
COUNTED = {"asked": 100, "requests": 200, "tokens_in": 50_000, "tokens_out_max": 10_000}


def _run(said: str, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SCRIPT), *options]
    return subprocess.run(command, input=said, capture_output=True, text=True, timeout=60, check=False)  # noqa: S603 - our own script


def test_a_sample_is_multiplied() -> None:
    """Each column is the sample's figure per article times the articles, over the rate that limits it."""
    estimate = json.dumps({"counted": COUNTED, "cost_usd_max": 2.0})
    options = ("--articles", "3600", "--cpu-per-thousand", "1000", "--stored-per-second", "1", "--rpm", "60")
    printed = _run(estimate, *options, "--served-tps", "500", "--kilobytes", "1000").stdout.splitlines()
    cells = [cell.strip() for cell in printed[2].strip("|").split("|")]
    # 3,600 s of CPU, 3,600 s of the store, 7,200 requests at one a second, 500 tokens an article at 500 a second.
    assert cells == ["3,600", "1.0", "1.0", "2", "1", "2", "0", "72", "3.6"]


def test_without_an_estimate_it_says_what_it_wants() -> None:
    """Neither nothing nor something else is a stack trace."""
    for said in ("", "{}", json.dumps({"counted": COUNTED | {"asked": 0}})):
        ended = _run(said)
        assert (ended.returncode, ended.stdout) == (1, "")
        assert ended.stderr.startswith("there is no estimate")
