"""Fixtures that tests of commands share with others."""

from tests.prompt_folders import prompts  # noqa: F401 - a fixture
from tests.smollm2 import smollm2  # noqa: F401 -- a fixture
