"""Check ``count_supported``: the number stands in a quoted sentence, says the same, and belongs to the measure.

Three questions, each able to fail alone. *Does it stand there?* The reply's words verbatim, or the same number in
digits or words beside the same other words. *Does it say the same?* "17 people" is not what "at least 17 people" says:
both are read by the one codebook (:mod:`extractor.events.counts`) and must agree. *Is it about this?* In "17 killed,
71 wounded" the 71 are not the dead (:mod:`extractor.events.measures`). A sum that the sentence does not print ("five
women and a child" for 6) passes with a note, and so does a number that leans on a toll beside it
(:mod:`extractor.events.retold`).
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

from extractor.events.counts import parse_count
from extractor.events.mentions import Mention, counts_persons, mentions
from extractor.events.passage import Passage, Reading, Subject
from extractor.events.retold import retold
from extractor.events.toll_finder import find_counts
from extractor.events.view import ARTICLES, View, tokens_of
from extractor.events.vocabulary import CheckName, CountForm, Status, Who

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extractor.articles.article import Sentence
    from extractor.events.measures import Clauses
    from extractor.events.quantities import CountValue
    from extractor.events.summary import Check, Count, Span

_GENERIC = ARTICLES | {"people", "persons", "person", "of", "others", "and", "were", "was", "been", "have", "has"}
"""Words of a count that need not be copied: they name no one."""

_IDENTIFIED = {Who.WOMEN: "women", Who.CHILDREN: "children", Who.COMBATANTS: "combatants", Who.CIVILIANS: "civilians"}
_OVERLAPS = {"civilians": {"women", "children"}, "women": {"children", "civilians"}, "children": {"women", "civilians"}}
_DENYING = frozenset({"negation", "denial"})


class _Fares(IntEnum):
    """How a claimed number fares where it stands; the best place is the one that is reported."""

    DIFFERS = 0
    COUNTS_THINGS = 1
    OTHER_MEASURE = 2
    OTHER_PEOPLE = 3
    ADDS_UP = 4
    STANDS = 5


class _Found(NamedTuple):
    """One place where the claimed number stands, the tokens ``low`` to ``high - 1``, with a sentence to say so."""

    fares: _Fares
    detail: str
    low: int
    high: int


def count_supported(passage: Passage, index: int, count: Count, status: Status) -> Check:
    """Check one published count against the quoted sentences.

    Args:
        passage: the quoted sentences.
        index: the count's position in the event.
        count: the published count; ``words`` are the reply's.
        status: the event's status; a denied event carries denied numbers.

    Returns:
        The check, with the span of the number and what the text says where it fails.
    """
    subject = Subject(CheckName.COUNT_SUPPORTED, f"counts[{index}]", count.words)
    value = parse_count(count.words, count.measure)
    if value is None:
        return subject.failed("The words hold no number that the codebook knows.")
    found = [f for sentence in passage.sentences for f in _in_sentence(passage, sentence, count, value, status)]
    if all(f.fares < _Fares.ADDS_UP for f in found) and (span := _retold(passage, count)):
        return subject.passed("The number stands in a quoted sentence as another figure of the toll beside it.", span)
    if not found:
        return subject.failed("The number does not stand in the quoted sentences.")
    best = max(found, key=lambda f: f.fares)
    span = passage.view.span(best.low, best.high)
    return (subject.passed if best.fares >= _Fares.ADDS_UP else subject.failed)(best.detail, span)


def _retold(passage: Passage, count: Count) -> Span | None:
    """Return where a quoted sentence gives the number for a toll that it, or a quoted one next to it, states."""
    quoted = {sentence.number: passage.view.text[sentence.start : sentence.end] for sentence in passage.sentences}
    for sentence in passage.sentences:
        text = quoted[sentence.number]
        stated = (find_counts(quoted.get(sentence.number + step, "")) for step in (0, -1, 1))
        rows = retold(text, next(filter(None, stated), ()))
        if any((row.measure, row.words) == (count.measure, count.words) for row in rows):
            return passage.find(count.words)
    return None


def _in_sentence(
    passage: Passage, sentence: Sentence, count: Count, value: CountValue, status: Status
) -> Iterator[_Found]:
    view, reading = passage.view, passage.read(sentence)
    for number, fits in _candidates(view, sentence, reading, count, value):
        if fits:
            found = _judged(reading, number, count, status)
            note = " It is a sum of the numbers that the text gives." if value.by_sum else ""
            yield found._replace(detail=found.detail + note)
        else:
            words = view.words(number.first, number.last)
            detail = f'The text says "{words}", which is not the same.'
            yield _Found(_Fares.DIFFERS, detail, number.first, number.last)
    yield from _sums(reading.clauses, count, value)


def _candidates(
    view: View, sentence: Sentence, reading: Reading, count: Count, value: CountValue
) -> Iterator[tuple[Mention, bool]]:
    """Yield the numbers of a sentence that may be the claimed one, and whether they say the same.

    First where the words stand verbatim, then the others, if the sentence holds the claim's other words. Words without
    a number of their own ("a soldier") are a number where they stand.
    """
    seen: set[Mention] = set()
    claimed = tokens_of(count.words)
    whole = range(len(claimed.keys))
    spelled = [n for n in mentions(claimed, whole) if value.max != 0 and counts_persons(claimed, whole, n)]
    for low, high in view.occurrences(count.words, (sentence.start, sentence.end)):
        inside = [n for n in reading.numbers if n.low < high and n.last > low] if spelled else []
        seen.update(inside)
        inside = [n for n in inside if counts_persons(view, reading.tokens, n)] or inside
        if value.by_sum and inside:
            inside = [inside[0]._replace(last=inside[-1].last, value=value)]
        if inside:
            # Of "17 killed and 71 wounded" the one that is claimed.
            found = next((n for n in inside if _same(n.value, value)), inside[0])
            yield found, _same(found.value, value) and low <= found.first and found.last <= high
        elif not spelled:
            yield Mention(low, low, high, value), True
    content = set(claimed.keys) - _GENERIC - {claimed.keys[i] for n in spelled for i in range(n.first, n.last)}
    present = view.keys[reading.tokens.start : reading.tokens.stop]
    if all(word in present for word in content):
        for number in reading.numbers:
            if number not in seen and _figure(number.value) == _figure(value):
                yield number, _same(number.value, value)


def _same(a: CountValue, b: CountValue) -> bool:
    return (a.min, a.max, a.form) == (b.min, b.max, b.form)


def _figure(value: CountValue) -> int | None:
    return value.min if value.min is not None else value.max


def _judged(reading: Reading, number: Mention, count: Count, status: Status) -> _Found:
    """Judge a number that says the same as the claim: the first objection, or that it stands."""
    low, high = number.first, number.last
    objection = next(_objections(reading, number, count, status), None)
    if objection:
        return _Found(*objection, low, high)
    _, cue = reading.clauses.owner(number)
    said = reading.view.words(cue.low, cue.high) if cue else ""
    return _Found(_Fares.STANDS, f'The number stands in a quoted sentence and goes with "{said}".', low, high)


def _objections(reading: Reading, number: Mention, count: Count, status: Status) -> Iterator[tuple[_Fares, str]]:
    """Yield what speaks against a number: it counts no persons, another measure, nobody, a part, other people."""
    clauses, view, measure = reading.clauses, reading.view, count.measure.value
    words = view.words(number.first, number.last)
    if not counts_persons(view, reading.tokens, number):
        yield _Fares.COUNTS_THINGS, f'In the text "{words}" does not count people.'
    labels, cue = clauses.owner(number)
    if cue is None:
        yield _Fares.OTHER_MEASURE, f'No word near "{words}" says that these people are {measure}.'
        return
    said = view.words(cue.low, cue.high)
    if measure not in labels:
        yield _Fares.OTHER_MEASURE, f'In the text "{words}" goes with "{said}", not with {measure}.'
    governor = reading.negations.governor(cue.low, cue.high) if count.max != 0 else None
    if governor is not None and governor.label in _DENYING and status is not Status.DENIED:
        yield _Fares.OTHER_PEOPLE, f'The text denies "{said}" for "{words}".'
    if count.who is Who.ALL and clauses.is_part(number):
        yield _Fares.OTHER_PEOPLE, f'In the text "{words}" is a part of those who were {measure}.'
    claimed, noun = _IDENTIFIED.get(count.who), clauses.identities(number)
    if claimed and noun and claimed not in noun and not (noun & _OVERLAPS.get(claimed, set())):
        yield _Fares.OTHER_PEOPLE, f'In the text "{words}" counts {" and ".join(sorted(noun))}, not {claimed}.'


def _sums(clauses: Clauses, count: Count, value: CountValue) -> Iterator[_Found]:
    """Yield two neighbouring numbers of the claimed measure that add up: "five women and a child" for "six people"."""
    if value.form is not CountForm.EXACT:
        return
    for left, right in zip(clauses.numbers, clauses.numbers[1:], strict=False):
        between = clauses.view.keys[left.last : right.first]
        if "and" not in between or len(between) > 4 or "including" in between:  # noqa: PLR2004  reason: one noun phrase
            continue
        exact = [n.value.min for n in (left, right) if n.value.form is CountForm.EXACT]
        same = all(count.measure.value in clauses.owner(n)[0] for n in (left, right))
        if same and len(exact) == 2 and sum(filter(None, exact)) == value.min:  # noqa: PLR2004  reason: a pair
            yield _Found(_Fares.ADDS_UP, "The text gives the parts that add up to this number.", left.first, right.last)


def summary_numbers(passage: Passage, summary: str) -> Check:
    """Check that a quoted sentence states every number of the summary, in digits or words.

    A vague number ("thousands") needs a stated number of that size.
    """
    subject = Subject(CheckName.COUNT_SUPPORTED, "summary")
    view = tokens_of(summary)
    claimed = ((n.value, view.words(n.low, n.last)) for n in mentions(view, range(len(view.keys))))
    reworded = [(value, words) for value, words in claimed if passage.find(words) is None]
    stated = {_figure(n.value) for reading in passage.readings() for n in reading.numbers} if reworded else set()
    for value, words in reworded:
        figure = _figure(value)
        vague = value.form is CountForm.VAGUE and any(s and figure and s >= figure for s in stated)
        if figure not in stated and not vague:
            return subject.failed(f'The summary says "{words}", which no quoted sentence does.')
    return subject.passed("Every number of the summary stands in a quoted sentence.")
