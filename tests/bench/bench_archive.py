"""Articles per second and CPU of a run beside its peers, all against one loopback server of fixed latency.

``python tests/bench/bench_archive.py [--peers PYTHON] [--share X] [--only NAME …]``. Each contender of
``contenders.py`` runs in a process of its own, one after the other, in two settings: 64 in flight and 50 ms (ideal
1,280 articles/s), 256 in flight and 300 ms (ideal 853). ``--peers`` names the interpreter of a virtual environment for
those that this one lacks (langextract); who is in neither is left out, with the reason. ``--share`` scales the number
of articles. Bars, in both settings: "ours: ask and store" reaches 0.90 of the ideal; where peers were measured, it is 5
times as fast as instructor's plain loop and 15 times as fast as langextract. Exit code 1: one is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.bench.fixed_latency import answering_after

SCRIPT: Final = Path(__file__).with_name("contenders.py")
SETTINGS: Final = ((64, 0.050), (256, 0.300))
COUNTS: Final = {
    "bare": (5000, "bare aiohttp loop, pydantic, SQLite"),
    "openai": (1500, "AsyncOpenAI, pydantic, SQLite"),
    "instructor": (800, "instructor's plain loop, SQLite"),
    "langextract": (400, "langextract"),
    "ours": (5000, "ours: ask and store"),
    "ours-0": (600, "ours: whole run, no worker"),
    "ours-1": (600, "ours: whole run, 1 worker"),
    "ours-2": (600, "ours: whole run, 2 workers"),
}
"""Articles that take each some seconds, and what it is."""
IDEAL_BAR: Final = 0.90
PEER_BARS: Final = {"instructor": 5.0, "langextract": 15.0}
LONGEST: Final = 120
"""Seconds that one contender may take."""


@dataclass(frozen=True, slots=True)
class Took:
    """What one contender took."""

    articles: int
    wall: float
    cpu: float
    memory: float

    @property
    def rate(self) -> float:
        """Articles per second."""
        return self.articles / self.wall


def measure(name: str, pythons: list[str], url: str, in_flight: int, count: int) -> Took | str:
    """Return what a contender took, or why it was not measured."""
    said = ""
    for python in pythons:
        command = [python, str(SCRIPT), name, url, str(in_flight), str(count)]
        done = subprocess.run(  # noqa: S603 - our own script
            command, capture_output=True, text=True, timeout=LONGEST, check=False, env=_environment()
        )
        if done.returncode == 0:
            return Took(**json.loads(done.stdout.splitlines()[-1]))
        said = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        if "ModuleNotFoundError" not in said:
            break
    return said


def _environment() -> dict[str, str]:
    """Return this environment without settings that choose a model."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("EXTRACTOR_", "OPENAI_"))}
    return kept | {"OPENAI_API_KEY": "x"}


def main() -> int:
    """Measure, print; return 1 when a bar is missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--peers", metavar="PYTHON", help="interpreter of an environment with further peers")
    parser.add_argument("--share", type=float, default=1.0, help="of the usual number of articles")
    parser.add_argument("--only", nargs="+", choices=COUNTS, default=list(COUNTS))
    given = parser.parse_args()
    pythons = [sys.executable, *([given.peers] if given.peers else [])]
    missed: list[str] = []
    for in_flight, delay in SETTINGS:
        ideal = in_flight / delay
        print(f"\n{in_flight} in flight, {delay * 1000:.0f} ms: at most {ideal:,.0f} articles/s; load {_load()}")
        print(f"{'':38} articles/s  of ideal  CPU s per 1,000  ours is  peak MB")
        found: dict[str, Took] = {}
        with answering_after(delay) as url:
            for name in sorted(given.only, key=lambda one: one != "ours"):
                count = max(2 * in_flight, int(COUNTS[name][0] * given.share))
                took = measure(name, pythons, url, in_flight, count)
                _tell(name, took, found.get("ours"), ideal)
                if isinstance(took, Took):
                    found[name] = took
        missed += [f"{in_flight} in flight: {bar}" for bar in _missed(found, ideal)]
    for bar in missed:
        print(f"MISSED {bar}")
    return int(bool(missed))


def _tell(name: str, took: Took | str, own: Took | None, ideal: float) -> None:
    what = COUNTS[name][1]
    if isinstance(took, str):
        print(f"{what:38} not measured: {took}", flush=True)
        return
    beside = f"{own.rate / took.rate:6.1f} ×" if own else " " * 8
    figures = f"{took.rate:10,.0f}  {took.rate / ideal:8.2f}  {took.cpu / took.articles * 1000:15.2f}"
    print(f"{what:38} {figures} {beside} {took.memory:8.0f}", flush=True)


def _missed(found: dict[str, Took], ideal: float) -> list[str]:
    if "ours" not in found:
        return []
    own = found["ours"].rate
    missed = [] if own >= IDEAL_BAR * ideal else [f"ask and store reach {own / ideal:.2f} of {IDEAL_BAR} of the ideal"]
    for name, bar in PEER_BARS.items():
        if name in found and own < bar * found[name].rate:
            missed.append(f"{own / found[name].rate:.1f} × {name}, of {bar:.0f}")
    return missed


def _load() -> str:
    return f"{os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"


if __name__ == "__main__":
    sys.exit(main())
