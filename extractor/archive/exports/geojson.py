"""GeoJSON (RFC 7946): every event a feature, at its coordinates where it has any.

An event without coordinates keeps its place in the file with a null geometry, because a map that leaves out what it
cannot draw shows a different war. How exact a point is, ``where_precision`` among the properties says; a region or a
country has no point, as its middle would be a place where nothing happened.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from extractor.archive.exports.columns import json_value
from extractor.archive.exports.tables import EVENTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from extractor.archive.exports.columns import Row
    from extractor.archive.exports.run_info import RunInfo
    from extractor.events.summary import Extraction


def geojson(extractions: Iterable[Extraction], info: RunInfo) -> Iterator[str]:
    """Yield a feature collection, a feature to a line; its properties are the columns of the table of events.

    The run stands in the member ``extractor``. Articles without events have no feature.
    """
    yield f'{{"type": "FeatureCollection", "extractor": {info.as_json()}, "features": ['
    between = "\n"
    for extraction in extractions:
        for row in EVENTS.rows(extraction):
            if row["event_id"] is not None:
                yield f"{between}{json.dumps(feature(row), ensure_ascii=False, allow_nan=False)}"
                between = ",\n"
    yield "\n]}\n"


def feature(row: Row) -> dict[str, object]:
    """Return one feature; longitude comes first (RFC 7946 §3.1.1)."""
    properties = {name: json_value(value) for name, value in row.items()}
    lat, lon = properties.pop("lat"), properties.pop("lon")
    point = None if lat is None or lon is None else {"type": "Point", "coordinates": [lon, lat]}
    return {
        "type": "Feature",
        "id": f"{row['article_id']}:{row['event_id']}",
        "geometry": point,
        "properties": properties,
    }
