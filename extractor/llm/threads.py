"""How many threads the embedded model computes with, chosen from what the machine is doing when it starts.

Writing tokens stops at a barrier some hundred times per token, where every thread waits for the slowest. A thread that
has to share its core with another program therefore holds up all the others. On two cores the 1.5B model writes 7.9
tokens per second with one thread and 14 to 16 with two; beside one busy program 7.8 with one and 3.2 with two, or 1.2
if they spin while they wait (table in docs/decisions.md). So both writing and reading get the cores that nobody else
is using, at least one, and threads without work go to sleep at once (``poll`` 0) unless the machine is idle.
"""

from __future__ import annotations

import math
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

SAMPLE_SECONDS = 0.25
"""Twenty-five ticks of the kernel's clock on each core; a shorter look would count one tick as ten per cent."""
MOST_THREADS = 8
"""Writing tokens is bound by memory and stops gaining long before this; never more without a measurement."""
SPARE = 0.35
"""A core counts as free while others use less than this share of it."""
SPIN = 50
"""llama.cpp's own default for threads that wait, in per cent."""


@dataclass(frozen=True, slots=True)
class Threads:
    """Threads for writing tokens and for reading prompts, and whether they spin while they wait (0: never)."""

    threads: int
    batch_threads: int
    poll: int


def choose_threads(read: Callable[[], str] | None = None, wait: Callable[[float], None] = time.sleep) -> Threads:
    """Look at the machine for a quarter of a second and choose.

    Args:
        read: Returns the kernel's CPU times in the form of ``/proc/stat``; None: from that file.
        wait: Waits the given seconds between two looks.
    """
    cores = usable_cores()
    return threads_for(len(cores), busy_cores(cores, read or _kernel_times, wait))


def threads_for(cores: int, busy: float) -> Threads:
    """Return the threads for a machine with ``cores`` usable cores of which other programs use ``busy``."""
    free = max(1, min(cores, math.floor(cores - busy + SPARE), MOST_THREADS))
    idle = free == min(cores, MOST_THREADS)
    return Threads(threads=free, batch_threads=free, poll=SPIN if idle else 0)


def usable_cores() -> set[int]:
    """Return the numbers of the cores that this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return set(os.sched_getaffinity(0))
    return set(range(os.cpu_count() or 1))


def busy_cores(cores: set[int], read: Callable[[], str], wait: Callable[[float], None]) -> float:
    """Return how many of the cores others used between two looks, as a sum of shares; 0.0 where nobody can tell."""
    first, own = _times(read(), cores), time.process_time()
    wait(SAMPLE_SECONDS)
    second, own = _times(read(), cores), time.process_time() - own
    busy = 0.0
    for core in first.keys() & second.keys():
        total, idle = (after - before for before, after in zip(first[core], second[core], strict=True))
        busy += 1 - idle / total if total > 0 else 0.0
    return max(0.0, busy - own / SAMPLE_SECONDS)


def _times(stat: str, cores: set[int]) -> dict[int, tuple[int, int]]:
    """Return for each core the ticks in all and the idle ones (proc(5): user nice system idle iowait irq … steal)."""
    times = {}
    for line in stat.splitlines():
        name, *ticks = line.split()
        if name.startswith("cpu") and name[3:].isdecimal() and int(name[3:]) in cores:
            counts = [int(tick) for tick in ticks[:8]]
            times[int(name[3:])] = sum(counts), counts[3] + counts[4]
    return times


def _kernel_times() -> str:
    """Return ``/proc/stat``; empty on systems without it."""
    try:
        return Path("/proc/stat").read_text(encoding="ascii")
    except OSError:
        return ""
