"""What we depend on: bounds in pyproject.toml, pins in requirements.lock, and licences that permit it."""

from __future__ import annotations

import re
import tomllib
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from scripts.licences import licence_of, locked, permitted

ROOT = Path(__file__).parents[1]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

DECLARED = [
    Requirement(line)
    for line in chain(
        PROJECT["project"]["dependencies"],
        *PROJECT["project"]["optional-dependencies"].values(),
        PROJECT["dependency-groups"]["dev"],  # what only scripts/build_gazetteer.py needs stays out of the lock
    )
]
PINS: dict[str, list[Version]] = {}  # several versions where one no longer supports the oldest Python
for _name, _version in re.findall(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", LOCK, re.MULTILINE):
    PINS.setdefault(canonicalize_name(_name), []).append(Version(_version))


@pytest.mark.parametrize("requirement", DECLARED, ids=str)
def test_each_dependency_has_a_lower_bound_that_its_pin_meets(requirement: Requirement) -> None:
    """Without bounds an install resolves to versions years old; the lock and the bounds never contradict each other."""
    assert any(specifier.operator in (">=", "==") for specifier in requirement.specifier)
    assert all(map(requirement.specifier.contains, PINS[canonicalize_name(requirement.name)]))


def test_each_dependency_is_explained() -> None:
    """docs/dependencies.md says of each dependency why it was chosen, and of no other package."""
    page = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    cells = re.findall(r"^\| (`[^|]+) \|", page, re.MULTILINE)
    assert {name for cell in cells for name in re.findall(r"`([a-z0-9-]+)`(?! *\))", cell) if name != "local"} == {
        requirement.name for requirement in DECLARED
    }


def test_what_builds_the_package_has_a_lower_bound() -> None:
    """The build backend is bounded too, and is the one that the tests build the wheel with."""
    (backend,) = map(Requirement, PROJECT["build-system"]["requires"])
    assert all(map(backend.specifier.contains, PINS[canonicalize_name(backend.name)]))
    assert str(backend) in map(str, DECLARED)


def test_each_pin_is_hashed() -> None:
    """Each pinned package stands with the SHA-256 of its files, so that nothing else can be installed in its place."""
    entries = re.split(r"^(?=[A-Za-z0-9])", LOCK, flags=re.MULTILINE)[1:]
    assert len(entries) == sum(map(len, PINS.values()))
    assert not [entry.split()[0] for entry in entries if not re.search(r"--hash=sha256:[0-9a-f]{64}", entry)]


def test_the_lock_names_no_index() -> None:
    """The lock says what, never from where: no address, host or path of somebody's machine."""
    assert not re.search(r"://|--index|--find-links|--extra-index|@ |file:|(?:^|\s)/", LOCK, re.MULTILINE)


@pytest.mark.parametrize(
    ("licence", "expected"),
    [
        ("MIT", True),
        ("Apache-2.0 AND MIT", True),
        ("Apache-2.0 AND CNRI-Python", True),
        ("LGPL-2.1-only", True),
        ("MPL-1.1 OR GPL-2.0-only OR LGPL-2.1-or-later", True),
        ("BSD License", True),
        ("BSD-3-Clause AND 0BSD AND MIT AND Zlib AND CC0-1.0", True),
        ("GPL-3.0-or-later", False),
        ("AGPL-3.0-only", False),
        ("MIT AND GPL-3.0-only", False),
        ("GNU Affero General Public License v3", False),
        ("GNU General Public License v2 (GPLv2)", False),
        ("Proprietary", False),
        ("", False),
    ],
)
def test_which_licences_are_permitted(licence: str, *, expected: bool) -> None:
    """Permissive licences and weak copyleft are permitted, strong copyleft and silence are not."""
    assert permitted(licence) is expected


def test_each_package_has_a_permitted_licence() -> None:
    """What we make people install never binds their own work."""
    found = {package: said for package in locked() if (said := licence_of(package)) is not None}
    assert not {
        package: licence for package, licence in found.items() if licence is not None and not permitted(licence)
    }
    assert len(found) > len(DECLARED)
