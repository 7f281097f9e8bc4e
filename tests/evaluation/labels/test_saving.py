"""Saving a label: whole, in its layer, and never over what somebody else saved."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from extractor.errors import UsageError
from extractor.evaluation.gold import read_gold
from extractor.evaluation.labels.saving import (
    NO_FILE,
    LabelConflictError,
    annotators_of,
    label_file,
    layer_of,
    save_label,
    version_of,
)
from tests.evaluation import gold_folder

if TYPE_CHECKING:
    from pathlib import Path

FERRY = "dk-2011-ferry"


def test_a_saved_label_reads_back(tmp_path: Path) -> None:
    """An annotator's first label makes its folder, and holds what was saved."""
    gold = read_gold(gold_folder.write(tmp_path))
    label = gold.article(FERRY).label
    version = save_label(tmp_path, layer_of("maria"), label, expected=NO_FILE)
    assert read_gold(tmp_path, labels="annotators/maria", partial=True).article(FERRY).label == label
    assert version == version_of(tmp_path / "annotators" / "maria" / f"{FERRY}.toml")
    assert annotators_of(tmp_path) == ["maria"]
    assert [path.name for path in (tmp_path / "annotators" / "maria").iterdir()] == [f"{FERRY}.toml"]


def test_the_second_saver_is_refused_and_told(tmp_path: Path) -> None:
    """Who saves a version that is no more changes nothing, and gets what stands there now."""
    gold = read_gold(gold_folder.write(tmp_path))
    label = gold.article(FERRY).label
    file = label_file(tmp_path, "labels", FERRY)
    seen = version_of(file)
    mine = label.model_copy(update={"note": "mine"})
    theirs = label.model_copy(update={"note": "theirs"})
    save_label(tmp_path, "labels", theirs, expected=seen)
    with pytest.raises(LabelConflictError) as caught:
        save_label(tmp_path, "labels", mine, expected=seen)
    assert 'note = "theirs"' in caught.value.text == file.read_text(encoding="utf-8")
    save_label(tmp_path, "labels", mine, expected=caught.value.version)
    assert 'note = "mine"' in file.read_text(encoding="utf-8")


def test_of_many_savers_at_once_exactly_one_is_first(tmp_path: Path) -> None:
    """Sixteen threads that saw the same version: one saves, fifteen are told."""
    gold = read_gold(gold_folder.write(tmp_path))
    label = gold.article(FERRY).label
    seen = version_of(label_file(tmp_path, "labels", FERRY))

    def save(number: int) -> bool:
        try:
            save_label(tmp_path, "labels", label.model_copy(update={"note": str(number)}), expected=seen)
        except LabelConflictError:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(save, range(16))) == 1


@pytest.mark.parametrize("name", ["", "..", "a/b", "A", "a b", "a" * 33, "-a", "a\x00"])
def test_an_annotators_name_leads_nowhere_else(name: str) -> None:
    """Names that could leave the folder, or that two systems spell differently, are refused."""
    with pytest.raises(UsageError):
        layer_of(name)
