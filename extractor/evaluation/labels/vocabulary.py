"""The closed words of the labelled set: kinds of articles, traps, and continents to count countries by.

The guide that labellers work from (evals/guidelines.md) explains each; a test holds the two together.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Final

KINDS: Final = (
    "wire",
    "live_blog",
    "regional",
    "web_page",
    "statement",
    "translated",
    "analysis",
    "round_up",
    "opinion",
    "sport",
    "science",
    "history",
    "weather",
)
"""In whose manner an article is written."""

TRAPS: Final = (
    "conflicting_tolls",
    "revised_toll",
    "period_total",
    "numbers_side_by_side",
    "denial",
    "accusation",
    "claim_of_responsibility",
    "planned_act",
    "threatened_act",
    "no_casualties",
    "vague_count",
    "reported_from_elsewhere",
    "ambiguous_place_name",
    "weekday_across_boundary",
    "last_weekday_same_day",
    "nested_quotes",
    "unnamed_perpetrator",
    "told_twice",
    "misleading_headline",
    "old_event_as_context",
    "instruction_to_model",
    "wrong_printed_date",
    "victims_split_by_kind",
)
"""What an article holds on purpose because readers and programs stumble over it."""

INHABITED: Final = ("Africa", "Asia", "Europe", "North America", "South America", "Oceania")


@cache
def continents() -> dict[str, str]:
    """Return the continent of every country, by ISO 3166-1 alpha-3."""
    table = tomllib.loads(
        resources.files("extractor.evaluation.labels").joinpath("data/continents.toml").read_text("utf-8")
    )
    return {code: continent for continent, codes in table.items() for code in codes.split()}
