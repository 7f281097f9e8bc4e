"""Records: which key holds what, and what is refused."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from extractor.articles.records import looks_like_record, read_fields
from extractor.errors import InputError, UsageError

FULL: list[dict[str, Any]] = [
    {"id": 7, "text": "Body.", "title": "Head", "published": "2019-06-03", "url": "http://x.org", "language": "en"},
    {
        "_id": "7",
        "article_content": "Body.",
        "article_title": "Head",
        "publish_date": "2019-06-03",
        "link": "http://x.org",
        "lang": "en-GB",
    },
    {
        "docid": "7",
        "Body": "Body.",
        "Headline": "Head",
        "Date": "3 June 2019",
        "URL": "http://x.org",
        "LanguageCode": "EN",
    },
    {
        "uuid": "7",
        "maintext": "Body.",
        "title": "Head",
        "date_publish": "2019-06-03 10:00:00",
        "url": "http://x.org",
        "language": "en",
    },
    {
        "guid": "7",
        "content": {"rendered": "Body."},
        "title": {"rendered": "Head"},
        "date": "2019-06-03T10:00:00",
        "link": "http://x.org",
        "lang": "en",
    },
    {
        "key": "7",
        "articleBody": ["Body."],
        "headline": "Head",
        "datePublished": "2019-06-03",
        "url": "http://x.org",
        "inLanguage": "en",
    },
]


@pytest.mark.parametrize("record", FULL, ids=lambda r: next(iter(r)))
def test_usual_names_are_known(record: dict[str, Any]) -> None:
    """The field names of common corpora are found without a mapping."""
    fields = read_fields(record, "r", mapping={})
    assert (fields.id, fields.text, fields.title, fields.url, fields.language, fields.date) == (
        "7", "Body.", "Head", "http://x.org", "en", date(2019, 6, 3),
    )  # fmt: skip


def test_a_mapping_names_other_keys() -> None:
    """A mapping beats the usual names, and dots reach into nested records."""
    record = {"text": "Teaser.", "a.b": "Dotted.", "article": {"main": ["One.", "Two."]}, "when": "4/5/2017"}
    fields = read_fields(
        record, "r", mapping={"text": "article.main", "date": "when", "title": "a.b"}, date_format="%m/%d/%Y"
    )
    assert (fields.text, fields.title, fields.date, fields.date_words) == (
        "One.\n\nTwo.",
        "Dotted.",
        date(2017, 4, 5),
        "4/5/2017",
    )


def test_preferred_key_wins_and_empty_ones_do_not() -> None:
    """The better name wins whatever the order of keys; an empty value counts as absent."""
    assert read_fields({"description": "Teaser.", "text": "Body."}, "r", mapping={}).text == "Body."
    assert read_fields({"text": "", "body": "Body."}, "r", mapping={}).text == "Body."


@pytest.mark.parametrize("value", ["4/5/2017", 1559520000, "June 2019"])
def test_unclear_dates_are_told_not_used(value: object) -> None:
    """A date that cannot be read for sure leaves the article undated, with a warning."""
    fields = read_fields({"text": "Body.", "date": value}, "r", mapping={})
    assert fields.date is None
    assert len(fields.warnings) == 1
    assert "not used" in fields.warnings[0]


@pytest.mark.parametrize(
    ("record", "mapping", "why"),
    [
        ({"title": "Head"}, {}, "its keys are 'title'"),
        ({}, {}, "none"),
        ({"text": 5}, {}, "no text"),
        ({"text": "  "}, {}, "its text is empty"),
        ({"text": "Body."}, {"text": "absent.key"}, "under 'absent.key'"),
    ],
)
def test_record_without_text_names_its_keys(record: dict[str, Any], mapping: dict[str, str], why: str) -> None:
    """The error names the record and its keys, and the hint the option."""
    with pytest.raises(InputError, match=why) as caught:
        read_fields(record, "file:3", mapping=mapping)
    assert "'file:3'" in str(caught.value)
    assert "--field" in caught.value.hint


def test_unknown_field_is_a_usage_error() -> None:
    """A mapping of a field that articles do not have is the user's mistake, not the record's."""
    with pytest.raises(UsageError, match="'author'"):
        read_fields({"text": "Body."}, "r", mapping={"author": "by"})


@pytest.mark.parametrize(
    ("value", "record"), [({"text": "Body."}, True), ({"a": 1}, False), ("text", False), (None, False)]
)
def test_looks_like_record(value: object, *, record: bool) -> None:
    """An object with a text is a record."""
    assert looks_like_record(value, {}) is record
