"""Reading a place phrase: from the article's words to its parts, the most specific first.

    "the Salaheddine district of Aleppo, northern Syria" → site Salaheddine · name Aleppo · name Syria (direction)
    "Syria's Idlib province"                             → region Idlib · name Syria
    "about 30 km north of Mosul"                         → name Mosul, near
    "the Damascus suburb of Douma"                       → name Douma · name Damascus

Only adjectives of origin are looked up here ("the northern Syrian city of Aleppo"); what a name means is decided in
``places.py``. The reading is English and closed: commas,
"in", "of", possessives, words of kind (province, village, hospital) and words of nearness.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from extractor.events.countries import country_part, demonym_country
from extractor.events.place_kinds import DIRECTIONS, PARTICLES, QUALIFIERS, Kind, kind_of

_DIRECTION_OF = (
    r"(?:(?:due |just |to the )?(?:north|south)?[- ]?(?:north|south|east|west)"
    r"(?:ern (?:edge|side|part|outskirts))? of)"
)
_DISTANCE = (
    r"(?:(?:about|some|around|nearly|roughly|approximately|just|less than|more than|over|almost) )?"
    r"(?:\d[\d.,]*|a few|several|dozens of|two|three|four|five|six|seven|eight|nine|ten|twenty|thirty)[- ]?"
    r"(?:km|kms|kilometers?|kilometres?|miles?|mi|metres?|meters?|yards)\b(?: away)?"
)
_NEAR = re.compile(
    rf"\b(?:{_DISTANCE}(?: {_DIRECTION_OF}| (?:from|off|outside|inside|into|of|to))?|{_DIRECTION_OF}"
    r"|(?:just |right )?outside(?: of)?|near(?:by)?(?: to)?|close to|adjacent to|next to|opposite|beyond|around"
    r"|towards?|(?:on |in |at )?(?:the )?(?:(?:\w+ )?(?:outskirts|edges?|vicinity|environs|surroundings|periphery"
    r"|approaches)|entrances?|gates|entry) (?:of|to)|between|off(?: the)?(?: \w+)? coast of|off)\s+",
    re.IGNORECASE,
)
_MEASURE_IN_BRACKETS = re.compile(r"\(\s*[^)]*\d[^)]*\)")
_SPLIT = re.compile(
    r"\s*[,;()]\s*|\s+[\u2013\u2014]\s+"
    r"|\s+(?:in|at|inside|within|on|from|along|across|under|against|into|to)\s+(?:the\s+)?"
    r"|^(?:in|at|inside|within|on|from|along|across)\s+"
)
_POSSESSIVE = re.compile(r"(?<=\w)(?:['\u2019]s|(?<=s)['\u2019])\s+(?=\S)")
_OF = re.compile(r"\s+of\s+(?:the\s+)?")
_TOKEN = re.compile(r"\S+")
_NAME_START = re.compile(
    r"^[\"'\u201c\u2018\u2019\u02bf\u02be]*"
    r"(?:(?:al|el|ad|ar|as|at|az|an|ash|ed|er|es|ez|et|ul|d|l|de|ol|un|in)[-'\u2019])?[A-Z0-9\u00c0-\u00de\u0100-\u1eff]"
)


@dataclass(frozen=True, slots=True)
class Part:
    """One named (or unnamed) piece of a place phrase."""

    name: str
    """The proper name without words of kind, or "" ("a village")."""
    kind: Kind = "name"
    near: bool = False
    """The place lies near this, not in it."""
    direction: bool = False
    """A direction went before the name: "northern Aleppo"."""
    origins: tuple[str, ...] = ()
    """Countries (alpha-3) whose adjectives stood before the name: "Turkish-held Afrin"."""


def read_place(words: str) -> tuple[Part, ...]:
    """Return the parts of a place phrase, the most specific first; () where nothing is left."""
    text = " ".join(_MEASURE_IN_BRACKETS.sub(" ", words).split()).strip(' ."\u201c\u201d:;-\u2013\u2014')
    parts: list[Part] = []
    position = 0
    near = False
    pieces: list[tuple[str, bool]] = []
    for match in _NEAR.finditer(text):
        pieces.append((text[position : match.start()], near))
        position, near = match.end(), True
    pieces.append((text[position:], near))
    for piece, is_near in pieces:
        read = [part for chunk in _SPLIT.split(piece) if chunk for part in _read_chunk(chunk)]
        if is_near and read:
            read[0] = replace(read[0], near=True)
        parts += read
    return tuple(parts)


def _read_chunk(chunk: str) -> list[Part]:
    """Read what stands between commas: turn possessives round, and settle what "of" means."""
    *owners, owned = _POSSESSIVE.split(chunk)
    parts = _read_of(owned)
    for owner in reversed(owners):
        parts += _read_of(owner)
    return parts


def _read_of(chunk: str) -> list[Part]:
    """Read a chunk with "of" in it: which side holds the other depends on the word before "of"."""
    left, *rights = _OF.split(chunk)
    last_word = left.split()[-1].lower() if rights and left.split() else ""
    kind = kind_of(last_word)
    if kind is None:
        named = not rights or bool(_read_name(left).name)
        return [_read_name(chunk)] if named else _read_of(" of ".join(rights))
    first, inner = _read_name(left), _read_of(" of ".join(rights))
    if last_word == "capital":  # "the capital of Sudan" names no town
        return [first, *inner]
    head = inner[0]
    if not first.name:  # "the city of Aleppo", "the countryside of Idlib"
        kind = first.kind if head.kind == "name" else head.kind
        origins = first.origins + head.origins
        return [replace(head, kind=kind, near=head.near or first.near, origins=origins), *inner[1:]]
    if kind in {"town", "suburb"}:  # "the Idlib town of Saraqeb": the name before it holds the name after it
        held = replace(head, kind="town" if head.kind == "name" else head.kind)
        return [held, *inner[1:], replace(first, kind="region" if first.kind == "region" else "name", near=False)]
    return [first, *inner]


def _read_name(chunk: str) -> Part:
    """Read a chunk without "of": the capitalised name, what kind of place it is, directions and adjectives."""
    tokens = [t.strip('"\u201c\u201d') for t in _TOKEN.findall(chunk)]
    kind: Kind | None = None
    direction = False
    while tokens and not _starts_name(tokens):  # words before the name
        word = tokens.pop(0).lower()
        direction = direction or word in DIRECTIONS or word.split("-")[0] in DIRECTIONS
        kind = kind_of(word) or kind
    while tokens and not _NAME_START.match(tokens[-1]):  # words after the name
        word = tokens.pop().lower()
        kind = kind if kind not in {None, "town"} else (kind_of(word) or kind)
    while len(tokens) > 1 and (found := kind_of(tokens[-1].lower())) and found != "town":  # Idlib Province
        kind = found if kind in {None, "town"} else kind
        tokens.pop()
    origins = []
    while tokens and (origin := demonym_country(tokens[0].split("-")[0])) and not country_part(" ".join(tokens)):
        origins.append(origin)
        tokens.pop(0)
    if len(tokens) == 1 and (found := kind_of(tokens[0].lower())):
        return Part("", kind or found, direction=direction, origins=tuple(origins))
    if tokens and tokens[0].lower() in {"mount", "lake", "jabal", "jebel", "gulf", "cape"}:
        kind = "feature"
    name = "" if kind == "border" else " ".join(tokens)
    return Part(name, kind or "name", kind == "suburb", direction, tuple(origins))


def _starts_name(tokens: list[str]) -> bool:
    """Say whether the first token begins a name; a particle does only before a capital ("al Bab")."""
    if tokens[0] in {"The", "A", "An"}:
        return False
    if _NAME_START.match(tokens[0]):
        return True
    return tokens[0] in PARTICLES and len(tokens) > 1 and bool(_NAME_START.match(tokens[1]))


def town_names(name: str) -> tuple[str, ...]:
    """Return the names a town may have inside a longer one, longest first: "Damascus International" → Damascus."""
    words = name.split()
    while len(words) > 1 and words[-1].lower() in QUALIFIERS:
        words.pop()
    return tuple(dict.fromkeys((name, " ".join(words))))
