"""The gazetteer: settlements and first-level regions of the world, in one compressed file that needs no parsing.

The idea: a name is found in sorted text, so that next to nothing is built at load time. The file
(``data/gazetteer.bin``, written by ``scripts/build_gazetteer.py``) holds a JSON header line and zlib sections::

    regions    one line per admin1 region or other ISO 3166-2 area: code, country, name, geonameid, parent
    names      one line per settlement, ordered by country and region, then name
    columns    lat, lon, geonameid, population, region of each settlement, as planes of bytes
    settlement_index, region_index, district_index, alike_index
               sorted lines "key TAB numbers": the folded name, then three base-64 digits for each row

A *folded* name is lower case without accents, apostrophes and hyphens. An *alike* key goes further, for names that
English writes in many ways (Deir ez-Zor, Dayr az Zawr): it drops the Arabic article and evens out vowels; it exists
only for places whose country does not write in Latin letters, and is tried only when the folded name is unknown.

Data: GeoNames (https://www.geonames.org, CC BY 4.0), through the packages that the header names.
Populations are kept to two significant digits, coordinates to 0.001 degrees (about 100 m).
"""

from __future__ import annotations

import json
import re
import unicodedata
import zlib
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

CLEAR_POPULATION = 100_000
CLEAR_FACTOR = 10
"""A name of several countries is clear for a place with so many people and so many times those of any other."""

_TWO, _THREE = 2, 3
"""Bytes of a number in the columns."""
_STRETCH = 1024
"""Bytes of an index that are searched for a key; fewer would need a longer table of keys."""

DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_VALUE = {ord(c): i for i, c in enumerate(DIGITS)}

_APOSTROPHES = str.maketrans("", "", "'`\u2018\u2019\u00b4\u02bf\u02be\u02bb\u02bc\u2032")
_PUNCTUATION = _APOSTROPHES | str.maketrans(dict.fromkeys('-.,;:_/()[]"!?*+', " ") | {"&": " and "})
_SEPARATORS = re.compile(r"[\W_]+")
_UNDECOMPOSED = str.maketrans(
    {
        "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "æ": "ae", "œ": "oe", "\u0131": "i",
        "ə": "a", "ħ": "h", "ŋ": "ng", "ŧ": "t", "ɖ": "d", "ɛ": "e", "ɔ": "o",
    }
)  # fmt: skip
_SHORT_FORMS = {"st": "saint", "ste": "sainte", "mt": "mount", "ft": "fort"}

_ARTICLES = frozenset({"al", "el", "ul", "ar", "er", "as", "es", "ash", "esh", "ad", "ed", "adh", "at", "et", "ath"}
                      | {"az", "ez", "an", "en", "il", "ur", "us", "ush", "uz"})  # fmt: skip
_JOINED_ARTICLE = re.compile(r"^[aeu](?=(zz|ss|rr|tt|dd|nn|shsh)[a-z]{2})")
_EVEN_OUT = (
    (re.compile(r"ei|ey|ay|ai|ee|ie|iy"), "i"),
    (re.compile(r"ou|oo|aw|au|ow|uw"), "u"),
    (re.compile(r"dh|th"), "d"),
    (re.compile(r"q"), "k"),
    (re.compile(r"y|j(?=[aou])"), "i"),
    (re.compile(r"e"), "a"),
    (re.compile(r"o|w"), "u"),
    (re.compile(r"(.)\1+"), r"\1"),
    (re.compile(r"(?<=...)(ah|ih|a|i)$"), ""),
)


@lru_cache(maxsize=8192)
def fold(name: str) -> str:
    """Return the key of a name: lower case, no accents, apostrophes or hyphens, single spaces, "st" as "saint"."""
    text = name.lower()
    if text.isascii() and text.isalpha():
        return _SHORT_FORMS.get(text, text)
    text = text.translate(_PUNCTUATION)
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text)
        text = "".join(c for c in text if not unicodedata.combining(c)).translate(_UNDECOMPOSED)
        text = _SEPARATORS.sub(" ", text.translate(_APOSTROPHES))
    return " ".join([_SHORT_FORMS.get(word, word) for word in text.split()])


def alike(name: str) -> str:
    """Return the coarser key of a name: no Arabic article, vowels and doubled letters evened out, no spaces."""
    words = fold(name).split()
    kept = [w for w in words if w not in _ARTICLES] if len(words) > 1 else words
    return "".join(map(_evened, kept))


@lru_cache(maxsize=8192)  # parts of a name are tried beside the whole
def _evened(word: str) -> str:
    text = _JOINED_ARTICLE.sub("", word)
    for pattern, replacement in _EVEN_OUT:
        text = pattern.sub(replacement, text)
    return text


@dataclass(frozen=True, slots=True)
class Region:
    """A first-level region, or another area that has an ISO 3166-2 code."""

    code: str
    """ISO 3166-2 where there is one, else the GeoNames admin1 code (``PS.GZ``)."""
    country: str
    """ISO 3166-1 alpha-3."""
    name: str
    geonameid: int | None
    parent: str | None = None
    """Code of the first-level region around it, where it is a deeper one (PH-SLU lies in PH-14)."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """A city, town or village."""

    name: str
    country: str
    """ISO 3166-1 alpha-3."""
    region: Region | None
    lat: float
    """Degrees north, WGS 84, to 0.001."""
    lon: float
    """Degrees east, WGS 84, to 0.001."""
    geonameid: int
    population: int
    """To two significant digits; 0 where GeoNames has none."""
    primary: bool
    """Whether the name asked for is its main name, not an alternate one."""


class Gazetteer:
    """The loaded file; read-only, safe to share between threads."""

    def __init__(self, data: bytes) -> None:
        """Unpack ``data``, the content of ``gazetteer.bin``; raise ValueError when it is something else."""
        line, _, body = data.partition(b"\n")
        try:
            header = json.loads(line)
            sections = {
                name: zlib.decompress(body[start : start + length])
                for name, (start, length) in header["sections"].items()
            }
        except (ValueError, KeyError, TypeError, zlib.error) as error:
            raise ValueError("not a gazetteer file") from error
        self.sources: dict[str, str] = header["sources"]
        self.countries: dict[str, tuple[int, int]] = {k: (a, b) for k, (a, b) in header["countries"].items()}
        """Half-open range of settlement numbers of each country (alpha-3)."""
        self.size: int = header["settlements"]
        self._regions = sections["regions"].decode().splitlines()
        self._read_regions: dict[int, Region] = {}
        self._codes: dict[tuple[str, str], int] = {}
        for number, row in enumerate(self._regions):
            code, country, _, _, parent = row.split("\t")
            if not parent or (country, code) not in self._codes:  # of two rows the first-level one
                self._codes[country, code] = number
        self._names = sections["names"]
        self._blocks = sections["name_blocks"]
        self._columns = {name: sections[name] for name in ("lat", "lon", "geonameid", "population", "region")}
        self._settlement_index = _Index(sections["settlement_index"])
        self._region_index = _Index(sections["region_index"])
        self._district_index = _Index(sections["district_index"])
        self._alike_index = _Index(sections["alike_index"])

    def settlements(self, name: str, country: str | None = None, *, limit: int = 8) -> tuple[Settlement, ...]:
        """Return the settlements of that name (in ``country``, alpha-3), main names first, then by population.

        Without a country only the ``limit`` largest are returned. Spelling counts as the same when it folds to
        the same key.
        """
        return self._pick(self._settlement_index, fold(name), country, limit)

    def peoples(self, name: str) -> list[tuple[str, int]]:
        """Return country and people of each settlement whose main name this is, or that is too large to be missed.

        Looked for among the eight that :meth:`settlements` returns, but read without all that else is known of them.
        """
        key = fold(name)
        found = []
        for number in self._settlement_index.numbers(key)[:8]:
            people = _unpack_population(self._value("population", number, _TWO))
            if people >= CLEAR_POPULATION or fold(self._name(number)) == key:
                found.append((self.region(self._value("region", number, _TWO)).country, people))
        return found

    def settlements_alike(self, name: str, country: str | None = None, *, limit: int = 8) -> tuple[Settlement, ...]:
        """Return the settlements whose name is another transliteration of ``name``, by population."""
        return self._pick(self._alike_index, alike(name), country, limit)

    def regions(self, name: str, country: str | None = None, *, exact: bool = False) -> tuple[Region, ...]:
        """Return the regions of that name, kind words ("Province", "oblast") already taken off.

        Another transliteration will do where nobody spells the name so, unless it is to be ``exact``.
        """
        found = self._region_index.numbers(fold(name))
        if not found and not exact:
            found = self._region_index.numbers("~" + alike(name))
        return self._in_country(found, country)

    def region_of_district(self, name: str, country: str | None = None) -> tuple[Region, ...]:
        """Return the first-level regions that have a district, county or other second-level area of that name."""
        return self._in_country(self._district_index.numbers(fold(name)), country)

    def region(self, number: int) -> Region:
        """Return region ``number`` of the file."""
        known = self._read_regions.get(number)
        if known is None:
            code, country, name, geonameid, parent = self._regions[number].split("\t")
            known = Region(code, country, name, int(geonameid) if geonameid else None, parent or None)
            self._read_regions[number] = known
        return known

    def region_by_code(self, code: str, country: str) -> Region | None:
        """Return the region of ``country`` (alpha-3) with that ISO 3166-2 or GeoNames code, or None."""
        number = self._codes.get((country, code))
        return None if number is None else self.region(number)

    def people_of_region(self, region: Region) -> int:
        """Return how many people live in the settlements of a first-level region."""
        start, end = self.countries.get(region.country, (0, 0))
        wanted = self._codes[region.country, region.code]
        first = start + bisect_left(range(start, end), wanted, key=lambda n: self._value("region", n, _TWO))
        last = start + bisect_right(range(start, end), wanted, key=lambda n: self._value("region", n, _TWO))
        return sum(_unpack_population(self._value("population", n, _TWO)) for n in range(first, last))

    def settlement(self, number: int, key: str = "") -> Settlement:
        """Return settlement ``number``; ``primary`` says whether its main name folds to ``key``."""
        name = self._name(number)
        region = self.region(self._value("region", number, _TWO))
        return Settlement(
            name=name,
            country=region.country,
            region=region if region.code else None,
            lat=round(self._value("lat", number) / 1000 - 90, 3),
            lon=round(self._value("lon", number) / 1000 - 180, 3),
            geonameid=self._value("geonameid", number),
            population=_unpack_population(self._value("population", number, _TWO)),
            primary=fold(name) == key,
        )

    def _in_country(self, numbers: list[int], country: str | None) -> tuple[Region, ...]:
        regions = dict.fromkeys(self.region(n) for n in numbers)
        return tuple(r for r in regions if country is None or r.country == country)

    def _pick(self, index: _Index, key: str, country: str | None, limit: int) -> tuple[Settlement, ...]:
        numbers = index.numbers(key)
        if country is not None:
            start, end = self.countries.get(country, (0, 0))
            numbers = [n for n in numbers if start <= n < end]
        found = [self.settlement(n, key) for n in numbers[:limit]]
        found.sort(key=lambda s: (not s.primary, -s.population, s.geonameid))
        return tuple(found)

    def _value(self, column: str, number: int, width: int = _THREE) -> int:
        planes = self._columns[column]
        value = planes[number] | planes[self.size + number] << 8
        return value if width == _TWO else value | planes[2 * self.size + number] << 16

    def _name(self, number: int) -> str:
        block, rest = divmod(number, 16)
        start = int.from_bytes(self._blocks[block :: len(self._blocks) // 4], "little")
        for _ in range(rest):
            start = self._names.index(b"\n", start) + 1
        end = self._names.index(b"\n", start)
        return self._names[start:end].decode()


class _Index:
    """Sorted lines "key TAB numbers". The keys at every thousandth byte say in which stretch a key must stand."""

    __slots__ = ("_ends", "_keys", "_lines")

    def __init__(self, lines: bytes) -> None:
        lines = b"\n" + lines  # so that every line has a line end before it
        starts = dict.fromkeys(lines.rfind(b"\n", 0, at) for at in range(1, len(lines), _STRETCH))
        self._lines = lines
        self._keys = [lines[start + 1 : lines.index(b"\t", start)] for start in starts]
        self._ends = [*starts, len(lines)]

    def numbers(self, key: str) -> list[int]:
        """Return the row numbers behind ``key``; none where no line has it."""
        wanted = key.encode()
        stretch = bisect_right(self._keys, wanted)
        if not wanted or not stretch:
            return []
        lines, end = self._lines, self._ends[stretch]
        at = lines.find(b"\n" + wanted + b"\t", self._ends[stretch - 1], end)
        if at < 0:
            return []
        place = at + len(wanted) + 2
        digits = lines[place : lines.index(b"\n", place)]
        return [
            _VALUE[digits[i]] << 12 | _VALUE[digits[i + 1]] << 6 | _VALUE[digits[i + 2]]
            for i in range(0, len(digits), 3)
        ]


def pack_population(population: int) -> int:
    """Return two digits and an exponent as one number below 65536 (the inverse of what a settlement shows)."""
    if population < 100:  # noqa: PLR2004 - two significant digits
        return population
    exponent = len(str(population)) - 2
    power: int = 10**exponent
    return population // power + 100 * exponent


def _unpack_population(packed: int) -> int:
    exponent, digits = divmod(packed, 100)
    power: int = 10**exponent
    return digits * power


@cache
def gazetteer() -> Gazetteer:
    """Return the shipped gazetteer; the first call unpacks it (about 50 ms, 15 MB)."""
    return Gazetteer(resources.files("extractor.events").joinpath("data/gazetteer.bin").read_bytes())
