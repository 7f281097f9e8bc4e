"""The scripts that maintainers run: all checks run, the failed ones are named, written text is left alone."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

import pytest

from scripts import check, command_reference, datasheet, screenshots

if TYPE_CHECKING:
    from pathlib import Path


def test_every_check_runs_also_after_one_has_failed(capfd: pytest.CaptureFixture[str]) -> None:
    """The failed checks are named at the end, and the exit code says that there are some."""
    checks = {
        name: (sys.executable, "-c", f"print('{name} ran'); raise SystemExit({name == 'bad'})")
        for name in ("bad", "good")
    }
    assert check.main([], checks) == 1
    said = capfd.readouterr()
    assert [name for name in checks if f"{name} ran" in said.out] == ["bad", "good"]
    assert said.err == "failed: bad\n"


@pytest.mark.parametrize(("names", "code"), [(["good"], 0), (["bad"], 1), (["none"], 2)])
def test_checks_are_chosen_by_name(names: list[str], code: int) -> None:
    """Only the named check runs, and an unknown name is a usage mistake."""
    checks = {name: (sys.executable, "-c", f"raise SystemExit({name == 'bad'})") for name in ("bad", "good")}
    assert check.main(names, checks) == code


def test_the_written_part_of_a_page_is_left_alone() -> None:
    """Only what stands between the marks is made anew."""
    old = f"before\n{command_reference.BEGIN}what stood here before\n{command_reference.END}after\n"
    new = command_reference.page(old)
    assert new.startswith(f"before\n{command_reference.BEGIN}")
    assert new.endswith(f"{command_reference.END}after\n")
    assert "what stood here before" not in new
    assert "### `extractor extract`" in new


def test_computed_parts_of_the_datasheet_are_made_anew_and_the_rest_is_left_alone() -> None:
    """Each pair of marks takes its part; marks without a part, and parts without marks, are mistakes."""
    begin = "<!-- begin: {}, written by scripts/datasheet.py -->\n"
    old = f"a\n{begin.format('digest')}old\n<!-- end -->\nb\n{begin.format('coverage')}<!-- end -->\nc\n"
    new = datasheet.page(old, {"digest": "d\n", "coverage": "e\n"})
    assert new == old.replace("old\n", "\nd\n\n").replace(
        f"{begin.format('coverage')}<!--", f"{begin.format('coverage')}\ne\n\n<!--"
    )
    assert datasheet.page(new, {"digest": "d\n", "coverage": "e\n"}) == new
    with pytest.raises(SystemExit, match="has marks for"):
        datasheet.page(old, {"digest": "d\n"})


def test_every_screenshot_is_shown_and_of_the_pages_as_they_are(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The command's images are those that docs/pages.md shows; a template that has changed since is noticed."""
    images = {path.stem for path in screenshots.IMAGES.glob("*.png")}
    page = (screenshots.ROOT / "docs" / "pages.md").read_text(encoding="utf-8")
    assert images == set(screenshots.PAGES) == set(re.findall(r"\(images/([\w-]+)\.png\)", page))
    assert screenshots.main(["--check"]) == 0, f"take them again: {screenshots.COMMAND}"
    monkeypatch.setattr(screenshots, "MADE_FROM", tmp_path / "made-from.txt")
    (tmp_path / "made-from.txt").write_text("sha256:0", encoding="utf-8")
    assert screenshots.main(["--check"]) == 1
