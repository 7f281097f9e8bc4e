"""Labels as TOML: what is written reads back equal, in the layout that people write."""

from __future__ import annotations

import random
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.evaluation.labels.toml import to_toml
from extractor.scoring.labels import LabelledArticle
from tests.evaluation.gold_folder import BARRACKS_LABEL, CHESS_LABEL, FERRY_LABEL
from tests.scored import random_article

WHOLE = """
id = "xx-2001-all"
published = 2001-02-03
printed = false
furniture = true
kind = "wire"
country = "ZMB"
traps = ["denial", "told_twice"]
note = "a \\"note\\", with a\\ttab"

[[events]]
type = "attack"
alt_types = ["crime"]
status = "attempted"
alt_status = ["actual"]
standing = "background"
optional = true
evidence = ["One \\"passage\\"", "another\\nover two lines, and so long that the list does not fit into one line any more"]
when = { words = "then", start = 2001-02-01, end = 2001-02-02 }
or_when = [{}, { end = 2001-02-03 }]
where = { words = "there", country = "ZMB", admin1 = "X", settlement = "Y", aliases = ["Z"], lat = -1.5, lon = 28.0 }
or_where = [{}]
initiators = [["one", "uno"], { names = ["two"], optional = true }]
targets = [["three"]]
counts = [{ measure = "killed", who = "women", alt_who = ["all"], words = "two", min = 2, max = 2, source = "s", optional = true }]
note = "n"
"""  # noqa: E501 - as people write it


def read(text: str) -> LabelledArticle:
    """A label from its file's text."""
    return LabelledArticle.model_validate(tomllib.loads(text))


@pytest.mark.parametrize("text", [WHOLE, FERRY_LABEL, CHESS_LABEL, BARRACKS_LABEL])
def test_a_label_survives_being_written(text: str) -> None:
    """Every field, with and without a value, reads back as it was."""
    assert read(to_toml(read(text))) == read(text)


def test_random_labels_survive_being_written() -> None:
    """So do labels that nobody thought of."""
    rng = random.Random(11)  # noqa: S311 - reproducible, not secret
    labels = [random_article(rng, number % 6, id=f"article-{number}") for number in range(50)]
    assert [read(to_toml(label)) for label in labels] == labels


@given(st.text())
def test_any_text_survives_being_written(text: str) -> None:
    """Quotes, line ends, control characters and signs of any script come back as they were."""
    label = LabelledArticle(id="an-article", kind="wire", note=text)
    assert read(to_toml(label)) == label


def test_the_layout_is_the_one_people_write() -> None:
    """Events are tables, values stand in line, and defaults are left out."""
    assert to_toml(read(BARRACKS_LABEL)) == BARRACKS_LABEL.lstrip("\n")
