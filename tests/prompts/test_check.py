"""What `prompts check` proves."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from extractor.prompts.check import check_folder, check_version
from extractor.prompts.lock import Lock, read_lock, write_lock
from extractor.prompts.publish import publish
from tests.prompt_folders import EXAMPLES, MANIFEST

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LINES = [
    "Gunmen kill four farmers in northern Burkina Faso",
    "Gunmen shot dead four farmers in Tabsara, a village in Burkina Faso, on Monday, police said.",
    "A mayor called on the army to protect the fields.",
]
EVENT = {
    "sentences": [2],
    "type": "attack",
    "status": "actual",
    "standing": "main",
    "when": "on Monday",
    "place": "Tabsara, a village in Burkina Faso",
    "country": "Burkina Faso",
    "actors": [
        {"name": "Gunmen", "role": "initiator", "sector": "UAF", "involvement": "stated"},
        {"name": "farmers", "role": "target", "sector": "CVL", "involvement": "stated"},
    ],
    "counts": [{"measure": "killed", "who": "civilians", "words": "four farmers", "source": "police"}],
    "speakers": [{"name": "police", "stance": "reports"}],
    "summary": "Gunmen killed four farmers near Tabsara in Burkina Faso.",
}


def _example(event: dict[str, Any] | None = None, lines: list[str] | None = None, extra: str = "") -> str:
    text = "\n".join(f"[{number}] {line}" for number, line in enumerate(lines or LINES, 1))
    reply = json.dumps({"published": None, "events": [event or EVENT]})
    return f"[[examples]]\npublished = 2024-03-06\n{extra}text = '''\n{text}\n'''\nreply = '''{reply}'''\n"


def _found(root: Path) -> list[str]:
    return [f"{finding.spec} {finding.where}: {finding.message}" for finding in check_folder(root)[1]]


def test_a_good_folder_has_no_findings(prompts: Callable[..., Path]) -> None:
    """Sound versions, draft and published, pass, and all of them are named."""
    root = prompts("events@v1", all__examples_toml=_example())
    publish("events@v1", root)
    prompts("events@v2")
    assert check_folder(root) == (("events@v1", "events@v2"), ())


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda folder: (folder / "system.jinja").write_text("Other rules."), "system.jinja: changed"),
        (lambda folder: (folder / "all.jinja").unlink(), "all.jinja: missing"),
        (lambda folder: (folder / "notes.md").write_text("x"), "notes.md: added"),
        (lambda folder: (folder / "prompt.toml").write_text("broken"), "prompt.toml: changed"),
    ],
)
def test_a_published_version_cannot_change(
    change: Callable[[Path], object], where: str, prompts: Callable[..., Path]
) -> None:
    """After publication any change to any file is found, and the finding names version and file."""
    root = prompts()
    publish("events@v1", root)
    change(root / "events" / "v1")
    assert _found(root) == [f"events@v1 {where} since it was published"]


def test_a_missing_version_is_found(prompts: Callable[..., Path]) -> None:
    """A published version whose folder has gone is named."""
    root = prompts()
    publish("events@v1", root)
    (root / "events").rename(root / "renamed")
    assert "events@v1 lock.toml: is published, but its folder is missing" in _found(root)


def test_a_label_must_point_at_a_published_version(prompts: Callable[..., Path]) -> None:
    """A production label on a draft is found."""
    root = prompts()
    write_lock(root, Lock({}, {"events": "v1"}))
    assert _found(root) == ["events@v1 lock.toml: is labelled production, but not published"]


def test_other_words_from_the_same_files_are_found(prompts: Callable[..., Path]) -> None:
    """When this program words an unchanged published version differently than at publication, that is found."""
    root = prompts()
    publish("events@v1", root)
    lock = read_lock(root)
    entry = replace(lock.versions["events@v1"], wording="sha256:" + "0" * 64)
    write_lock(root, replace(lock, versions={"events@v1": entry}))
    assert _found(root) == ["events@v1 prompt.toml: its files are unchanged, but this program words them differently"]


@pytest.mark.parametrize(
    ("files", "finding"),
    [
        ({"prompt_toml": "broken"}, "prompt.toml: prompt.toml is no TOML"),
        ({"prompt_toml": MANIFEST.replace("events.v1", "evnts.v1")}, "prompt.toml: unknown reply type evnts.v1"),
        (
            {"prompt_toml": MANIFEST.replace('"events.v1"', '"events-lite.v1"', 1)},
            "prompt.toml: its only step replies events.v1, not events-lite.v1",
        ),
        ({"system_jinja": "{{ article.title }}"}, "step all: system.jinja, line 1: 'article' is undefined"),
        ({"all_jinja": "{{ artcle }}"}, "step all: all.jinja, line 1: 'artcle' is undefined"),
        ({"all_jinja": "{{ article.numbered }}"}, "step all: shows text of the article"),
        ({"all__examples_toml": "[[examples]]"}, "step all: all-examples.toml"),
    ],
)
def test_a_broken_version_is_found(files: dict[str, str], finding: str, prompts: Callable[..., Path]) -> None:
    """Broken files, unknown reply types, failing templates and open fences are each found once."""
    (found,) = _found(prompts(**files))
    assert found.startswith(f"events@v1 {finding}")


def _changed(**fields: Any) -> dict[str, Any]:
    return EVENT | fields


BACKWARDS = {key: EVENT[key] for key in reversed(EVENT)}
COUNT = {"measure": "killed", "who": "civilians", "words": "four farmers", "source": "police"}


@pytest.mark.parametrize(
    ("example", "finding"),
    [
        (_example(_changed(type="raid")), "reply events.0.type: Input should be"),
        (_example({**EVENT, "colour": "red"}), "reply events.0.colour: Extra inputs"),
        (_example(BACKWARDS), "the reply must be written in the order of its type"),
        (_example(_changed(when="on Tuesday")), "when 'on Tuesday' is not in the article"),
        (_example(_changed(place="Ouagadougou")), "place 'Ouagadougou' is not in the article"),
        (_example(_changed(counts=[COUNT | {"words": "five farmers"}])), "words 'five farmers' is not in the article"),
        (_example(_changed(counts=[COUNT | {"source": "witnesses"}])), "source 'witnesses' is not in the article"),
        (_example(_changed(sentences=[3])), "failed for"),
        (_example(_changed(sentences=[9])), "rejected by the grounders"),
        (_example(_changed(status="denied")), "polarity failed"),
        (_example(_changed(country="Chad")), "place_supported failed for 'Chad'"),
        (_example(lines=[LINES[0], f"{LINES[1]} {LINES[2]}"]), "line 2: the reader finds"),
        (_example(lines=[*LINES[:2], "He said so. Then he left."]), "line 3: the reader finds"),
        (_example(extra="furniture = [3]\n"), "line 3: the reader finds"),
    ],
)
def test_a_wrong_example_is_found(example: str, finding: str, prompts: Callable[..., Path]) -> None:
    """An example is judged as a real reply: its form, its copied words, its lines, and every check of the grounders."""
    found = _found(prompts(all__examples_toml=example))
    assert found
    assert all(one.startswith("events@v1 all-examples.toml: example 1: ") for one in found)
    assert any(finding in one for one in found), found


def test_time_words_without_days_are_no_mistake(prompts: Callable[..., Path]) -> None:
    """Time words that name no days are right to copy, so that they cannot be resolved is not held against them."""
    lines = [LINES[0], LINES[1].replace("on Monday", "hours later"), LINES[2]]
    assert _found(prompts(all__examples_toml=_example(_changed(when="hours later"), lines))) == []


def test_examples_must_fit_their_step(prompts: Callable[..., Path]) -> None:
    """A step per sentence needs examples that name a sentence."""
    manifest = MANIFEST.replace('name = "all"\n', 'name = "all"\nper = "sentence"\n')
    (found,) = _found(prompts(prompt_toml=manifest, all__examples_toml=EXAMPLES))
    assert "asks about one sentence" in found


def test_one_version_can_be_checked_alone(prompts: Callable[..., Path]) -> None:
    """Checking one version does not look at the others."""
    prompts("events@v1", system_jinja="{{ broken")
    root = prompts("events@v2")
    assert check_version(root, Lock(), "events", "v2") == ()
    assert len(check_version(root, Lock(), "events", "v1")) == 1
