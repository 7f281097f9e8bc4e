"""Stories as lines of text: a list with one line each, and one story with its tolls, mentions and links explained."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

from extractor.events.vocabulary import Measure

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Sequence

    from extractor.archive.linking.stories import Link, Story, StoryMention, Toll

_PLACE_WIDTH: Final = 34
_SHORT: Final = 100


def story_lines(stories: Iterable[Story]) -> Iterator[str]:
    """Yield a heading and one line for each story."""
    yield f"{'STORY':<19} {'WHEN':<21} {'REPORTS':>7}  {'KILLED':<10} {'WHERE':<{_PLACE_WIDTH}} WHAT"
    for story in stories:
        killed = bounds([row for row in story.tolls if row.measure is Measure.KILLED])
        mark = "!" if Measure.KILLED in story.conflicting else ""
        where = _cut(" ".join(filter(None, (story.country, story.place))), _PLACE_WIDTH)
        yield (
            f"{story.id:<19} {days(story.start, story.end):<21} {len(story.mentions):>7}  {killed + mark:<10} "
            f"{where:<{_PLACE_WIDTH}} {story.type.value}: {_cut(story.summary, _SHORT)}"
        )


def explained(story: Story, links: Sequence[Link]) -> Iterator[str]:
    """Yield a story in full: its numbers over time, its mentions, and why each was linked or nearly linked."""
    where = " ".join(filter(None, (story.country, story.place)))
    yield f"{story.id}  {story.type.value}  {days(story.start, story.end)}  {where}".rstrip()
    yield story.summary
    yield from _toll_lines(story)
    yield ""
    yield f"MENTIONS ({len(story.mentions)})"
    numbers = {mention.key: f"[{number}]" for number, mention in enumerate(story.mentions, start=1)}
    for mention in story.mentions:
        yield f"  {numbers[mention.key]:>5} {_mention_line(mention)}"
        yield f"        {_cut(mention.summary, _SHORT)}"
    for title, joined in (("WHY LINKED", True), ("NEARLY LINKED, TO OTHER STORIES", False)):
        chosen = [link for link in links if link.joined is joined]
        if chosen:
            yield ""
            yield f"{title} (bits; 0 is as likely as not)"
        for link in chosen:
            sides = " and ".join(numbers.get(key, key) for key in (link.one, link.other))
            yield f"  {link.bits:+6.1f}  {sides}"
            for part in link.parts:
                yield f"          {part.bits:+5.1f} {part.name}: {part.reason}"


def days(start: dt.date | None, end: dt.date | None) -> str:
    """Return days as one, as first and last, or as "by" the last."""
    if start is None:
        return f"by {end}" if end else "undated"
    return str(start) if end in (None, start) else f"{start}..{str(end)[5:] if _one_year(start, end) else end}"


def _one_year(start: dt.date, end: dt.date | None) -> bool:
    return end is not None and start.year == end.year


def bounds(rows: Sequence[Toll]) -> str:
    """Return the lowest and highest number that any row allows, "12-43", or "-" where none gives one."""
    given = [number for row in rows for number in (row.min, row.max) if number is not None]
    if not given:
        return "-"
    low, high = min(given), max(given)
    return str(low) if low == high else f"{low}-{high}"


def _toll_lines(story: Story) -> Iterator[str]:
    for measure, rows in groupby(story.tolls, key=lambda row: row.measure):
        yield ""
        yield f"{measure.value.upper()}{' (reports contradict each other)' if measure in story.conflicting else ''}"
        for row in rows:
            source = f", {row.source}" if row.source else ""
            who = "" if row.who.value == "all" else f" {row.who.value}"
            yield f"  {row.published or 'undated':<12}{_range(row) + who:<16} “{row.words}”{source} — {row.article}"


def _range(row: Toll) -> str:
    if row.min == row.max:
        return "?" if row.min is None else str(row.min)
    return f"{'' if row.min is None else row.min}..{'' if row.max is None else row.max}"


def _mention_line(mention: StoryMention) -> str:
    said = days(mention.start, mention.end)
    standing = "" if mention.standing.value == "main" else f", {mention.standing.value}"
    return (
        f"{mention.published or 'undated'}  {mention.article} ({mention.outlet}){standing}: "
        f"{mention.type.value}, {said}, {mention.place or 'no place'}"
    )


def _cut(text: str, width: int) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= width else flat[: width - 1] + "…"
