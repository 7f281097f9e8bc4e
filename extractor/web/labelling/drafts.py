"""What somebody has typed so far: a label as text in fields, true or not.

A draft holds every field of a label as the string that stands in the form, so that nothing typed is lost where a value
is wrong, and so that the page works without script: each button sends the form, and the page comes back with it. A
field of the form is named by its path in the label (``events[2].counts[0].words``), which is also how
:class:`~extractor.evaluation.labels.flaws.Flaw` names it; so an error finds its field.

Rows that hold nothing are dropped before a draft is checked (an offered spare row is no row), but for alternative
readings that are ticked: an empty reading says that leaving the slot empty is right too.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ValidationError

from extractor.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from extractor.scoring.labels import LabelledActor, LabelledArticle, LabelledCount, LabelledEvent
    from extractor.scoring.labels import LabelledWhen as When
    from extractor.scoring.labels import LabelledWhere as Where

ON: Final = "on"
"""What a ticked box sends."""
ACCEPT, REJECT = "accept", "reject"
MOST_ROWS: Final = 300
"""Of events in an article, or rows in an event: far above any label, and low enough for one page."""
_STEP: Final = re.compile(r"([a-z0-9_]+)|\[(\d{1,4})\]|\.")
_TRUE: Final = frozenset({"optional", "printed", "furniture"})
_LISTED: Final = frozenset({"alt_types", "alt_status", "alt_who", "traps"})
"""Written in one field, with commas."""
_LINED: Final = frozenset({"names", "aliases"})
"""Written in one field, a line each."""
_OWN: Final = frozenset({"keep", "suggested", "verdict", "sentences"})
"""Fields of the form that are none of the label's."""


def _rows(value: Any) -> Any:  # noqa: ANN401 - what a form holds, before it is checked
    """A list comes from the form as numbered rows, with gaps where some were taken out."""
    return [value[index] for index in sorted(value)] if isinstance(value, dict) else value


class _Row(BaseModel, frozen=True, extra="forbid"):
    @property
    def empty(self) -> bool:
        """Whether nothing is typed here."""
        return not any(value.strip() for value in self.model_dump().values() if isinstance(value, str))


class WhenDraft(_Row, frozen=True):
    """A reading of when it happened."""

    words: str = ""
    start: str = ""
    end: str = ""
    keep: str = ""


class WhereDraft(_Row, frozen=True):
    """A reading of where it happened."""

    words: str = ""
    settlement: str = ""
    admin1: str = ""
    country: str = ""
    aliases: str = ""
    lat: str = ""
    lon: str = ""
    keep: str = ""


class ActorDraft(_Row, frozen=True):
    """An actor: a name on each line."""

    names: str = ""
    optional: str = ""

    @property
    def empty(self) -> bool:
        """Whether there is no name; a tick alone is no actor."""
        return not self.names.strip()


class CountDraft(BaseModel, frozen=True, extra="forbid"):
    """A number of persons. The measure is always chosen, so it says nothing about whether the row is meant."""

    measure: str = ""
    who: str = ""
    alt_who: str = ""
    words: str = ""
    min: str = ""
    max: str = ""
    source: str = ""
    optional: str = ""

    @property
    def empty(self) -> bool:
        """Whether no number is told."""
        return not any(one.strip() for one in (self.words, self.min, self.max, self.source))


class EventDraft(BaseModel, frozen=True, extra="forbid"):
    """An event."""

    suggested: str = ""
    """On where a model proposed it; then it waits for a verdict."""
    verdict: str = ""
    type: str = ""
    alt_types: str = ""
    status: str = "actual"
    alt_status: str = ""
    standing: str = "main"
    optional: str = ""
    sentences: str = ""
    """Numbers of sentences that are to become evidence."""
    evidence: Annotated[tuple[str, ...], BeforeValidator(_rows)] = ()
    when: WhenDraft = WhenDraft()
    or_when: Annotated[tuple[WhenDraft, ...], BeforeValidator(_rows)] = ()
    where: WhereDraft = WhereDraft()
    or_where: Annotated[tuple[WhereDraft, ...], BeforeValidator(_rows)] = ()
    initiators: Annotated[tuple[ActorDraft, ...], BeforeValidator(_rows)] = ()
    targets: Annotated[tuple[ActorDraft, ...], BeforeValidator(_rows)] = ()
    counts: Annotated[tuple[CountDraft, ...], BeforeValidator(_rows)] = ()
    note: str = ""


class Draft(BaseModel, frozen=True, extra="forbid"):
    """A label as it stands in the form."""

    published: str = ""
    printed: str = ""
    furniture: str = ""
    kind: str = ""
    country: str = ""
    traps: str = ""
    note: str = ""
    events: Annotated[tuple[EventDraft, ...], BeforeValidator(_rows)] = ()


def draft_of(label: LabelledArticle) -> Draft:
    """Return a label as it is shown in the form; :func:`values_of` gives it back."""
    return Draft(
        published=_text(label.published),
        printed=_tick(label.printed),
        furniture=_tick(label.furniture),
        kind=label.kind,
        country=label.country or "",
        traps=", ".join(label.traps),
        note=label.note,
        events=tuple(event_draft(event) for event in label.events),
    )


def event_draft(event: LabelledEvent, *, suggested: bool = False) -> EventDraft:
    """Return an event as it is shown in the form."""
    return EventDraft(
        suggested=_tick(suggested),
        type=event.type,
        alt_types=", ".join(event.alt_types),
        status=event.status,
        alt_status=", ".join(event.alt_status),
        standing=event.standing,
        optional=_tick(event.optional),
        evidence=event.evidence,
        when=_when(event.when),
        or_when=tuple(_when(one, ON) for one in event.or_when),
        where=_where(event.where),
        or_where=tuple(_where(one, ON) for one in event.or_where),
        initiators=tuple(map(_actor, event.initiators)),
        targets=tuple(map(_actor, event.targets)),
        counts=tuple(map(_count, event.counts)),
        note=event.note,
    )


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _tick(value: bool) -> str:  # noqa: FBT001 - it is the value
    return ON if value else ""


def _when(when: When, keep: str = "") -> WhenDraft:
    return WhenDraft(words=when.words or "", start=_text(when.start), end=_text(when.end), keep=keep)


def _where(where: Where, keep: str = "") -> WhereDraft:
    return WhereDraft(
        words=where.words or "",
        settlement=where.settlement or "",
        admin1=where.admin1 or "",
        country=where.country or "",
        aliases="\n".join(where.aliases),
        lat=_text(where.lat),
        lon=_text(where.lon),
        keep=keep,
    )


def _actor(actor: LabelledActor) -> ActorDraft:
    # A name that wraps in the article is found there with a space as well, and a line holds one name.
    return ActorDraft(names="\n".join(" ".join(name.split()) for name in actor.names), optional=_tick(actor.optional))


def _count(count: LabelledCount) -> CountDraft:
    return CountDraft(
        measure=count.measure,
        who=count.who,
        alt_who=", ".join(count.alt_who),
        words=count.words,
        min=_text(count.min),
        max=_text(count.max),
        source=count.source or "",
        optional=_tick(count.optional),
    )


def read_form(pairs: Iterable[tuple[str, str]]) -> Draft:
    """Return what a form holds, with line ends as LF; :func:`tidied` takes its empty rows out.

    Args:
        pairs: Names and values of its fields; those that are no path are the page's own and are passed over.

    Raises:
        UsageError: It is no form of this page: an unknown field, or far too many rows.
    """
    tree: dict[str | int, Any] = {}
    for name, value in pairs:
        steps = _steps(name)
        if steps:
            _put(tree, steps, value.replace("\r\n", "\n").replace("\r", "\n"), name)
    try:
        return Draft.model_validate(tree)
    except ValidationError as error:
        where = ".".join(map(str, error.errors(include_url=False)[0]["loc"]))
        raise UsageError(f"this is no form of a label: {where[:80]!r} does not belong there") from None


def _steps(name: str) -> list[str | int]:
    """Return the path ``events[2].counts`` as its steps; nothing for the page's own fields, which begin with ``_``."""
    if name.startswith("_"):
        return []
    found = list(_STEP.finditer(name))
    if not found or "".join(match[0] for match in found) != name:
        raise UsageError(f"this is no form of a label: there is no field {name[:80]!r}")
    return [int(match[2]) if match[2] else match[1] for match in found if match[0] != "."]


def _put(tree: dict[str | int, Any], steps: Sequence[str | int], value: str, name: str) -> None:
    for step in steps[:-1]:
        tree = tree.setdefault(step, {})
        if not isinstance(tree, dict) or len(tree) > MOST_ROWS:
            raise UsageError(f"this is no form of a label: {name[:80]!r} does not belong there, or is one row too many")
    tree[steps[-1]] = value


def tidied(draft: Draft) -> Draft:
    """Return the draft without the rows that hold nothing."""
    return draft.model_copy(update={"events": tuple(map(_tidied, draft.events))})


def _tidied(event: EventDraft) -> EventDraft:
    rows = ("or_when", "or_where", "initiators", "targets", "counts")
    kept = {field: tuple(row for row in getattr(event, field) if not row.empty) for field in rows}
    return event.model_copy(update={**kept, "evidence": tuple(one for one in event.evidence if one.strip())})


def values_of(draft: Draft, article: str) -> tuple[dict[str, Any], list[int]]:
    """Return the values that the draft's label would have, as a file would hold them, unchecked.

    Returns:
        The values, and for each of its events the number that it has in the draft: rejected ones are left out.
    """
    kept = [index for index, event in enumerate(draft.events) if event.verdict != REJECT]
    values = {"id": article, **_plain(draft.model_dump(exclude={"events"}), required=("kind",))}
    return {**values, "events": [_event(draft.events[index]) for index in kept]}, kept


def _event(event: EventDraft) -> dict[str, Any]:
    values = event.model_dump()
    plain = _plain({name: value for name, value in values.items() if isinstance(value, str)}, required=("type",))
    plain["evidence"] = [one.strip() for one in event.evidence]
    for field in ("when", "where"):
        plain[field] = _plain(values[field])
        plain[f"or_{field}"] = [_plain(one) for one in values[f"or_{field}"]]
    for side in ("initiators", "targets"):
        plain[side] = [_plain(one) for one in values[side]]
    plain["counts"] = [_plain(one, required=("measure", "words")) for one in values["counts"]]
    return plain


def _plain(fields: Mapping[str, str], required: Sequence[str] = ()) -> dict[str, Any]:
    """Return the fields as a label's file holds them: but for ``required`` without empty ones."""
    plain: dict[str, Any] = {}
    for name, value in fields.items():
        if name in _OWN:
            continue
        if name in _TRUE:
            plain[name] = value == ON
        elif name in _LISTED:
            plain[name] = [part.strip() for part in value.split(",") if part.strip()]
        elif name in _LINED:
            plain[name] = [line.strip() for line in value.split("\n") if line.strip()]
        elif value.strip() or name in required:
            plain[name] = value.strip()
    return plain
