"""Who did what to whom, read off one line that tells it: "Police arrested two men" → by "Police", to "two men".

Small models tell an event well in one short sentence and then, asked for its roles, answer worse than that sentence
does (docs/decisions.md). Such a line is plain English, subject first, so that a few rules of word order read it:

- the *verb* is the first auxiliary, regular past or irregular past after the subject; a past form before "by" with
  another verb behind it only describes ("fighters backed by Paris took a base");
- *active*: the subject did it to the object; *passive*, with or without its auxiliary ("Two men arrested"): it was
  done to the subject, by whoever follows "by";
- a *deed* or a *thing* does nothing itself: of "Russian air strikes" the Russian part acts, of "a car bomb" nobody;
- where the object is itself a deed ("imposed sanctions on Peru"), the name behind its preposition is hit;
- people who are harmed at the end of the line ("…, killing nine civilians") are who it was done to;
- "between X and Y" names both sides.

What is returned are the line's words; the caller has to find them in the article.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from extractor.events.countries import demonym_country
from extractor.events.cues import cue_data
from extractor.events.view import ARTICLES, View, tokens_of

if TYPE_CHECKING:
    from collections.abc import Iterator


def _words(name: str) -> frozenset[str]:
    return frozenset(cue_data("told_roles")[name].split())


_BE: Final = _words("be")
_AUXILIARIES: Final = _BE | _words("auxiliaries")
_PAST: Final = _words("past")
_PLURAL_PRESENT: Final = _words("plural_present")
"""Verbs behind a plural ("protesters demand …"); behind anything else the same words are nouns."""
_PARTICIPLES: Final = _words("participles")
_HARMED: Final = _words("harmed")
_HARMING: Final = _HARMED | _words("harming")
_DESCRIBING: Final = _words("describing")
_STOPS: Final = _words("stops")
_ONTO: Final = _words("onto")
_DIRECT: Final = _words("direct")
"""Prepositions that may follow the verb itself ("called on", "fired at", "clashed with")."""
_SAYING: Final = _words("saying")
_BODIES: Final = _words("bodies")
_CONTINUING: Final = _words("continuing")
"""Prepositions inside the name of a body: "Center for Biological Diversity"."""
_ADVERBS: Final = _words("adverbs")
_SUFFERING: Final = _words("suffering")
"""Verbs whose subject is the one it happens to."""
_SELVES: Final = _words("selves")
_PARTICLES: Final = _words("particles")
_DEEDS: Final = _words("deeds")
_ACTING: Final = frozenset({"troops"})
"""What can be sent and can act itself."""
_MEANS: Final = _words("means")
"""What a deed was done with, before its word ("drone strikes")."""
_THINGS: Final = _words("things")
_FIGURES: Final = _words("figures")
"""Counts of harm, which nothing is done to."""
_PEOPLE: Final = _words("people")
"""Plain plurals without an s."""
_VAGUE: Final = _words("vague")


_IN_NUMBERS: Final = frozenset({"than", "to", "about"})


@dataclass(frozen=True, slots=True)
class ToldRoles:
    """Who did it and whom it was done to, in the words of the line."""

    by: tuple[str, ...] = ()
    to: tuple[str, ...] = ()


_OPENING = re.compile(
    r"^(?:according|on|in|at|as|after|before|during|since|following|for|despite)\b[^,]{1,80},\s+", re.IGNORECASE
)
"""A phrase of time, place or source before the subject."""
_BETWEEN = re.compile(r"\bbetween\s+(?P<one>.+?)\s+and\s+(?P<other>[^,.;]+)")


@lru_cache(maxsize=1024)  # the rank, the status and the roles of an event are all read off its line
def _clause(line: str) -> tuple[View, int | None]:
    """Return ``line`` without its opening, and the token where its verb begins."""
    view = tokens_of(_OPENING.sub("", line))
    return view, _verb(view)


def told_roles(line: str, *, speech: bool = False) -> ToldRoles:
    """Return the roles that ``line``, one short sentence with the subject first, gives to whom it names.

    Args:
        line: One sentence that tells the event.
        speech: Whether the event is what somebody says or decides; then the teller acts, else what is told counts.
    """
    view, verb = _clause(line)
    line = view.text
    between = _BETWEEN.search(line)
    if between is not None:
        other = " ".join(_until(between["other"].split(), _STOPS))
        return ToldRoles(by=(between["one"],), to=(other,) if other else ())
    if verb is None:
        return ToldRoles()
    subject = _noun(view, 0, verb)
    main, passive = _main(view, verb)
    if view.keys[main] in _SAYING and not passive and not speech:
        inner = _reported(view, main)
        if inner is not None:
            return told_roles(inner)
    if passive:
        return ToldRoles(by=_agents(view, main), to=_parts(subject))
    if view.keys[main] in _SUFFERING:
        return ToldRoles(to=_parts(subject))
    to = "" if view.keys[main] in _SAYING else _harmed(view, main + 1) or _object(view, main)
    return ToldRoles(by=_doers(subject), to=_parts(to))


def _reported(view: View, main: int) -> str | None:
    """Return the clause that the verb of saying at ``main`` reports ("… said that Y fell" → "Y fell"), or None."""
    for i in range(main + 1, len(view.keys)):
        if view.keys[i] == "that" and i + 1 < len(view.keys):
            return view.words(i + 1, len(view.keys))
    rest = range(main + 2, len(view.keys))
    if view.keys[main + 1 : main + 2] and view.keys[main + 1] not in _STOPS and any(_is_verb(view, i) for i in rest):
        return view.words(main + 1, len(view.keys))
    return None


def only_says(line: str) -> bool:
    """Say whether ``line`` only tells what somebody said ("X said that …"): its verb is one of saying."""
    view, verb = _clause(line)
    if verb is None:
        return False
    main, passive = _main(view, verb)
    return not passive and view.keys[main] in _SAYING and not view.keys[main].startswith(("announc", "claim"))


def verb_words(line: str) -> str:
    """Return the verb of ``line`` and the four words after it, in small letters; empty where there is none."""
    view, verb = _clause(line)
    return " ".join(view.keys[verb : verb + 5]) if verb is not None else ""


def _until(words: list[str], stops: frozenset[str]) -> list[str]:
    end = next((i for i, word in enumerate(words) if word.casefold() in stops), len(words))
    return words[:end]


def _verb(view: View) -> int | None:
    """Return the token where the finite verb begins."""
    candidates = [i for i in range(1, len(view.keys)) if _is_verb(view, i)]
    for place, i in enumerate(candidates):
        described = i + 1 < len(view.keys) and view.keys[i + 1] == "by" and view.keys[i] not in _AUXILIARIES
        if not (described and candidates[place + 1 :]):
            return i
    return None


def _is_verb(view: View, i: int) -> bool:
    key = view.keys[i]
    if key in _AUXILIARIES or key in _PAST:
        return view.raw(i).islower()
    if key in _PLURAL_PRESENT:
        before = i - 1 - (i > 1 and _is_adverb(view.keys[i - 1]))
        plural = view.keys[before].endswith("s") or view.keys[before] in _PEOPLE
        return plural and view.gap(i) == " " and view.raw(i).islower()
    return (
        key.endswith("ed")
        and key not in _DESCRIBING
        and view.raw(i).islower()
        and view.keys[i - 1] not in ARTICLES
        and view.gap(i) != "-"
    )


def _main(view: View, verb: int) -> tuple[int, bool]:
    """Return the token of the main verb in the group that begins at ``verb``, and whether the group is passive.

    "was rarely hit" → (hit, True); "has killed" → (killed, False); "is host" → (is, False).
    """
    main, passive = verb, False
    i = verb
    while i < len(view.keys):
        key = view.keys[i]
        if key in _BE:
            passive = True
        elif key not in _AUXILIARIES and not _is_adverb(key):
            break
        i += 1
    if i > verb and i < len(view.keys):
        participle = view.keys[i] in _PARTICIPLES or view.keys[i].endswith("ed")
        main = i if participle or (not passive and view.raw(i).islower() and view.keys[i] not in ARTICLES) else verb
        passive = passive and participle
    if i == verb:
        after = view.keys[i + 1] if i + 1 < len(view.keys) else ""
        ends = not after or after in _STOPS or after == "and" or bool(re.search("[,;]", view.gap(i + 1)))
        passive = view.keys[i] in _HARMED and ends
    return main, passive


def _is_adverb(key: str) -> bool:
    return key in _ADVERBS or key.endswith("ly")


def _noun(view: View, low: int, high: int) -> str:
    """Return the words from ``low`` up to ``high`` or the end of the name, without trailing adverbs."""
    stop = low
    while stop < high and not (stop > low and _ends_name(view, stop)):
        stop += 1
    while stop > low and (view.keys[stop - 1] in _PARTICLES or view.keys[stop - 1].endswith("ly")):
        stop -= 1
    return view.words(low, stop) if stop > low else ""


_ENDING = re.compile(r"[,;:()\u2014]")


def _ends_name(view: View, i: int) -> bool:
    """Say whether token ``i`` can't continue a name; inside a number ("more than 50", "500 to 1300") words may."""
    if view.gap(i) != " " and _ENDING.search(view.gap(i)):
        return True
    after = view.keys[i + 1] if i + 1 < len(view.keys) else ""
    if after == "by" or (
        view.keys[i] == "of" and after.endswith("ing")
    ):  # "backed by Paris", "accused Hungary of meddling"
        return True
    if view.keys[i] in _CONTINUING and view.keys[i - 1] in _BODIES:
        return not (view.raw(i - 1)[0].isupper() and after and view.raw(i + 1)[0].isupper())
    return view.keys[i] in _STOPS and not (after[:1].isdigit() and view.keys[i] in _IN_NUMBERS)


def _agents(view: View, main: int) -> tuple[str, ...]:
    """Return who follows "by" behind a passive."""
    for i in range(main + 1, len(view.keys) - 1):
        if view.keys[i] == "by":
            return _doers(_noun(view, i + 1, _next_verb(view, i + 1)))
    return ()


def _next_verb(view: View, low: int) -> int:
    return next((i for i in range(low + 1, len(view.keys)) if _is_verb(view, i)), len(view.keys))


def _harmed(view: View, low: int) -> str:
    """Return the people behind a later word of harm: "… and injured 34 people", "…, killing nine civilians"."""
    for i in range(low, len(view.keys) - 1):
        if view.keys[i] in _HARMING and view.keys[i - 1] not in _BE and view.keys[i + 1] not in _STOPS | {"and"}:
            return _noun(view, i + 1, _next_verb(view, i + 1))
    return ""


def _object(view: View, main: int) -> str:
    """Return what the active verb at ``main`` is done to."""
    low = main + 1
    while low < len(view.keys) and view.keys[low] in _PARTICLES:
        low += 1
    if low < len(view.keys) and view.keys[low] in _DIRECT:
        low += 1
    if low >= len(view.keys) or view.keys[low] in _STOPS:
        return ""
    noun = _noun(view, low, _next_verb(view, low))
    size = len(tokens_of(noun).keys)
    if _head(noun) in _FIGURES:
        return ""
    if not size or _head(noun) not in _DEEDS:
        return noun if size > 1 or noun[:1].isupper() or noun.endswith("s") or noun in _PEOPLE else ""
    for i in range(low + 1, len(view.keys) - 1):
        if view.keys[i] in _ONTO and view.keys[i - 1] in _DEEDS:
            return _noun(view, i + 1, len(view.keys))
    return ""


def _head(noun: str) -> str:
    """Return the last word before "of", by which a name is known."""
    words = _until(noun.split(), frozenset({"of"}))
    return words[-1].casefold() if words else ""


def _opens_name(piece: str) -> bool:
    return piece[:1].isupper() or piece[:1].isdigit() or piece.split(maxsplit=1)[0].casefold() in ARTICLES


def _doers(noun: str) -> tuple[str, ...]:
    """Return who of ``noun`` can act: not the deed, not the thing."""
    head = _head(noun)
    if head in _DEEDS - _ACTING:
        words = noun.split()
        while words and words[-1].casefold() in _DEEDS | _MEANS:
            words.pop()
        noun = " ".join(words)
        if not any(word[:1].isupper() and i for i, word in enumerate(words)) and demonym_country(noun) is None:
            return ()
    elif head in _THINGS:
        return ()
    return _parts(noun)


def _parts(noun: str) -> tuple[str, ...]:
    """Return the parts of a list of names one by one; "Syrian and Russian forces" is one name."""
    if not noun or noun.casefold() in _VAGUE | _SELVES:
        return ()
    return tuple(part for part in _split(noun) if tokens_of(part).keys and part.casefold() not in _VAGUE)


def _split(noun: str) -> Iterator[str]:
    pieces = [piece.strip() for piece in re.split(r",\s+(?:and\s+)?|\s+and\s+", noun) if piece.strip()]
    shared = len(pieces) > 1 and any(demonym_country(piece) is not None for piece in pieces[:-1])
    named = all(_opens_name(piece) for piece in pieces)
    if shared or not named:
        yield noun
    else:
        yield from pieces
