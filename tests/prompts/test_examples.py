"""Examples as data."""

from __future__ import annotations

import datetime as dt

import pytest

from extractor.errors import PromptError
from extractor.prompts.examples import compact_json, read_examples

GOOD = """\
[[examples]]
title = "Title"
published = 2024-05-06
furniture = [2]
sentence = 1
event = '{"type": "attack"}'
text = '''
[1] A bridge fell.
[2] Menu
'''
reply = '''{
  "published": null, "é": [1, 2]
}'''
"""


def test_an_example_is_read_as_an_article() -> None:
    """Numbered lines become the sentences of an article, one paragraph each; the reply becomes compact JSON."""
    (example,) = read_examples(GOOD, "events@v1: x.toml")
    article = example.article
    assert article.text == "A bridge fell.\n\nMenu"
    assert [(article.quote(s.number), s.furniture) for s in article.sentences] == [
        ("A bridge fell.", False),
        ("Menu", True),
    ]
    assert (article.title, article.published.date) == ("Title", dt.date(2024, 5, 6))
    assert example.reply == '{"published":null,"é":[1,2]}'
    assert (example.sentence, example.event) == (article.sentences[0], {"type": "attack"})


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[[examples]]", "[[example]]", "example"),
        ("title =", "titel =", "titel"),
        ("title = ", "title ", "x.toml"),
        ("[1] A", "A", r"line 1 of the text must begin with \[1\]"),
        ("[2] M", "[3] M", r"line 2 of the text must begin with \[2\]"),
        ("[2] M", "\n[2] M", "line 2"),
        ("furniture = [2]", "furniture = [3]", r"not there: \[3\]"),
        ("sentence = 1", "sentence = 3", "no sentence 3"),
        ('{"type": "attack"}', '["attack"]', "no JSON object"),
        ('"published": null,', '"published": null', "example 1: .*delimiter"),
    ],
)
def test_a_bad_example_says_where(old: str, new: str, said: str) -> None:
    """Each mistake is named with its file and the number of the example."""
    assert old in GOOD
    with pytest.raises(PromptError, match=said):
        read_examples(GOOD.replace(old, new, 1), "events@v1: x.toml")


def test_json_is_compact_and_keeps_letters() -> None:
    """Compact JSON has no spaces and no escapes that cost tokens, and is what a model writes under a grammar."""
    assert compact_json({"b": ["é", None, True], "a": 1}) == '{"b":["é",null,true],"a":1}'
