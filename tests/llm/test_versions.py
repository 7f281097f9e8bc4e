"""The resolved SDK versions, and that nothing loads them before a model is asked."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import requires, version

import pytest
from packaging.requirements import Requirement
from packaging.version import Version


@pytest.mark.parametrize(
    ("package", "least", "below"),
    [("instructor", "1.17", "2"), ("openai", "3", "4"), ("tenacity", "9.1", "10"), ("genai-prices", "0.2", "1")],
)
def test_the_resolved_versions_are_the_ones_this_code_is_for(package: str, least: str, below: str) -> None:
    """An install without lower bounds resolves to instructor 1.3.2 and openai 1.109, which cannot work here."""
    assert Version(least) <= Version(version(package)) < Version(below)


@pytest.mark.parametrize("package", ["instructor", "openai", "jiter", "aiohttp"])
def test_instructor_and_openai_agree_on_what_they_share(package: str) -> None:
    """The installed versions satisfy what instructor and openai ask of each other (jiter kept them apart once)."""
    asked = [Requirement(line) for owner in ("instructor", "openai") for line in requires(owner) or ()]
    for requirement in asked:
        in_force = requirement.marker is None or requirement.marker.evaluate({"extra": "aiohttp"})
        if requirement.name == package and in_force:
            assert requirement.specifier.contains(version(package)), str(requirement)


def test_importing_the_client_loads_no_sdk() -> None:
    """The SDKs take a second, so a command pays for them at its first question only."""
    code = (
        "import sys, extractor.llm.client as c; c.OpenAIModel('m', base_url='http://127.0.0.1:1/v1').info;"
        "print(sorted({'openai', 'instructor', 'httpx2', 'aiohttp', 'genai_prices'} & sys.modules.keys()))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)  # noqa: S603 - our own interpreter
    assert run.stdout.strip() == "[]"
