"""The shape of the code, counted: sizes, annotations, docstrings, patches, and nothing left to do.

The limits are the best figures of well-kept projects (import-linter, pre-commit, httpx, stamina). A limit may be raised
here, with its reason beside it, so that drift is a decision and never an accident.
"""

from __future__ import annotations

import ast
import re
from functools import cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
PACKAGE = sorted((ROOT / "extractor").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
CODE = [*PACKAGE, *TESTS, *sorted((ROOT / "scripts").rglob("*.py"))]

MODULE_LINES = 400
TEST_LINES = 550  # tables of cases are long and plain, and splitting one hides what it leaves out
FUNCTION_LINES = 50
LONG_FUNCTIONS = 0.02
PATCHES_PER_TEST = 0.02
DOCUMENTED = 0.95

# Environment variables and folders are what a program is given; replacing an attribute is reaching into its middle.
_PATCH = re.compile(r"monkeypatch\.(?:setattr|delattr|setitem|delitem)\(|\bpatch(?:\.object|\.dict|\.multiple)?\(")
_LEFT_TO_DO = re.compile(r"\b(?:TO[D]O|FIX[M]E|X[X]X|HAC[K])\b")  # the brackets keep this line out of its own net

_SOMEBODYS = re.compile(r"(?<![\w.])/(?:root|work|home|Users)/\w")

Function = ast.FunctionDef | ast.AsyncFunctionDef
FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)


@cache
def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(_text(path), str(path))


def _functions(path: Path) -> Iterator[Function]:
    return (node for node in ast.walk(_tree(path)) if isinstance(node, FUNCTION))


def _name(path: Path, node: Function | ast.ClassDef) -> str:
    return f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"


def _tests(path: Path) -> Iterator[Function]:
    return (function for function in _functions(path) if function.name.startswith("test_"))


def _lines(node: Function) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _unannotated(function: Function) -> list[str]:
    """Return the parameters without a type (but ``self`` and ``cls``), and "return" where that has none."""
    arguments = function.args
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    missing = [a.arg for a in named if a is not None and a.annotation is None and a.arg not in ("self", "cls")]
    return missing if function.returns is not None else [*missing, "return"]


def _public(path: Path) -> Iterator[tuple[str, str | None]]:
    """Yield the module, and its public classes, functions and methods, each with its docstring."""
    yield str(path.relative_to(ROOT)), ast.get_docstring(_tree(path))
    pending = list(ast.iter_child_nodes(_tree(path)))
    while pending:
        node = pending.pop()
        if isinstance(node, (*FUNCTION, ast.ClassDef)) and not node.name.startswith("_"):
            yield _name(path, node), ast.get_docstring(node)
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            pending += node.body


def _first_sentence_ends_the_docstring(test: Function) -> bool:
    """Say whether the docstring is one sentence: it ends where its first full stop before a capital letter stands."""
    docstring = ast.get_docstring(test) or ""
    return docstring.endswith((".", "?", "!")) and not re.search(r"[a-z0-9)\"'”’]{2}[.?!]\s+[A-Z]", docstring)


def test_modules_are_short() -> None:
    """A file can be read in one sitting."""
    lengths = {str(path.relative_to(ROOT)): len(_text(path).splitlines()) for path in CODE}
    limits = {name: TEST_LINES if name.startswith("tests") else MODULE_LINES for name in lengths}
    assert not {name: lines for name, lines in lengths.items() if lines > limits[name]}


def test_functions_are_short() -> None:
    """Hardly any function is longer than a screen."""
    functions = [(_lines(node), _name(path, node)) for path in PACKAGE for node in _functions(path)]
    long = sorted((lines, name) for lines, name in functions if lines > FUNCTION_LINES)
    assert len(long) <= LONG_FUNCTIONS * len(functions), long


def test_functions_are_annotated() -> None:
    """Every parameter and every result has a type."""
    bare = {_name(path, node): _unannotated(node) for path in CODE for node in _functions(path)}
    assert not {name: missing for name, missing in bare.items() if missing}


def test_the_public_interface_is_documented() -> None:
    """Modules, classes, functions and methods without an underscore say what they are."""
    public = list(chain.from_iterable(map(_public, PACKAGE)))
    silent = [name for name, docstring in public if not docstring]
    assert len(silent) <= (1 - DOCUMENTED) * len(public), silent


def test_every_test_states_its_property_in_one_sentence() -> None:
    """A test's docstring is one sentence that says what holds."""
    tests = [(path, test) for path in TESTS for test in _tests(path)]
    wordy = [_name(path, test) for path, test in tests if not _first_sentence_ends_the_docstring(test)]
    assert not wordy


def test_tests_hardly_patch() -> None:
    """Fakes stand at the seams; attributes of our own code are not replaced in the middle of it."""
    patches = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in TESTS
        for number, line in enumerate(_text(path).splitlines(), start=1)
        if _PATCH.search(line) and "_PATCH" not in line
    ]
    assert len(patches) <= PATCHES_PER_TEST * sum(1 for path in TESTS for _ in _tests(path)), patches


def test_nothing_is_left_to_do() -> None:
    """No note promises work that was not done, and no function exists only to say that it does not work."""
    notes = {str(path.relative_to(ROOT)): _LEFT_TO_DO.findall(_text(path)) for path in CODE}
    raises = [node for path in CODE for node in ast.walk(_tree(path)) if isinstance(node, ast.Raise) and node.exc]
    assert not {name: found for name, found in notes.items() if found}
    assert not [node.lineno for node in raises if ast.unparse(node.exc or node).startswith("NotImplemented")]


def test_no_file_names_a_place_on_somebodys_machine() -> None:
    """What is committed works anywhere: no absolute path of a home or work folder stands in code, pages or scripts."""
    pages = [path for pattern in ("*.md", "*.toml", "*/*.md", ".ci/*", "scripts/*") for path in ROOT.glob(pattern)]
    files = {path for path in [*CODE, *pages] if path.is_file()}
    assert not [str(path.relative_to(ROOT)) for path in files if _SOMEBODYS.search(_text(path))]


def test_each_test_folder_mirrors_the_package() -> None:
    """A test of ``extractor/x/`` lies in ``tests/x/``."""
    beside = {"bench"}  # measures the whole program
    folders = {path.parent.relative_to(ROOT / "tests") for path in TESTS if path.parent != ROOT / "tests"}
    assert not {str(folder) for folder in folders if not (ROOT / "extractor" / folder).is_dir()} - beside
