"""From a JSON record to what an article needs: which key holds the text, which the date.

Corpora name their fields in a dozen ways; the usual ones are known here in order of preference, compared without
case, ``_`` and ``-``. A mapping names them outright, with dots for nested records ("article.body"). A date that
cannot be read without guessing is not used and said so: the record is still an article.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from extractor.articles.written_dates import UnclearDateError, read_date
from extractor.errors import InputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "text": (
        *(
            "text",
            "body",
            "content",
            "articletext",
            "articlecontent",
            "articlebody",
            "fulltext",
            "maintext",
            "bodytext",
        ),
        *("article", "story", "rawtext", "plaintext", "html", "rawhtml", "contenthtml", "description"),
    ),
    "title": ("title", "headline", "articletitle", "head", "name", "subject"),
    "date": (
        *("published", "publisheddate", "publishdate", "publishedat", "publishedon", "publicationdate"),
        *("datepublished", "datepublish", "pubdate", "publishtime", "releasedate", "date", "articledate"),
    ),
    "url": ("url", "link", "sourceurl", "articleurl", "canonicalurl", "permalink", "webpage", "uri"),
    "id": ("id", "_id", "docid", "documentid", "articleid", "uuid", "guid", "key"),
    "language": ("language", "lang", "languagecode", "langcode", "locale", "inlanguage"),
}
"""Which keys hold what, best first; as written, lower case, without ``_`` and ``-``."""
_LANGUAGE = re.compile(r"[A-Za-z]{2}(?:[-_]|$)")


class RecordFields(NamedTuple):
    """The fields of one record, as far as it has them."""

    text: str
    title: str | None
    url: str | None
    id: str | None
    language: str | None
    date: date | None
    date_words: str | None
    warnings: tuple[str, ...]


def read_fields(
    record: Mapping[str, Any], source: str, *, mapping: Mapping[str, str], date_format: str | None = None
) -> RecordFields:
    """Read the fields of one record.

    Args:
        record: A JSON object.
        source: Its name for messages, such as ``articles.jsonl:7``.
        mapping: Own name (a key of ``FIELDS``) → the record's key, for fields that the usual names do not find.
        date_format: ``strptime`` format of the record's date.

    Raises:
        InputError: The record has no text.
        UsageError: ``mapping`` names a field that there is none of.
    """
    check_mapping(mapping)
    text = _find(record, "text", mapping)
    if not isinstance(text, str) or not text.strip():
        raise InputError(
            f"{source!r} has no text{_where(text, mapping)}; its keys are {_keys(record)}",
            hint="Name the key that holds the text: --field text=KEY.",
        )
    found, words, warnings = _date(_find(record, "date", mapping), date_format)
    language = _string(_find(record, "language", mapping))
    return RecordFields(
        text=text,
        title=_string(_find(record, "title", mapping)),
        url=_string(_find(record, "url", mapping)),
        id=_string(_find(record, "id", mapping)),
        language=language[:2].lower() if language and _LANGUAGE.match(language) else None,
        date=found,
        date_words=words,
        warnings=warnings,
    )


def check_mapping(mapping: Mapping[str, str]) -> None:
    """Raise UsageError where ``mapping`` names a field that articles do not have."""
    for name in mapping:
        if name not in FIELDS:
            raise UsageError(f"{name!r} is no field of an article", hint=f"Fields are {', '.join(FIELDS)}.")


def looks_like_record(value: object, mapping: Mapping[str, str]) -> bool:
    """Return whether ``value`` is an object that holds a text."""
    return isinstance(value, dict) and isinstance(_find(value, "text", mapping), str)


def _find(record: Mapping[str, Any], field: str, mapping: Mapping[str, str]) -> object:
    if field in mapping:
        return _unwrapped(_follow(record, mapping[field]))
    keys = {plain_key(key): key for key in reversed(list(record))}
    for name in FIELDS[field]:
        if (key := keys.get(plain_key(name))) is not None and record[key] not in (None, "", [], {}):
            value = record[key]
            # WordPress and its like: {"content": {"rendered": "<p>…"}}
            return _unwrapped(value)
    return None


def _unwrapped(value: object) -> object:
    """Return the text inside of an object with one, and a list of paragraphs as one text; anything else as it is."""
    if isinstance(value, dict):
        return value.get("rendered", value.get("text"))
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return "\n\n".join(value)
    return value


def _follow(record: Mapping[str, Any], path: str) -> object:
    """Return ``record[path]``, or follow its dots into nested records."""
    if path in record:
        return record[path]
    value: Any = record
    for key in path.split("."):
        if not isinstance(value, dict) or key not in value:
            return None
        value = value[key]
    return value


def _date(value: object, date_format: str | None) -> tuple[date | None, str | None, tuple[str, ...]]:
    if value is None:
        return None, None, ()
    try:
        return read_date(value, date_format=date_format), str(value), ()
    except UnclearDateError as problem:
        return None, None, (f"date of the record not used: {problem} (--date-format says how dates are written)",)


def _string(value: object) -> str | None:
    if isinstance(value, str):
        return value.strip() or None
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def _where(text: object, mapping: Mapping[str, str]) -> str:
    if "text" in mapping:
        return f" under {mapping['text']!r}"
    return " (its text is empty)" if isinstance(text, str) else ""


def _keys(record: Mapping[str, Any]) -> str:
    return ", ".join(repr(key) for key in list(record)[:12]) or "none"


def plain_key(key: str) -> str:
    """Return a record's key as keys are compared: lower case, without ``_`` and ``-``."""
    return str(key).lower().replace("_", "").replace("-", "")
