"""A new store for each test that wants one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.archive.archives import new_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from extractor.archive.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Return an empty store."""
    with new_store(tmp_path) as opened:
        yield opened
