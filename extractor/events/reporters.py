"""Who merely tells of an event, by the words of telling around a name.

Small models take the teller for the doer ("the Observatory said air strikes killed nine": *by* the Observatory). In
such a sentence the name stands before or after a verb of saying, so code can see it; the name then becomes a speaker
of the evidence, with stance ``reports``, and no actor.
"""

from __future__ import annotations

import re
from functools import lru_cache

_SAID = r"(?:said|says|say|told|tells|reported|reports|added|stated|confirmed|wrote|tweeted|quoted|announced|indicated)"
_BETWEEN = r"(?:\s*\([^)]{1,40}\)|\s*,[^,.]{1,80},|\s+[A-Z][\w'\u2019-]+){0,4}"
"""What may stand between a name and its verb: an abbreviation, an apposition, more of the name."""
_AFTER = re.compile(rf"{_BETWEEN}(?:'s)?\s+(?:\w+ly\s+|also\s+|had\s+|has\s+|have\s+)?{_SAID}\b")
_BEFORE = re.compile(
    rf"(?:\b(?:according\s+to|{_SAID}\s+by|citing|quoting)|[,\"\u201d]\s+{_SAID})\s+(?:the\s+)?(?:[\w'\u2019.-]+\s+){{0,6}}$",
    re.IGNORECASE,
)


def tells(name: str, sentence: str) -> bool:
    """Say whether ``name`` stands in ``sentence`` as the one who tells, and nowhere else."""
    places = _places(name, sentence)
    return bool(places) and all(_AFTER.match(sentence, end) or _BEFORE.search(sentence, 0, at) for at, end in places)


def _places(name: str, sentence: str) -> list[tuple[int, int]]:
    """Return where ``name`` stands in ``sentence``, in whatever case."""
    if not (name.isascii() and sentence.isascii()):
        return [place.span() for place in re.finditer(re.escape(name), sentence, re.IGNORECASE)]
    found = []
    sought, text = name.lower(), sentence.lower()  # as long as they were; nothing is to be compiled
    at = text.find(sought)
    while at >= 0:
        found.append((at, at + len(sought)))
        at = text.find(sought, at + max(1, len(sought)))
    return found


_TELLER = re.compile(
    r"(?P<name>(?:[Tt]he\s+)?(?:[A-Z][\w.'\u2019-]*|NGOs?)(?:\s+(?:of|for|and|the|[A-Z][\w.'\u2019-]*)){0,7})"
    rf"(?:\s*\([^)]{{1,40}}\))?\s+(?:also\s+|later\s+|has\s+|have\s+|had\s+)?{_SAID}\b"
)
_PLAIN_TELLER = re.compile(
    rf"\b(?P<name>(?:[Tt]he|[Aa]|[Ss]ome|[Ll]ocal)\s+(?:[a-z][\w-]*\s+){{0,3}}?[\w-]+)\s+(?:also\s+|has\s+|have\s+|had\s+)?{_SAID}\b"
)
_DOT = r"(?:[\w'\u2019-]|\.(?=\s*\w))"
"""A character of a name; a full stop only inside ("Dr. Obi")."""
_ACCORDING = re.compile(
    r"\b[Aa]ccording\s+to\s+(?P<name>(?:(?:the|an?)\s+)?[a-z][\w-]*"
    r"(?:\s+(?!(?:on|in|at|of|for|by|to|from|with|who|which|that|and|as|after)\b)[a-z][\w-]*){1,2}(?=[,.;]|$)"
    rf"|(?:the\s+|an?\s+)?{_DOT}+(?:\s+(?:(?:of|for)\s+(?:the\s+)?)?[A-Z]{_DOT}*){{0,7}})"
)


def teller(sentence: str) -> str | None:
    """Return who tells what ``sentence`` says, in its words, or None for the reporter.

    "Nine died, the coast guard said" → "the coast guard". The last one wins where several speak.
    """
    found = [match for rule in (_TELLER, _PLAIN_TELLER, _ACCORDING) for match in rule.finditer(sentence)]
    return _OWNING.sub("", max(found, key=lambda match: match.end())["name"]) if found else None


_OWNING = re.compile(r"['\u2019]s$")
_COUNTING = (
    rf"(?:{_SAID}|(?:claims?|claimed)\b(?!.{{0,40}}\blives\b)|counts?|counted|estimates?|estimated|admits?|admitted|acknowledged?|acknowledges|"
    r"recorded|documented|registered|spoke\s+of|speaks?\s+of|puts?\s+(?:the|its|their))"
)
_COUNTER = re.compile(
    r"(?:^|[;:]\s+|[-\u2013\u2014]\s+|,\s+(?:but\s+|and\s+|while\s+)?(?=[tT]he\s|[aA]n?\s|[A-Z]))"
    r"(?P<name>(?:[Tt]he\s+|[Aa]n?\s+)?(?:[\w'\u2019.-]+\s+){0,6}?"
    r"(?!(?:has|was|is|does|this|its|his)\b)[\w'\u2019-]*(?:s|[Pp]olice|[Aa]rmy|[Mm]inistry|[Dd]irectorate|[Gg]overnment|[Mm]ilitary|[Oo]bservatory|[Cc]ommand|"
    r"[Oo]ffice|[Aa]gency|[Cc]ommittee|[Cc]ommission|[Ll]eadership|[Gg]roup|[Cc]rescent|[Cc]ross|[Cc]ouncil|[Nn]etwork|"
    r"[Ss]ervice|[Uu]nion|[Pp]resident|[Gg]overnor|[Mm]ayor|[Cc]hief|[Cc]ommander|[Pp]riest|[Dd]octor|[Nn]urse|[Tt]elevision|[Rr]adio|[Hh]ospital|[Nn]ewspaper|[Mm]edia))"
    rf"(?:\s+(?:in|of|for|at)\s+(?:the\s+)?[A-Z][\w'\u2019-]*|\s*\([^)]{{1,40}}\)|,\s[^,]{{1,60}},)?"
    rf"\s+(?:now\s+|also\s+|later\s+|has\s+|have\s+|had\s+)?{_COUNTING}\b"
)
"""A body or persons at the head of a clause, with a verb that gives a number: "Health officials put the toll at 12"."""


def toll_teller(sentence: str) -> str | None:
    """Return whose number a sentence gives, in its words, or None for the reporter's own.

    Wider than :func:`teller`: only beside a toll do "put", "counted" and "spoke of" tell.
    """
    found = teller(sentence)
    if found is None:
        counter = _COUNTER.search(sentence)
        found = counter["name"] if counter else None
    return found


_SAYING = re.compile(rf"\b{_SAID}\b")
_SAID_WHAT = re.compile(r"\s*:|\s+(?:that\b|[\"\u201c])")
"""After a verb of saying: what was said follows."""
_SAID_SHORTLY_BEFORE = re.compile(rf"\b{_SAID}(?:\s+[\w'\u2019-]+){{0,3}}\s+$")
_NEAR = 40
"""Characters between a verb of saying and the day it was said, with whom it was said to in between."""


def dates_the_telling(phrase: str, sentence: str) -> bool:
    """Say whether a time phrase dates what was said, not what was done ("said on Friday that 950 had been killed")."""
    at = sentence.find(phrase)
    before = sentence[max(0, at - _NEAR) : at]
    return at >= 0 and _SAID_SHORTLY_BEFORE.search(before) is not None


@lru_cache(maxsize=1024)  # asked for each event that a sentence reports
def telling_from(sentence: str) -> int:
    """Return where the closing words of telling begin ("…, the NGOs said at a news conference in Istanbul").

    What stands from there on says where and when it was said. The length of the sentence, where there are none.
    """
    last = None
    for match in _SAYING.finditer(sentence, len(sentence) // 2):
        last = match
    if last is None or _SAID_WHAT.match(sentence, last.end()):
        return len(sentence)
    return last.start()
