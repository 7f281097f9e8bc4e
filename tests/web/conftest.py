"""Fixtures that tests of pages share."""

from tests.chromium import browse  # noqa: F401 - a fixture
