"""The folder of prompt versions: names, listing, loading, drafts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from extractor.errors import PromptError
from extractor.llm.boundary import Parameters
from extractor.prompts import lock, registry
from extractor.prompts.lock import Lock, LockEntry, write_lock
from extractor.prompts.registry import load
from tests.prompt_folders import MANIFEST

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

OUTSIDE_NAMES = [
    "",
    ".",
    "..",
    "../secret",
    "../../secret@v1",
    "events/../../secret",
    "events@../../secret",
    "events@v1/../../../secret",
    "events/v1",
    "events@v1/prompt.toml",
    "/etc/passwd",
    "//host/share",
    "/events@v1",
    "~/events",
    "~root@v1",
    "C:\\prompts\\events",
    "C:events@v1",
    "..\\secret",
    "events\\v1",
    "events@v1\\..\\..\\secret",
    "events\0@v1",
    "events@v1\0.toml",
    "\0",
    "events\n@v1",
    "events@v1\n",
    " events@v1",
    "events@v1 ",
    "events @v1",
    "Events@v1",
    "EVENTS@V1",
    "events@V1",
    "événements@v1",
    "..\u2215secret@v1",
    "events\u2044v1",
    "events\uff0fv1",
    "\uff0e\uff0e\uff0fsecret",
    "events@v\u0661",
    "events@v0",
    "events@v01",
    "events@latest",
    "events@@v1",
    "events@v1@v1",
    "%2e%2e%2fsecret",
    "file:///etc/passwd",
    "$HOME@v1",
    "a" * 300,
    "secret",
    "linked",
    "linked@v1",
    "events@v2",
]


@pytest.mark.parametrize("name", OUTSIDE_NAMES, ids=ascii)
def test_no_name_leaves_the_folder(name: str, prompts: Callable[..., Path], tmp_path: Path) -> None:
    """Whatever is asked for as a prompt, only real folders inside the prompts folder are ever read."""
    root = prompts("events@v1")
    prompts("secret@v1").joinpath("secret").rename(tmp_path / "secret")
    (root / "linked").symlink_to(tmp_path / "secret")
    (root / "events" / "v2").symlink_to(tmp_path / "secret" / "v1")
    with pytest.raises(PromptError):
        load(name, root)


def test_a_linked_file_is_refused(prompts: Callable[..., Path], tmp_path: Path) -> None:
    """A version that holds a symbolic link cannot be loaded, so no template can show a file from elsewhere."""
    root = prompts()
    (tmp_path / "key").write_text("a secret")
    (root / "events" / "v1" / "key.jinja").symlink_to(tmp_path / "key")
    with pytest.raises(PromptError, match=r"key\.jinja"):
        load("events@v1", root)


def test_a_version_is_loaded_whole(prompts: Callable[..., Path]) -> None:
    """Loading gives name, version, reply type, parameters, values, steps and the text of every file."""
    prompt = load("events@v1", prompts())
    assert (prompt.spec, prompt.reply, prompt.published) == ("events@v1", "events.v1", False)
    assert prompt.parameters == Parameters(temperature=0.0, max_tokens=900, seed=7)
    assert dict(prompt.values) == {"groups": ("conflict", "political")}
    assert [(step.name, step.per, step.parameters.max_tokens) for step in prompt.steps] == [("all", "article", 900)]
    sources = [(source.role, source.file) for source in prompt.steps[0].messages]
    assert sources == [("system", "system.jinja"), ("examples", "all-examples.toml"), ("user", "all.jinja")]
    assert sorted(prompt.files) == ["all-examples.toml", "all.jinja", "prompt.toml", "system.jinja"]


def test_values_cannot_be_changed(prompts: Callable[..., Path]) -> None:
    """A loaded prompt is frozen through and through, its values included."""
    prompt = load("events@v1", prompts())
    with pytest.raises(TypeError):
        prompt.values["groups"] = ()  # type: ignore[index] # the point of the test


def test_step_parameters_override_those_of_the_prompt(prompts: Callable[..., Path]) -> None:
    """A step may set its own cap, or leave a parameter out of its requests with "none"."""
    own = '[steps.parameters]\nmax_tokens = 50\ntemperature = "none"\n'
    step = load("events@v1", prompts(prompt_toml=MANIFEST + own)).steps[0]
    assert step.parameters == Parameters(temperature=None, max_tokens=50, seed=7)


@pytest.mark.parametrize(
    ("change", "same"),
    [
        (lambda f: f.joinpath("system.jinja").write_text("Other words.\n"), False),
        (lambda f: f.joinpath("extra.md").write_text("A note.\n"), False),
        (lambda f: f.joinpath("all.jinja").rename(f / "ask.jinja"), False),
        (lambda f: f.joinpath("system.jinja").write_bytes(f.joinpath("system.jinja").read_bytes() + b"\n"), False),
        (lambda f: [p.write_bytes(p.read_bytes().replace(b"\n", b"\r\n")) for p in f.iterdir()], True),
        (lambda f: f.joinpath(".DS_Store").write_bytes(b"\0"), True),
    ],
    ids=["text", "added", "renamed", "newline", "crlf", "hidden"],
)
def test_the_digest_covers_names_and_bytes(
    change: Callable[[Path], object], same: bool, prompts: Callable[..., Path]
) -> None:
    """Any change to a file's name or bytes changes the digest; line ends of another system and hidden files do not."""
    root = prompts()
    before = lock.digest_of(registry.read_files(root, "events", "v1")[1])
    change(root / "events" / "v1")
    assert (lock.digest_of(registry.read_files(root, "events", "v1")[1]) == before) is same


def test_the_digest_does_not_depend_on_the_name(prompts: Callable[..., Path]) -> None:
    """Two versions with the same files have the same digest, and are still two prompts."""
    prompts("events@v1")
    root = prompts("events@v2")
    first, second = load("events@v1", root), load("events@v2", root)
    assert first.digest == second.digest
    assert first != second


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"prompt.toml": None}, "prompt.toml is missing"),
        ({"prompt.toml": "why = "}, "no TOML"),
        ({"system.jinja": None}, "system.jinja"),
        ({"notes.txt": "x"}, "notes.txt"),
        ({"System.jinja": "x"}, "System.jinja"),
        ({"system.jinja~": "x"}, "system.jinja~"),
    ],
    ids=lambda case: case if isinstance(case, str) else next(iter(case)),
)
def test_a_broken_version_says_what_is_wrong(
    content: dict[str, str | None], said: str, prompts: Callable[..., Path]
) -> None:
    """A version with a file missing, unreadable or out of place is refused, and the message names it."""
    root = prompts()
    for name, text in content.items():
        path = root / "events" / "v1" / name
        path.unlink() if text is None else path.write_text(text)
    with pytest.raises(PromptError, match=said.replace(".", r"\.")):
        load("events@v1", root)


def test_bytes_that_are_no_utf8_are_named(prompts: Callable[..., Path]) -> None:
    """A file in another encoding is refused by name, not shown to a model as rubble."""
    root = prompts()
    (root / "events" / "v1" / "system.jinja").write_bytes("Événements".encode("latin-1"))
    with pytest.raises(PromptError, match=r"system\.jinja is not UTF-8"):
        load("events@v1", root)


def test_an_oversized_file_is_refused(prompts: Callable[..., Path]) -> None:
    """No file of a version may be larger than a megabyte."""
    root = prompts()
    (root / "events" / "v1" / "notes.md").write_bytes(b"x" * 1_000_001)
    with pytest.raises(PromptError, match="over 1000000 bytes"):
        load("events@v1", root)


def _published(root: Path, *specs: str, production: dict[str, str] | None = None) -> Path:
    entries = {}
    for spec in specs:
        _, hashes = registry.read_files(root, *spec.split("@"))
        entries[spec] = LockEntry(lock.digest_of(hashes), lock.tagged_sha256(b""), hashes)
    write_lock(root, Lock(entries, production or {}))
    return root


def test_a_bare_name_is_the_production_version(prompts: Callable[..., Path]) -> None:
    """Without a version a name means its production version, even when a newer one is published."""
    prompts("events@v1")
    root = _published(prompts("events@v2"), "events@v1", "events@v2", production={"events": "v1"})
    assert load("events", root).spec == "events@v1"


def test_a_bare_name_is_else_the_newest_published_version(prompts: Callable[..., Path]) -> None:
    """Without a production label the newest published version counts, v10 after v9, and never a draft."""
    for version in ("v2", "v9", "v10", "v11"):
        root = prompts(f"events@{version}")
    _published(root, "events@v2", "events@v9", "events@v10")
    assert load("events", root).spec == "events@v10"
    assert load("events", root).published


def test_a_bare_name_without_published_versions_is_an_error(prompts: Callable[..., Path]) -> None:
    """A draft is used only when it is named in full, and the message names it."""
    with pytest.raises(PromptError) as caught:
        load("events", prompts())
    assert "events@v1" in caught.value.hint


def test_a_published_version_that_changed_is_refused(prompts: Callable[..., Path]) -> None:
    """A published version whose file was edited cannot be used under its name; the message names version and file."""
    root = _published(prompts(), "events@v1")
    (root / "events" / "v1" / "system.jinja").write_text("Edited.\n")
    with pytest.raises(PromptError, match=r"events@v1 .* system\.jinja \(changed\)"):
        load("events@v1", root)


def test_an_unknown_name_suggests_the_nearest(prompts: Callable[..., Path]) -> None:
    """A typing error is answered with the name that was probably meant."""
    with pytest.raises(PromptError) as caught:
        load("event@v1", prompts())
    assert "'events'" in caught.value.hint


def test_an_unknown_step_lists_those_there_are(prompts: Callable[..., Path]) -> None:
    """Asking a prompt for a step it lacks names its steps."""
    with pytest.raises(PromptError) as caught:
        load("events@v1", prompts()).step("fill")
    assert "all" in caught.value.hint


def test_the_working_directory_is_never_searched(
    prompts: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A folder "prompts" in the working directory is not used unless it is named."""
    prompts("planted@v1")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(PromptError, match="planted"):
        load("planted@v1")
    assert registry.prompts_folder() != tmp_path / "prompts"


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    """A prompts folder that does not exist is named in the message."""
    with pytest.raises(PromptError, match="nowhere"):
        load("events@v1", tmp_path / "nowhere")


def test_the_promoted_version_can_be_named(prompts: Callable[..., Path]) -> None:
    """``@production`` means the promoted version and nothing else; without one it is an error with a way out."""
    root = prompts("events@v1")
    prompts("events@v2")
    with pytest.raises(PromptError, match="No version of the prompt 'events' is promoted"):
        load("events@production", root)
    (root / "lock.toml").write_text('[production]\nevents = "v1"\n')
    assert load("events@production", root).spec == load("events", root).spec == "events@v1"
    assert load("events@v2", root).spec == "events@v2"
