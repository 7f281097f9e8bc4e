"""The catalogue: what ships in it, and what its doorway refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from extractor.errors import ModelFileError
from extractor.llm.catalogue import catalogue, find_model, gguf_file, is_embedded, is_file_name, parse_catalogue

if TYPE_CHECKING:
    from pathlib import Path

FREE_LICENCES = {"Apache-2.0", "MIT", "BSD-3-Clause"}
ENTRY = f"""
default = "tiny"
[models.tiny]
about = "a model"
licence = "MIT"
licence_url = "https://example.org/licence"
bytes = 10
sha256 = "{"a" * 64}"
context = 512
parts = [
    {{ package = "p", version = "1.0", sha256 = "{"b" * 64}", wheel_bytes = 9, member = "p/1.bin", bytes = 10 }},
]
"""


def test_default_model_is_the_documented_one() -> None:
    """What runs when nothing else is asked for is the 1.5B model with the published hash and size."""
    model = find_model(catalogue().default)
    assert model.name == "qwen2.5-coder-1.5b-instruct-q4_k_m"
    assert model.sha256 == "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046"
    assert (model.bytes, model.context) == (1_117_320_768, 32_768)


@pytest.mark.parametrize("name", catalogue().models)
def test_every_model_is_free_has_both_sources_and_a_pinned_revision(name: str) -> None:
    """Each model may be redistributed, comes from a commit of the hub, and has parts that add up to the file."""
    model = find_model(name)
    assert model.licence in FREE_LICENCES
    assert model.hub is not None
    assert sum(part.bytes for part in model.parts) == model.bytes
    assert len({part.sha256 for part in model.parts}) == len(model.parts)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (("bytes = 10\n", "bytes = 11\n"), "do not add up"),
        (('default = "tiny"', 'default = "huge"'), "has no entry"),
        (("[models.tiny]", '[models."../tiny"]'), "name"),
        (('sha256 = "aaaa', 'sha256 = "AAAA'), "sha256"),
        (("context = 512", 'context = 512\ncolour = "red"'), "colour"),
        (('package = "p"', 'package = "../p"'), "package"),
        (("parts = [", "others = ["), "others"),
        (("context = 512", "context = 0"), "context"),
    ],
)
def test_a_wrong_entry_is_refused_by_name(change: tuple[str, str], complaint: str) -> None:
    """A catalogue that contradicts itself, or could leave the models folder, is not read at all."""
    assert parse_catalogue(ENTRY).default == "tiny"
    with pytest.raises(ValueError, match=complaint):
        parse_catalogue(ENTRY.replace(*change))


def test_a_model_without_any_source_is_refused() -> None:
    """An entry that nobody could fetch is a mistake of ours."""
    without = ENTRY[: ENTRY.index("parts = [")]
    with pytest.raises(ValueError, match="no source"):
        parse_catalogue(without)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("qwen2.5-coder-1.5b-instruct-q4_k", "did you mean 'qwen2.5-coder-1.5b-instruct-q4_k_m'"),
        ("gpt-9", "known are qwen2.5-coder-1.5b-instruct-q4_k_m"),
    ],
)
def test_an_unknown_name_gets_the_nearest_or_all_names(name: str, hint: str) -> None:
    """A typo is answered with the model that was probably meant."""
    with pytest.raises(ModelFileError) as caught:
        find_model(name)
    assert name in str(caught.value)
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("name", "file", "embedded"),
    [
        ("./foo.gguf", True, True),
        ("C:\\models\\Foo.GGUF", True, True),
        ("smollm2-135m-instruct-q4_1", False, True),
        ("gpt-4o-mini", False, False),
        ("org/model-gguf", False, False),
    ],
)
def test_which_names_are_run_by_ourselves(name: str, *, file: bool, embedded: bool) -> None:
    """GGUF paths and catalogue names are embedded models, every other name belongs to an endpoint."""
    assert (is_file_name(name), is_embedded(name)) == (file, embedded)


def test_a_gguf_path_must_be_a_gguf_file(tmp_path: Path) -> None:
    """A missing file, and one that only has the ending, are refused before anything tries to load them."""
    right, wrong = tmp_path / "right.gguf", tmp_path / "wrong.gguf"
    right.write_bytes(b"GGUF\x03\x00")
    wrong.write_bytes(b"<html>")
    assert gguf_file(str(right)) == right
    with pytest.raises(ModelFileError, match="no GGUF file: it starts with b'<htm'"):
        gguf_file(str(wrong))
    with pytest.raises(ModelFileError, match=r"cannot read the model file .*missing\.gguf': No such file"):
        gguf_file(str(tmp_path / "missing.gguf"))
