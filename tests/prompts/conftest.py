"""Fixtures that tests of prompts share with those of the command line."""

from tests.prompt_folders import article, prompts  # noqa: F401 - fixtures
