"""Who an actor is, as far as tables know: sector (PLOVER) and country (ISO 3166-1 alpha-3) from the name as written.

Nothing is guessed. A name that no table knows keeps the model's sector and has no country; the country of the event is
used only to tell two countries apart that one name can mean ("Congolese") and for persons who are of the place by the
meaning of the word ("residents"). A likely perpetrator is never supplied: "gunmen" stay "gunmen".

How a name is read. "Russian-backed", "US-led", "anti-Syrian" say whose side, not who, and are left out. What stands
before the first "of", "from", "in" … is the head. Organisations (``data/organisations.toml``) are sought in the head
and after "of", "from", "for", unless the head stands for itself ("relatives of Hezbollah fighters" are civilians);
then words (``data/sectors.toml``), the rightmost of the head first. The country is the organisation's, else the one
that the head names, else the one after "of", "from", "for"; two countries give none.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from extractor.events.countries import countries_in, country_code, demonym_country
from extractor.events.summary import Actor
from extractor.events.vocabulary import Involvement, Role, Sector

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@dataclass(frozen=True, slots=True)
class Entry:
    """What a table says about a name or word."""

    sector: Sector
    strength: int
    """FIRM overrules the model, LOOSE fills UNK, GENERIC fills it where nothing else does."""
    countries: tuple[str, ...] = ()
    name: bool = False
    """A proper name: it must begin with a capital."""
    capitals: bool = False
    """An acronym: it must be written in capitals."""


@dataclass(frozen=True, slots=True)
class Found:
    """An entry at ``words[first:last]``."""

    entry: Entry
    first: int
    last: int


FIRM, LOOSE, GENERIC = 2, 1, 0
Table = dict[str, tuple[tuple[tuple[str, ...], Entry], ...]]
"""Entries by their first word, longest first."""


@dataclass(frozen=True, slots=True)
class _Tables:
    organisations: Table
    words: Table
    own: frozenset[Sector]
    past: frozenset[str]
    demonyms: dict[str, tuple[str, ...]]
    of_the_place: frozenset[str]


_SIDE = re.compile(
    r"\b[\w.]+(?:-[\w.]+)?-(?:backed|led|allied|aligned|held|controlled|run|linked|affiliated|sponsored|funded|trained|"
    r"made|supported|occupied|based|owned|inspired|dominated|born|brokered|armed|besieged|administered)\b"
    r"|\b(?:anti|pro)-(?!government\b|regime\b|assad\b)\w+|\banti-\w+",
    re.IGNORECASE,
)
_DASH = re.compile(r"[\u2010-\u2015]")
_PRO_GOVERNMENT = re.compile(r"\bpro-(?:government|regime|assad)\b", re.IGNORECASE)
_WORD = re.compile(r"(?:[^\W\d_]\.){2,}|[\w'\u2019]+|[,;(]")
_ARTICLES = frozenset({"the", "a", "an", "al", "el", "ad", "as", "ash", "at"})
_BELONGS = frozenset({"of", "from", "for", "with"})
_ENDS_HEAD = _BELONGS | frozenset(
    "in at near by who that which against on fighting accused suspected loyal allied linked after to inside around "  # noqa: SIM905  reason: a list of words reads better as text
    "killed held wanted following opposed towards including , ; (".split()
)
_POSSESSIVE = re.compile(r"['\u2019]s?$")
_MEN = re.compile(r"men$")


def resolve_actor(
    name: str, role: Role, sector: Sector, involvement: Involvement, *, where_country: str | None = None
) -> Actor:
    """Return the actor with the sector and country that tables know.

    Args:
        name: as written in the article; kept so.
        role: kept as it is.
        sector: the model's reading. It stands, unless it is UNK (then any table word fills it) or the name holds an
            organisation or a word that can mean nothing else (then the table wins: "police" are COP).
        involvement: kept as it is.
        where_country: alpha-3 of the country where the event happened, or None; see the module's docstring.

    Returns:
        The actor; ``country`` None where no table knows.
    """
    known, strength, country = _known(name, where_country)
    chosen = known if known is not None and (strength == FIRM or sector is Sector.UNK) else sector
    return Actor(name=name, role=role, sector=chosen, country=country, involvement=involvement)


@lru_cache(maxsize=4096)
def normalise_name(name: str) -> str:
    """Return a name as names are compared (scoring.md §1): NFKC, case, punctuation, articles, "al-" and spaces off."""
    folded = unicodedata.normalize("NFKC", name).casefold().replace("'", "").replace("\u2019", "")
    words = re.findall(r"[^\W_]+", folded)
    kept = [word for word in words if word not in ("the", "a", "an", "al", "el")]
    return " ".join(kept or words)


@lru_cache(maxsize=4096)
def _known(name: str, where_country: str | None) -> tuple[Sector | None, int, str | None]:
    """Return what the tables know of a name: sector, how firmly, country."""
    tables = _tables()
    text = name if name.isascii() else _DASH.sub("-", unicodedata.normalize("NFKC", name))
    if "-" in text:
        text = _SIDE.sub(" ", _PRO_GOVERNMENT.sub("progovernment", text))
    words = _WORD.findall(text)
    keys = [_key(word) for word in words]
    head = next((i for i, key in enumerate(keys) if key in _ENDS_HEAD and i), len(keys))
    reach = _reach(keys, head)
    cue = _cue(keys, head, tables)
    group = next((hit for hit in _search(words, keys, tables.organisations) if hit.first < reach), None)
    if cue is not None and group is not None and _is_only_theirs(cue, group, head, tables):
        group = None
    country = _country(words, keys, (head, reach), group, where_country)
    if group is not None:
        past = bool(tables.past & set(keys[: group.first]))
        return group.entry.sector, LOOSE if past else group.entry.strength, country
    if cue is not None:
        if tables.past & set(keys[: cue.first]):
            return None, GENERIC, country
        return cue.entry.sector, cue.entry.strength, country
    return _people_or_state(name, country), LOOSE, country


def _is_only_theirs(cue: Found, group: Found, head: int, tables: _Tables) -> bool:
    """Say whether an organisation only says whose they are: "relatives of Hezbollah fighters", "FARC hostages"."""
    if cue.entry.sector not in tables.own or cue.entry.sector is group.entry.sector or cue.first >= head:
        return False
    return group.first >= head or cue.first >= group.last


def _people_or_state(name: str, country: str | None) -> Sector | None:
    """Read a bare country or capital as its government, a bare people ("Syrians") as civilians."""
    bare = re.sub(r"(?i)^the ", "", name.strip())
    if country is None:
        return None
    if demonym_country(bare) is not None:
        return Sector.CVL if bare.endswith(("s", "ese")) else None
    return Sector.GOV if country_code(bare) is not None or " " not in bare else None


def _cue(keys: Sequence[str], head: int, tables: _Tables) -> Found | None:
    """Return the word that tells the sector: the rightmost of the head, else the first after it; generic ones last."""
    for part in (keys[:head], keys[: _reach(keys, head)]):
        found = list(_search(part, part, tables.words))
        telling = [hit for hit in found if hit.entry.strength != GENERIC] or found
        if telling:
            return telling[-1] if len(part) == head else telling[0]
    return None


def _reach(keys: Sequence[str], head: int) -> int:
    """Return where the phrase after "of", "from", "for" ends: what a head belongs to."""
    if head >= len(keys) or keys[head] not in _BELONGS:
        return head
    inner = (i for i in range(head + 1, len(keys)) if keys[i] in _ENDS_HEAD - {"of", "for", "from"})
    return next(inner, len(keys))


def _country(
    words: Sequence[str], keys: Sequence[str], ends: tuple[int, int], group: Found | None, where_country: str | None
) -> str | None:
    """Return the one country that a name names, in its head or else up to where it reaches; None for two."""
    tables = _tables()
    head, reach = ends
    rest = list(words)
    if group is not None:
        rest[group.first : group.last] = ["_"] * (group.last - group.first)
    for part in (rest[:head], rest[head:reach]):
        named = countries_in(" ".join(part))
        if len(named) == 1:
            return named[0]
        if named:
            return None
    if group is not None and group.entry.countries:
        options = group.entry.countries
        return where_country if where_country in options else options[0]
    for key in keys[:head]:
        if key in tables.demonyms:
            return where_country if where_country in tables.demonyms[key] else None
    return where_country if group is None and tables.of_the_place & set(keys[:head]) else None


def _search(words: Sequence[str], keys: Sequence[str], table: Table) -> Iterator[Found]:
    """Yield the entries of a table that stand in a name, longest first at each place, left to right."""
    read = 0
    for place, key in enumerate(keys):
        if place < read or not (key in table or _singular(key) in table):
            continue
        hit = _at(words, keys, place, table)
        if hit is not None:
            yield hit
            read = hit.last


def _at(words: Sequence[str], keys: Sequence[str], place: int, table: Table) -> Found | None:
    """Return the longest entry that starts at a word, skipping articles inside ("Jaish al-Islam")."""
    for key in (keys[place], _singular(keys[place])):
        for wanted, entry in table.get(key, ()):
            at, matched = place + 1, 1
            while at < len(keys) and matched < len(wanted):
                if wanted[matched] in (keys[at], _singular(keys[at])):
                    matched += 1
                elif keys[at] not in _ARTICLES:
                    break
                at += 1
            if matched == len(wanted) and _is_written_so(words[place], entry):
                return Found(entry, place, at)
    return None


def _is_written_so(word: str, entry: Entry) -> bool:
    """Names begin with a capital, acronyms have nothing else; words may be written anyhow."""
    if entry.capitals:
        return word.replace(".", "").isupper()
    return not entry.name or word[0].isupper()


@lru_cache(maxsize=8192)
def _key(word: str) -> str:
    """Return a word as tables are keyed: no accents, case, dots or possessive."""
    plain = word
    if not word.isascii():
        plain = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
    return _POSSESSIVE.sub("", plain.casefold()).replace(".", "").replace("'", "").replace("\u2019", "")


@lru_cache(maxsize=8192)
def _singular(key: str) -> str:
    """Return a regular singular: "rebels", "militiamen", "families", "churches", "children"."""
    if key == "children":
        return "child"
    if key.endswith("men"):
        return _MEN.sub("man", key)
    if key.endswith("ies") and len(key) > 4:  # noqa: PLR2004  reason: "ties" is no "ty"
        return key[:-3] + "y"
    if key.endswith(("ches", "shes", "sses", "xes")):
        return key[:-2]
    return key[:-1] if key.endswith("s") and not key.endswith("ss") else key


def _keys(name: str) -> tuple[str, ...]:
    """Return the key words of a table's name, without articles."""
    keys = [_key(word) for word in _WORD.findall(name.replace("-", " "))]
    return tuple(key for key in keys if key not in _ARTICLES)


@cache
def _tables() -> _Tables:
    """Read both files once (about 10 ms)."""
    data = resources.files("extractor.events").joinpath("data")

    def load(name: str) -> dict[str, Any]:
        return tomllib.loads(data.joinpath(name).read_text(encoding="utf-8"))

    groups, sectors = load("organisations.toml"), load("sectors.toml")
    strengths = {"firm": FIRM, "loose": LOOSE, "generic": GENERIC}
    named = (
        (name, Entry(Sector(sector), strengths[level], tuple(codes.strip("-").split()), True, _is_acronym(name)))  # noqa: FBT003  reason: proper name
        for level, by_sector in groups.items()
        for sector, by_country in by_sector.items()
        for codes, listed in by_country.items()
        for name in listed
    )
    told = (
        (word, Entry(Sector(sector), strengths[level]))
        for level in strengths
        for sector, listed in sectors[level].items()
        for word in listed
    )
    return _Tables(
        organisations=_table(named),
        words=_table(told),
        own=frozenset(Sector(sector) for sector in sectors["own"]["sectors"]),
        past=frozenset(sectors["past"]["words"]),
        demonyms={word: tuple(codes) for word, codes in sectors["demonyms"].items()},
        of_the_place=frozenset(sectors["of_the_place"]["words"]),
    )


def _is_acronym(name: str) -> bool:
    return " " not in name and name.replace(".", "").replace("-", "").isupper()


def _table(entries: Iterator[tuple[str, Entry]]) -> Table:
    """Key entries by their first word, longest first."""
    grouped: dict[str, list[tuple[tuple[str, ...], Entry]]] = {}
    for name, entry in entries:
        keys = _keys(name)
        listed = grouped.setdefault(keys[0], [])
        if (keys, entry) not in listed:
            listed.append((keys, entry))
    return {first: tuple(sorted(listed, key=lambda item: -len(item[0]))) for first, listed in grouped.items()}
