"""Fixtures that tests of commands share with others."""

from tests.smollm2 import smollm2  # noqa: F401 -- a fixture
