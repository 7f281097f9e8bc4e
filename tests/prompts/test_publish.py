"""Copying and publishing versions."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from extractor.errors import PromptError
from extractor.prompts.lock import read_lock
from extractor.prompts.publish import new_version, publish
from extractor.prompts.registry import load
from tests.prompt_folders import MANIFEST

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

WHY = 'Says "civilians" once more, é'


def test_a_copy_is_a_draft_with_its_own_reason(prompts: Callable[..., Path]) -> None:
    """A new version has the files of its source, the next number, its own reason, and is a draft."""
    root = prompts()
    publish("events@v1", root)
    draft = new_version("events", "events@v1", WHY, root)
    assert (draft.spec, draft.why, draft.published) == ("events@v2", WHY, False)
    source = load("events@v1", root)
    assert {name: text for name, text in draft.files.items() if name != "prompt.toml"} == {
        name: text for name, text in source.files.items() if name != "prompt.toml"
    }
    assert draft.steps == source.steps
    assert load("events", root) == source


def test_numbers_go_on_after_the_last(prompts: Callable[..., Path]) -> None:
    """The next version follows the highest, gaps or not, and a new name starts at v1."""
    prompts("events@v3")
    root = prompts("events@v10")
    assert new_version("events", "events@v3", WHY, root).spec == "events@v11"
    assert new_version("mine", "events@v3", WHY, root).spec == "mine@v1"


def test_a_folder_of_ones_own_can_start_from_the_shipped_prompts(tmp_path: Path) -> None:
    """Where the folder does not have the source's name, the shipped one is copied."""
    root = tmp_path / "mine"
    root.mkdir()
    assert new_version("events", "events@v1", WHY, root).folder == root / "events" / "v1"
    assert load("events@v1", root).files["system.jinja"] == load("events@v1").files["system.jinja"]


@pytest.mark.parametrize(
    ("name", "source", "why", "said"),
    [
        ("../events", "events@v1", WHY, "no prompt name"),
        ("Events", "events@v1", WHY, "no prompt name"),
        ("events", "events@v9", WHY, "no events version"),
        ("events", "events", WHY, "No version"),
        ("events", "nothing@v1", WHY, "nothing"),
        ("events", "events@v1", "short", "why"),
        ("events", "events@v1", "two\nlines of it", "why"),
    ],
)
def test_a_copy_that_cannot_be_made_leaves_nothing(
    name: str, source: str, why: str, said: str, prompts: Callable[..., Path]
) -> None:
    """A bad name, source or reason is refused, and no folder appears."""
    root = prompts()
    with pytest.raises(PromptError, match=said):
        new_version(name, source, why, root)
    assert sorted(path.name for path in root.rglob("*") if path.is_dir()) == ["events", "v1"]


def test_a_reason_over_several_lines_is_not_replaced_by_half(prompts: Callable[..., Path]) -> None:
    """Where the source writes why in another form than one line, the copy is refused instead of broken."""
    manifest = MANIFEST.replace(
        'why = "Made for a test of the prompts package"', '"why" = "Made for a test of prompts"'
    )
    with pytest.raises(PromptError, match="begins with why"):
        new_version("events", "events@v1", WHY, prompts(prompt_toml=manifest))


def test_publishing_locks_a_version(prompts: Callable[..., Path]) -> None:
    """Publishing writes digest, wording and one hash per file, and keeps what the lock held."""
    prompts("events@v1")
    root = prompts("events@v2")
    first = publish("events@v1", root)
    publish("events@v2", root)
    lock = read_lock(root)
    assert list(lock.versions) == ["events@v1", "events@v2"]
    assert lock.versions["events@v1"].digest == first.digest
    assert sorted(lock.versions["events@v1"].files) == ["all-examples.toml", "all.jinja", "prompt.toml", "system.jinja"]
    assert first == load("events@v1", root)


def test_publishing_cannot_be_repeated(prompts: Callable[..., Path]) -> None:
    """A published version cannot be published again, whether it changed or not, and the lock stays as it was."""
    root = prompts()
    publish("events@v1", root)
    lock = (root / "lock.toml").read_bytes()
    with pytest.raises(PromptError, match="published already, and is unchanged since"):
        publish("events@v1", root)
    (root / "events" / "v1" / "system.jinja").write_text("Other rules.")
    with pytest.raises(PromptError, match="published already, and has changed since"):
        publish("events@v1", root)
    assert (root / "lock.toml").read_bytes() == lock


@pytest.mark.parametrize(("spec", "said"), [("events", "Which version"), ("events@v2", "no events version")])
def test_a_version_is_published_by_its_full_name(spec: str, said: str, prompts: Callable[..., Path]) -> None:
    """Publishing takes no default: the version is named."""
    with pytest.raises(PromptError, match=said):
        publish(spec, prompts())


def test_a_broken_version_cannot_be_published(prompts: Callable[..., Path]) -> None:
    """A version with anything wrong is not published, and the message says what."""
    root = prompts(all_jinja="{{ article.numbered }}")
    with pytest.raises(PromptError, match="cannot be published: step all: shows text of the article"):
        publish("events@v1", root)
    assert not (root / "lock.toml").exists()


def test_the_lock_survives_a_move(prompts: Callable[..., Path], tmp_path: Path) -> None:
    """Hashes depend on names and bytes alone: a copy of the whole folder elsewhere is as published as the first."""
    root = prompts()
    publish("events@v1", root)
    shutil.copytree(root, tmp_path / "elsewhere")
    assert load("events", tmp_path / "elsewhere").published
