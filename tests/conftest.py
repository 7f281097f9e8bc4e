"""What holds for every test: no network, no keys, no money (see ``guard.py``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests import guard

if TYPE_CHECKING:
    from collections.abc import Iterator

guard.install()


@pytest.fixture(autouse=True)
def _no_network() -> Iterator[None]:
    """Fail a test that tried to leave this machine, also where the code under test swallowed the refusal."""
    guard.attempts.clear()
    yield
    tried = guard.attempts.copy()
    guard.attempts.clear()
    assert not tried, f"this test tried to leave the machine: {tried}"
