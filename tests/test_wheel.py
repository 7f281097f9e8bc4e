"""The wheel: built, installed into a folder of its own, and run from somewhere else.

``prompts/`` and ``evals/`` stand at the top of the source tree and travel inside the package as ``extractor/_prompts``
and ``extractor/_evals``. Nothing here needs a network: the build backend is installed, dependencies are this
environment's.
"""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
SHIPPED = {"prompts": "extractor/_prompts", "evals": "extractor/_evals"}


def run(*command: str, folder: Path, packages: Path | None = None) -> str:
    """Run Python with ``command`` in ``folder``, finding packages in ``packages`` first; return standard output."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    if packages is not None:
        env["PYTHONPATH"] = str(packages)
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-P", *command], cwd=folder, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from this source tree."""
    folder = tmp_path_factory.mktemp("dist")
    run("-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder), folder=ROOT)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which the wheel, and nothing else, is installed."""
    folder = tmp_path_factory.mktemp("site")
    pip = ("-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--target", str(folder), str(wheel))
    run(*pip, folder=folder)
    return folder


@pytest.mark.parametrize("folder", SHIPPED)
def test_folders_of_the_source_tree_travel_inside_the_package(wheel: Path, folder: str) -> None:
    """Each file of prompts/ and evals/ is in the wheel, byte for byte."""
    files = [path for path in (ROOT / folder).rglob("*") if path.is_file()]
    with zipfile.ZipFile(wheel) as archive:
        packed = {name: archive.read(name) for name in archive.namelist() if name.startswith(SHIPPED[folder])}
    assert packed == {f"{SHIPPED[folder]}/{path.relative_to(ROOT / folder)}": path.read_bytes() for path in files}
    assert files


def test_the_wheel_holds_the_package_and_its_licences_only(wheel: Path) -> None:
    """No tests, documentation or examples land in anybody's site-packages, and every file of the package does."""
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    info = {name for name in names if ".dist-info/" in name}
    assert {name.split("/")[0] for name in names - info} == {"extractor"}
    sources = {path.relative_to(ROOT).as_posix() for path in (ROOT / "extractor").rglob("*") if path.is_file()}
    assert {name for name in sources if "__pycache__" not in name} <= names
    assert {"LICENSE", "NOTICE"} <= {name.rpartition("/")[2] for name in info}


def test_the_installed_package_is_the_one_that_runs(installed: Path, tmp_path: Path) -> None:
    """The tests below run the installed copy, not the source tree that this environment may hold as editable."""
    where = run("-c", "import extractor; print(extractor.__file__)", folder=tmp_path, packages=installed)
    assert Path(where.strip()).is_relative_to(installed)


@pytest.mark.parametrize(
    "arguments",
    [
        ("prompts", "list"),
        ("prompts", "show", "events"),
        ("prompts", "check"),
        ("models", "list"),
        ("schema",),
        ("schema", "--reply", "events.v1"),
        ("eval", "validate"),
        ("eval", "coverage", "--articles"),
        ("extract", str(ROOT / "examples" / "ferry.txt"), "--published", "2024-03-05", "--dry-run"),
    ],
    ids=" ".join,
)
def test_commands_say_the_same_from_the_wheel_and_from_the_source(
    installed: Path, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    """From another folder the installed program answers what the source tree answers: nothing was left behind."""
    command = ("-m", "extractor", *arguments)
    said = run(*command, folder=tmp_path, packages=installed)
    assert said == run(*command, folder=tmp_path, packages=ROOT)
    assert said
