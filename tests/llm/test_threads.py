"""Choosing threads: the free cores, never more, and spinning only on an idle machine."""

from __future__ import annotations

import pytest

from extractor.llm.threads import SPIN, Threads, busy_cores, choose_threads, threads_for, usable_cores


@pytest.mark.parametrize(
    ("cores", "busy", "threads", "poll"),
    [
        (2, 0.0, 2, SPIN),
        (2, 0.3, 2, SPIN),
        (2, 0.5, 1, 0),
        (2, 1.0, 1, 0),
        (2, 2.0, 1, 0),
        (1, 0.0, 1, SPIN),
        (1, 1.0, 1, SPIN),
        (8, 3.1, 5, 0),
        (64, 0.0, 8, SPIN),
        (64, 40.0, 8, SPIN),
        (64, 60.0, 4, 0),
    ],
)
def test_threads_get_the_cores_that_are_free(cores: int, busy: float, threads: int, poll: int) -> None:
    """At least one thread, at most one for each core that others leave free, and eight at most."""
    assert threads_for(cores, busy) == Threads(threads=threads, batch_threads=threads, poll=poll)


def _stat(*cores: tuple[int, int]) -> str:
    """Return ``/proc/stat`` for cores with the given busy and idle ticks; guest time is counted twice by the kernel."""
    lines = [f"cpu{n} {busy} 0 0 {idle} 0 0 0 0 7 0" for n, (busy, idle) in enumerate(cores)]
    return "\n".join(["cpu  1 2 3 4 5 6 7 8 9 10", *lines, "intr 1 2 3", "cpufreq 1"])


@pytest.mark.parametrize(
    ("cores", "before", "after", "busy"),
    [
        ({0, 1}, [(10, 90), (50, 50)], [(10, 190), (150, 50)], 1.0),
        ({0, 1}, [(0, 0), (0, 0)], [(25, 75), (50, 50)], 0.75),
        ({0}, [(0, 0), (0, 0)], [(0, 100), (100, 0)], 0.0),
        ({0, 1}, [(5, 5), (5, 5)], [(5, 5), (5, 5)], 0.0),
        ({0, 7}, [(0, 0)], [(100, 0)], 1.0),
    ],
)
def test_busy_cores_are_read_from_the_kernels_times(
    cores: set[int], before: list[tuple[int, int]], after: list[tuple[int, int]], busy: float
) -> None:
    """Only the cores that we may use count, and only what happened between the two looks."""
    looks = iter([_stat(*before), _stat(*after)])
    assert busy_cores(cores, lambda: next(looks), lambda _: None) == pytest.approx(busy, abs=0.05)


def test_without_kernel_times_the_machine_counts_as_idle() -> None:
    """Where nobody can tell what the machine is doing, all usable cores are taken."""
    assert choose_threads(lambda: "", lambda _: None) == threads_for(len(usable_cores()), 0.0)


def test_a_real_look_at_this_machine_gives_a_possible_choice() -> None:
    """On this very machine the choice lies between one thread and all usable cores."""
    chosen = choose_threads()
    assert 1 <= chosen.threads <= len(usable_cores())
    assert chosen.poll in {0, SPIN}
