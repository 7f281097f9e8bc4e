"""GeoJSON: every event is there, at its point or at none."""

from __future__ import annotations

import json
from typing import Any

import pytest

from extractor.archive.exports.geojson import geojson
from tests.archive.exports.made import INFO, made
from tests.render.payloads import FORMULAS, HTML, TERMINAL


def collection(poison: str = "") -> dict[str, Any]:
    """Return the feature collection of the three extractions."""
    told: dict[str, Any] = json.loads("".join(geojson(made(poison), INFO)))
    return told


def test_every_event_is_a_feature_and_a_point_only_where_it_has_one() -> None:
    """Events without coordinates keep their place with a null geometry; longitude comes first."""
    told = collection()
    assert told["type"] == "FeatureCollection"
    assert [(feature["id"], feature["geometry"]) for feature in told["features"]] == [
        ("harbour:e1", {"type": "Point", "coordinates": [5.25, -61.5]}),
        ("harbour:e2", None),
        ("harbour:e3", None),
    ]


def test_properties_say_how_exact_the_point_is_and_where_the_event_comes_from() -> None:
    """Precision, days, failed checks and provenance travel with each feature."""
    first, second = (feature["properties"] for feature in collection()["features"][:2])
    assert (first["where_precision"], first["start"], first["country"]) == ("settlement", "2024-03-03", "NOR")
    assert (second["failed_checks"], second["prompt"]) == (["when_supported when"], "events@v1")
    assert "lat" not in first


def test_the_collection_names_the_run() -> None:
    """The run stands in the file, once."""
    assert collection()["extractor"]["name"] == "harbour"


def test_a_run_without_events_is_an_empty_collection() -> None:
    """Nothing found is still a file that opens."""
    assert json.loads("".join(geojson([], INFO)))["features"] == []


@pytest.mark.parametrize("payload", [*HTML[:6], *FORMULAS[:6], *(text for text in TERMINAL if "\ud800" not in text)])
def test_texts_come_through_untouched(payload: str) -> None:
    """JSON is data: what the article says stands there as it was said."""
    assert collection(payload)["features"][0]["properties"]["summary"].endswith(payload)
