"""What may be asked about a found event, and how the answers become a reply: the code between ``find`` and ``fill``.

The model chooses time and place among the phrases that stand in the event's own sentences
(:mod:`extractor.events.choices`), so it cannot make one up; tolls are read by code
(:mod:`extractor.events.toll_finder`), which does it better than a small model (docs/decisions.md).
:func:`lite_event` puts both together.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from extractor.events.act_types import act_place, act_subject
from extractor.events.agents import deed_agent, passive_agent
from extractor.events.choices import LONGEST_WORDS, place_choices, times_of
from extractor.events.date_mentions import find_times
from extractor.events.dates import resolve_when
from extractor.events.reply import LiteCount, LiteEvent
from extractor.events.reporters import tells, toll_teller
from extractor.events.retold import retold
from extractor.events.shortlist import SPEECH
from extractor.events.told_roles import told_roles
from extractor.events.told_status import told_status
from extractor.events.toll_finder import find_counts
from extractor.events.view import ARTICLES, tokens_of
from extractor.events.vocabulary import FUTURE, EventType, Standing, TimePrecision

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from extractor.articles.article import Article
    from extractor.events.choices import Choices
    from extractor.events.reply import Filled, ReplyEvent
    from extractor.events.shortlist import Candidate
    from extractor.events.toll_finder import FoundCount
    from extractor.events.view import View
    from extractor.events.vocabulary import Measure

_OLD: Final = timedelta(days=30)
"""An event that ended longer ago than this is background."""
_NOBODY_DOES: Final = frozenset({EventType.DISASTER_ACCIDENT, EventType.ELECTION})
"""Types without an initiator (event-schema.md §5)."""
_MUTUAL: Final = re.compile(
    r"\b(?:clash\w*|fighting|fought|battl\w+|skirmish\w*|firefight\w*|gunfight\w*|between|met|meet\w*|talks|agree\w*|deal|"
    r"signed|treaty|truce|ceasefire)\b",
    re.IGNORECASE,
)
_HITS_ANYBODY: Final = frozenset(list(EventType)[: list(EventType).index(EventType.AGREEMENT)]) | {
    EventType.ARRESTS,
    EventType.CRIME,
    EventType.DISASTER_ACCIDENT,
    EventType.DISPLACEMENT,
    EventType.LOOTING_PROPERTY_DESTRUCTION,
    EventType.LEGAL_PROCEEDING,
    EventType.AID,
}
_SIDES: Final = frozenset({EventType.ARMED_CLASH, EventType.MEETING, EventType.AGREEMENT, EventType.COOPERATION})
"""Types in which all take part, where the words say so."""


def event_for_template(event: Candidate, article: Article, choices: Choices) -> Mapping[str, object]:
    """Return what a template of the step ``fill`` may show of an event."""
    sentences = [{"number": n, "text": article.quote(n)} for n in event.sentences]
    return {
        "what": event.what,
        "sentences": sentences,
        "when": list(choices.when),
        "place": list(choices.place),
    }


def reply_event(event: Candidate, filled: Filled | None, article: Article, *, first: bool) -> ReplyEvent:
    """Return the event as a full reply would give it, with the status that its line tells."""
    lite = lite_event(event, filled, article, first=first)
    return lite.to_event().model_copy(update={"status": told_status(event.what, event.type)})


def lite_event(event: Candidate, filled: Filled | None, article: Article, *, first: bool) -> LiteEvent:
    """Join a found event with what the model filled in (None: nothing) and what code reads: tolls and the rest."""
    future = told_status(event.what, event.type) in FUTURE
    quotes = [article.quote(number) for number in event.sentences]
    counts, retelling = _counts(event, article)
    by, to = map(_names, (filled.by, filled.to) if filled else _told(event, article))
    to = tuple(name for name in to if name not in by)
    tellers = () if event.type in SPEECH else tuple(n for n in (*by, *to) if any(tells(n, quote) for quote in quotes))
    by = tuple(n for n in by if n not in tellers and _can_act(n) and event.type not in _NOBODY_DOES)
    by = tuple(name for name in by if not _is_pronoun(name))
    subject = _subject(event, quotes)
    if subject is not None and not any(_overlap(subject, name) for name in by):
        by = _names((subject,))
    if not by and event.type not in SPEECH | _NOBODY_DOES:
        doer = passive_agent(quotes[0]) or (deed_agent(quotes[0]) if event.type in _HITS_ANYBODY else None)
        doer = doer or _active_agent(to, quotes[0])
        by = (doer,) if doer is not None and len(doer) <= LONGEST_WORDS else ()
    mutual = (
        event.type in _SIDES and bool(by) and bool(to) and _MUTUAL.search(" ".join((event.what, *quotes))) is not None
    )
    to = tuple(
        n
        for n in to
        if n not in tellers and not any(_overlap(n, name) for name in by) and (mutual or _can_suffer(n, event))
    )
    when = (filled.when or _only_time(event, article)) if filled else _told_time(event, article)
    return LiteEvent(
        sentences=tuple(sorted({*event.sentences, *retelling})),
        type=event.type,
        standing=_standing(when, article, first=first, future=future),
        when=when,
        place=filled.place if filled else _told_place(event, article),
        country=None,
        initiators=() if mutual else by,
        participants=(*by, *to)[:4] if mutual else (),
        targets=() if mutual else to,
        counts=counts,
        speakers=tellers[:4],
        summary=event.what,
    )


def _told(event: Candidate, article: Article) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return who did it and whom it was done to, as the event's line tells it, in the article's words."""
    told = told_roles(event.what, speech=event.type in SPEECH)
    quotes = [tokens_of(article.quote(number)) for number in event.sentences]
    by, to = (
        tuple(n for n in (_short(_as_written(name, quotes)) for name in names) if n) for names in (told.by, told.to)
    )
    if not to and event.type in _HITS_ANYBODY:
        whole = tuple(_QUALIFIER.sub("", row.words) for quote in quotes[:1] for row in find_counts(quote.text)[:1])
        to = tuple(words for words in whole if _short(words))
    return by[:4], to[:4]


def _told_place(event: Candidate, article: Article) -> str | None:
    """Return the first of the deepest places in the event's sentences."""
    return next(iter(place_choices(event, article)), None)


def _told_time(event: Candidate, article: Article) -> str | None:
    """Return the time phrase that the line names, else the one nearest to the words that the line shares."""
    line = tokens_of(event.what)
    for number in event.sentences:
        quote = article.quote(number)
        phrases = [phrase for phrase in times_of(quote, event, article) if len(phrase) <= LONGEST_WORDS]
        named = [phrase for phrase in phrases if line.find(phrase) is not None]
        if named or phrases:
            return named[0] if named else _nearest(phrases, quote, event)
    return None


def _nearest(phrases: Sequence[str], quote: str, event: Candidate) -> str:
    """Return the phrase that stands nearest to the act."""
    view = tokens_of(quote)
    act = act_place(event.what, view)
    return min(phrases, key=lambda phrase: abs(quote.find(phrase) - act)) if act is not None else phrases[0]


_QUALIFIER = re.compile(
    r"^(?:(?:at\s+least|more\s+than|fewer\s+than|less\s+than|up\s+to|as\s+many\s+as|about|around|some|nearly|almost|over|"
    r"another|a\s+further|roughly|approximately)\s+)+",
    re.IGNORECASE,
)


def _is_pronoun(name: str) -> bool:
    return _NO_NAMES.issuperset(tokens_of(name).keys)


_NO_NAMES: Final = ARTICLES | frozenset(
    "and or of he she it they we i you his her its their our him them this that these those who which per not".split()  # noqa: SIM905
)
_ADJECTIVES: Final = ARTICLES | frozenset(
    "supreme high federal national united local regional central special general royal joint senior chief former "  # noqa: SIM905
    "first new one two three four five six seven eight nine ten dozens "
    "hundreds thousands many several some all".split()
)
"""Openings of a name that are none by themselves: of "the Supreme Court" nobody acts as "Supreme"."""
_SHORTEST_NAME: Final = 3
"""Characters; what is shorter ("of", "50") names nobody."""


def _as_written(name: str, quotes: Sequence[View]) -> str | None:
    """Return ``name`` or the longest part of it that a quoted sentence holds, in the sentence's words."""
    view = tokens_of(name)
    size = len(view.keys)
    for length in range(size, max(size // 2, 1) - 1, -1):
        for low in range(size - length, -1, -1):
            part = view.words(low, low + length)
            inner = length == 1 and not part[:1].isupper() and low + 1 != size
            no_name = length < size and (inner or _ADJECTIVES.issuperset(view.keys[low : low + length]))
            if no_name or len(part) < _SHORTEST_NAME or _is_pronoun(part):
                continue
            for quote in quotes:
                for first, end in quote.occurrences(part):
                    article = first > 0 and quote.keys[first - 1] in ARTICLES and view.keys[low] in ARTICLES
                    return quote.words(first - article, end)
    return None


_DEED = re.compile(
    r"(?:strikes?|airstrikes?|raids?|attacks?|bombings?|bombardments?|shelling|explosions?|blasts?|clashes|fighting|fire|"
    r"storm|agreement|deal|accord|talks|meeting|protests?|crash|accident|law|bill|coup|poisoning|decision|ruling|verdict|"
    r"elections?|vote|statement|study|announcement|killing|murder|inquiry|investigation|prostitution|violence|abuse|trial|"
    r"hearing|resolution|proposal|deaths?|cases|infections|toll|failure|truce|ceasefire|capture|silence|crackdown|offensive)$",
    re.IGNORECASE,
)
_HEAD_END = re.compile(
    r"\s(?:of|in|on|at|against|by|from|near|north|south|east|west|around|inside|outside|across|over|that|which|who)\b"
)
"""Ends the words before which a name says what it is: "air strikes | north of Hama", "a survivor | of the attack"."""


def _subject(event: Candidate, quotes: Sequence[str]) -> str | None:
    """Return who acts in the line that tells the event, in the article's words, where its sentences hold the name."""
    said = act_subject(event.what)
    if (
        said is None
        or _is_pronoun(said)
        or _ADJECTIVES.issuperset(tokens_of(said).keys)
        or not _can_act(said)
        or (event.type not in SPEECH and any(tells(said, quote) for quote in quotes))
    ):
        return None
    for quote in quotes:
        view = tokens_of(quote)
        found = view.find(said)
        if found is not None:
            return _short(quote[found.start : found.end])
    return None


_BEFORE_SUBJECT: Final = re.compile(r"^(?:[A-Z][A-Z\s,.'-]{2,}:\s|.{0,80}?\)?\s[-\u2013\u2014]{1,2}\s)")
"""A dateline or a label before the sentence itself: "LIMA (Reuters) - ", "JAILED: "."""


def _active_agent(to: Sequence[str], quote: str) -> str | None:
    """Return who does it in the article's sentence, where the line has turned it into the passive.

    "Fourteen people were arrested" stands for "The zonal police arrested fourteen people on Thursday": the sentence has
    to do it to the one whom the line says it was done to.
    """
    told = told_roles(_BEFORE_SUBJECT.sub("", quote), speech=False)
    if len(told.by) != 1 or not any(_share_name(mine, theirs) for mine in to for theirs in told.to):
        return None
    doer = told.by[0]
    return None if _is_pronoun(doer) or not _can_act(doer) or doer not in quote else doer


def _share_name(one: str, other: str) -> bool:
    """Say whether two names end in the same word, or one holds the other."""
    mine, theirs = tokens_of(one).keys, tokens_of(other).keys
    return bool(mine and theirs) and (mine[-1] == theirs[-1] or _overlap(one, other))


def _overlap(one: str, other: str) -> bool:
    """Say whether one name holds the other as whole words."""
    return tokens_of(one).find(other) is not None or tokens_of(other).find(one) is not None


def _can_suffer(name: str, event: Candidate) -> bool:
    """Say whether ``name`` can be the target: violence and disasters hit anybody, politics is done to a named other."""
    if not _can_act(name):
        return False
    if event.type in _HITS_ANYBODY:
        return True
    return any(word[:1].isupper() for word in name.split() if word.casefold() not in ARTICLES)


def _only_time(event: Candidate, article: Article) -> str | None:
    """Return the time phrase of the event's main sentence, where it is the only one.

    A small model that is free to say null does so too often (docs/decisions.md).
    """
    phrases = times_of(article.quote(event.sentences[0]), event, article)
    return phrases[0] if len(phrases) == 1 and len(phrases[0]) <= LONGEST_WORDS else None


def _can_act(name: str) -> bool:
    """Say whether ``name`` can do anything: the deed itself ("air strikes on Hama") cannot, who is of it may."""
    head = _HEAD_END.split(name.strip(), maxsplit=1)[0]
    return _DEED.search(head or name.strip()) is None


def _names(names: Sequence[str]) -> tuple[str, ...]:
    found = (_OPENER.sub("", name.strip()) for name in names if tokens_of(name).keys)
    return tuple(dict.fromkeys(name for name in found if not _is_no_name(name)))


def _is_no_name(name: str) -> bool:
    """Say whether words cannot name anybody: a misread piece of a sentence, or a day."""
    return _NO_NAME.search(_NICKNAME.sub("", name)) is not None or find_times(name) == (name,)


_NO_NAME: Final = re.compile(
    r"[\"\u201c\u201d]|^[\d\W]+$|^(?i:to|in|on|at|by|for|from|with|as|after|since|my|our|however|meanwhile|still)\b"
    r"|^(?i:(?:the|an?)\s+)?(?:crude|fierce|heavy|intense|deadly|fresh)$|\b(?:should|would|could|will|must|is|are|was|were|has|have|had|that|because)\b"
)
"""What stands in no name, and is left where a line was misread: quotation marks, verbs, what opens a sentence."""
_NICKNAME: Final = re.compile(r"\s[\"\u201c][\w .'-]+[\"\u201d](?=\s+[A-Z])")
"""Inside a name a quotation is fine: Ada "The Gull" Lund."""
_OPENER = re.compile(r"^(?:still|meanwhile|however|but|and|also|earlier|later|instead),?\s+", re.IGNORECASE)
"""Words that open a sentence and are no part of the name after them."""


def _counts(event: Candidate, article: Article) -> tuple[tuple[LiteCount, ...], tuple[int, ...]]:
    """Read the tolls of the event's sentences, and what the sentences beside these tell of the same tolls again.

    What people say carries no toll of its own. The numbers of the sentences beside come second: they are evidence too.
    """
    if event.type in SPEECH:
        return (), ()
    rows: list[LiteCount] = []
    retelling: list[int] = []
    own: dict[Measure, int] = {}
    for number in event.sentences:
        quote = article.quote(number)
        stated = [row for row in find_counts(quote) if not _is_another_scale(row, own)]
        source = _short(toll_teller(quote)) if stated else None
        rows += [
            LiteCount(measure=row.measure, who=row.who, words=row.words, source=source)
            for row in stated
            if len(row.words) <= LONGEST_WORDS
        ]
        for beside in (number, number + 1, number - 1) if stated else ():
            again = _retold(beside, stated, article)
            rows += again
            if again and beside not in event.sentences and len(event.sentences) + len(retelling) < _MOST_SENTENCES:
                retelling.append(beside)
    return tuple(dict.fromkeys(rows))[:10], tuple(dict.fromkeys(retelling))


def _retold(number: int, stated: Sequence[FoundCount], article: Article) -> list[LiteCount]:
    """Return what sentence ``number`` tells again of the tolls ``stated`` in it or beside it."""
    if not 1 <= number <= len(article.sentences) or article.sentences[number - 1].furniture:
        return []
    return [
        LiteCount(measure=row.measure, who=row.who, words=row.words, source=_short(row.source))
        for row in retold(article.quote(number), stated)
        if len(row.words) <= LONGEST_WORDS
    ]


def _is_another_scale(row: FoundCount, own: dict[Measure, int]) -> bool:
    """Say whether a toll is that of the whole war, told at the end of a report on one day's dead; note it, if not."""
    least = row.value.min or 0
    first = own.setdefault(row.measure, least)
    return least >= _WAR and least > _SCALE * max(first, 1)


_WAR: Final = 10_000
"""Persons from which on a later toll may be a whole war's."""
_SCALE: Final = 100
"""Times the event's own toll from which on it is."""
_MOST_SENTENCES: Final = 6
"""Sentences that a reply may cite for an event."""


def _short(name: str | None) -> str | None:
    """Return ``name``; None where it is longer than a reply may name anything."""
    return name if name is not None and len(name) <= LONGEST_WORDS else None


def _standing(when: str | None, article: Article, *, first: bool, future: bool) -> Standing:
    """Return ``aggregate`` for a long period, ``background`` for what is old, else by the order of telling.

    "Last November" only says vaguely when; "since November" and "in four months" speak of a period.
    """
    resolved = resolve_when(when, article.published.date, future=future) if when else None
    if resolved is not None and resolved.end and article.published.date:
        long = resolved.start and resolved.end - resolved.start > timedelta(days=3) and resolved.precision in _LONG
        if long and not future and _PERIOD.search(when or ""):
            return Standing.AGGREGATE
        if resolved.end < article.published.date - _OLD:
            return Standing.BACKGROUND
    return Standing.MAIN if first else Standing.OTHER


_PERIOD: Final = re.compile(
    r"\b(?:since|over|during|throughout|between|from|for|within|past|this|so far|years|months|weeks|days)\b",
    re.IGNORECASE,
)
_LONG: Final = frozenset({TimePrecision.MONTH, TimePrecision.YEAR, TimePrecision.WEEK, TimePrecision.DAYS})
