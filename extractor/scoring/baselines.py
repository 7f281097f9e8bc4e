"""What any system has to beat: saying nothing, and reading only the first sentence.

*Lead* is what a reader gets from the first body sentence without a model: one event of the most frequent labelled
type, with the first time phrase, the deepest place and the tolls that code finds in that sentence, grounded like any
reply. It knows no actors. News puts what matters first, so this is no straw man.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from extractor.articles.read import article_from_text
from extractor.events.date_mentions import find_times
from extractor.events.ground import ground
from extractor.events.place_mentions import find_places
from extractor.events.reply import Reply, ReplyCount, ReplyEvent
from extractor.events.toll_finder import find_counts
from extractor.events.vocabulary import EventType, Standing, Status

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from extractor.events.summary import EventSummary
    from extractor.scoring.labels import LabelledArticle

_DEPTH: Final = {"settlement": 0, "region": 1, "country": 2}
_LONGEST_WORDS: Final = 80
_MOST_COUNTS: Final = 10
_LONGEST_SUMMARY: Final = 320


def nothing() -> tuple[EventSummary, ...]:
    """Return the prediction of a system that never says anything."""
    return ()


def majority_type(labels: Iterable[LabelledArticle]) -> EventType:
    """Return the type that most labelled events have that must be found; of equals the first of the vocabulary."""
    seen = Counter(event.type for label in labels for event in label.events if not event.free)
    return max(EventType, key=lambda event_type: seen[event_type])


def lead(text: str, published: dt.date | None, majority: EventType) -> tuple[EventSummary, ...]:
    """Return the event that the first body sentence of an article tells, if it has one.

    Args:
        text: The article, as plain text.
        published: Its publication date; None: unknown, unless the text prints one.
        majority: The type that every event gets.

    Raises:
        InputError: There is no text.
    """
    article = article_from_text(text, published=published, language="en")
    first = next((s for s in article.sentences if not s.furniture and not s.headline), None)
    if first is None:
        return ()
    quote = article.quote(first.number)
    times = [phrase for phrase in find_times(quote) if len(phrase) <= _LONGEST_WORDS]
    places = [place for place in find_places(quote) if len(place.words) <= _LONGEST_WORDS]
    deepest = min(places, key=lambda place: _DEPTH[place.kind], default=None)
    event = ReplyEvent(
        sentences=(first.number,),
        type=majority,
        status=Status.ACTUAL,
        standing=Standing.MAIN,
        when=times[0] if times else None,
        place=deepest.words if deepest else None,
        country=next((place.words for place in places if place.kind == "country"), None),
        actors=(),
        counts=tuple(
            ReplyCount(measure=row.measure, who=row.who, words=row.words, source=None)
            for row in find_counts(quote)
            if len(row.words) <= _LONGEST_WORDS
        )[:_MOST_COUNTS],
        speakers=(),
        summary=quote[:_LONGEST_SUMMARY],
    )
    return ground(Reply(published=None, events=(event,)), article).events
