"""The formats that ``extract`` reads and writes; light enough for ``--help`` and shell completion."""

from __future__ import annotations

from enum import StrEnum


class Format(StrEnum):
    """How results are written."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    MARKDOWN = "markdown"
    HTML = "html"


class InputFormat(StrEnum):
    """What an input holds, where its name and first bytes don't tell."""

    AUTO = "auto"
    TEXT = "text"
    MARKDOWN = "markdown"
    HTML = "html"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    TSV = "tsv"
    MBOX = "mbox"
    EML = "eml"


class Mode(StrEnum):
    """How the reply type travels to an endpoint."""

    AUTO = "auto"
    JSON_SCHEMA = "json_schema"
    TOOLS = "tools"
    JSON = "json"


class RunMode(StrEnum):
    """The same for a run over an archive, or by way of the provider's batches."""

    AUTO = "auto"
    JSON_SCHEMA = "json_schema"
    TOOLS = "tools"
    JSON = "json"
    BATCH = "batch"


class Engine(StrEnum):
    """Where a run's articles are worked on."""

    LOCAL = "local"
    RAY = "ray"


class SittingMode(StrEnum):
    """By which way a run is gone on with."""

    LIVE = "live"
    BATCH = "batch"


SUFFIXES = {
    ".json": Format.JSON,
    ".jsonl": Format.JSONL,
    ".ndjson": Format.JSONL,
    ".csv": Format.CSV,
    ".md": Format.MARKDOWN,
    ".html": Format.HTML,
    ".htm": Format.HTML,
    ".txt": Format.TABLE,
}
"""The format that the name of an output file asks for."""
