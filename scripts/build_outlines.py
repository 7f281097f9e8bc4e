"""Build ``extractor/web/outlines.json``: coasts and borders of the world for the map of a run's report.

    npm pack world-atlas@2.0.2 && python scripts/build_outlines.py world-atlas-2.0.2.tgz    # the same bytes each time

The package world-atlas (ISC) holds Natural Earth 4.1 (public domain) as TopoJSON: lines ("arcs") that neighbours share,
and rings made of them. Its scale of 1:50,000,000 is kept, its detail is not: each line loses the points that lie within
``TOLERANCE`` of what remains (Douglas and Peucker 1973). Lines are thinned whole, so neighbours still fit together.
"""

from __future__ import annotations

import hashlib
import json
import math
import sys
import tarfile
from collections import Counter
from pathlib import Path
from typing import Any

SOURCE = "package/countries-50m.json"
SHA256 = "04342cdc1e3016bcd7db1630de95684d67b79fe3c8c460321e87aef469502394"
TARGET = Path(__file__).resolve().parent.parent / "extractor" / "web" / "outlines.json"
ATTRIBUTION = "Natural Earth 4.1 (public domain), from world-atlas 2.0.2 (ISC)"
UNITS = 50
"""Of the file to a degree: 2 km at the equator."""
TOLERANCE = 0.05
"""Degrees; a map of one country is drawn some 20 degrees wide."""
LEAST_RING = 0.15
"""Degrees; islands whose longer side is shorter are left out."""
LIMIT = 300_000

Line = list[tuple[float, float]]


def lines_of(topology: dict[str, Any]) -> list[Line]:
    """Return the lines in degrees (TopoJSON §2.1.2: each point is given by its distance from the one before)."""
    (width, height), (west, south) = topology["transform"]["scale"], topology["transform"]["translate"]
    lines = []
    for arc in topology["arcs"]:
        x = y = 0
        line = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            line.append((west + x * width, south + y * height))
        lines.append(line)
    return lines


def thinned(line: Line) -> Line:
    """Return a line without the points that lie within the tolerance of what remains; a ring keeps three of its own."""
    if line[0] == line[-1]:
        far = max(range(len(line)), key=lambda i: abs(line[i][0] - line[0][0]) + abs(line[i][1] - line[0][1]))
        return kept(line[: far + 1])[:-1] + kept(line[far:])
    return kept(line)


def kept(line: Line) -> Line:
    """Return the ends of a line, and between them what the tolerance does not cover."""
    if len(line) < 3:  # noqa: PLR2004 - a stretch between two points
        return line
    far = max(range(1, len(line) - 1), key=lambda i: distance(line[i], line[0], line[-1]))
    if distance(line[far], line[0], line[-1]) <= TOLERANCE:
        return [line[0], line[-1]]
    return kept(line[: far + 1])[:-1] + kept(line[far:])


def distance(point: tuple[float, float], start: tuple[float, float], end: tuple[float, float]) -> float:
    """Return the distance of a point from the stretch between two others, in degrees."""
    (x, y), (x1, y1), (x2, y2) = point, start, end
    dx, dy = x2 - x1, y2 - y1
    length = dx * dx + dy * dy
    along = 0.0 if length == 0 else min(1.0, max(0.0, ((x - x1) * dx + (y - y1) * dy) / length))
    return math.hypot(x - x1 - along * dx, y - y1 - along * dy)


def rings_of(geometry: dict[str, Any]) -> list[list[int]]:
    """Return all rings of a geometry as numbers of lines; ``~n`` is line n run backwards."""
    if geometry["type"] == "GeometryCollection":
        return [ring for part in geometry["geometries"] for ring in rings_of(part)]
    if geometry["type"] == "Polygon":
        return list(geometry["arcs"])
    return [ring for polygon in geometry["arcs"] for ring in polygon]


def large(ring: list[int], lines: list[Line]) -> bool:
    """Say whether a ring is large enough to be seen."""
    points = [point for number in ring for point in lines[number if number >= 0 else ~number]]
    xs, ys = zip(*points, strict=True)
    return bool(max(max(xs) - min(xs), max(ys) - min(ys)) >= LEAST_RING)


def packed(line: Line) -> list[int]:
    """Return a line in the file's units: the first point, then the steps between points; points that meet are one."""
    numbers: list[int] = []
    last = (0, 0)
    for x, y in line:
        point = (round(x * UNITS), round(y * UNITS))
        if not numbers or point != last:
            numbers += [point[0] - last[0], point[1] - last[1]]
            last = point
    return numbers


def build(topology: dict[str, Any]) -> str:
    """Return the file: ``lines``, ``land`` (rings of them), and ``borders`` (lines that two countries share)."""
    lines = lines_of(topology)
    land = [ring for ring in rings_of(topology["objects"]["land"]) if large(ring, lines)]
    uses = Counter(
        number if number >= 0 else ~number for ring in rings_of(topology["objects"]["countries"]) for number in ring
    )
    borders = sorted(number for number, count in uses.items() if count > 1)
    used = sorted({number if number >= 0 else ~number for ring in land for number in ring} | set(borders))
    place = {number: i for i, number in enumerate(used)}
    content = {
        "attribution": ATTRIBUTION,
        "units": UNITS,
        "lines": [packed(thinned(lines[number])) for number in used],
        "land": [[place[number] if number >= 0 else ~place[~number] for number in ring] for ring in land],
        "borders": [place[number] for number in borders],
    }
    return json.dumps(content, separators=(",", ":")) + "\n"


def main(arguments: list[str]) -> int:
    """Write the file; refuse when the source is another one or the result is too large."""
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    with tarfile.open(arguments[0]) as package:
        member = package.extractfile(SOURCE)
        source = member.read() if member else b""
    if hashlib.sha256(source).hexdigest() != SHA256:
        print(f"{SOURCE} in {arguments[0]} is another file than this script was written for", file=sys.stderr)
        return 2
    text = build(json.loads(source))
    print(f"{len(text):,} bytes")
    if len(text) > LIMIT:
        print(f"more than {LIMIT:,} bytes", file=sys.stderr)
        return 1
    TARGET.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
