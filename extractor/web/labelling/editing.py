"""What the form's buttons do to a draft, besides checking and saving: rows come, go and change places.

A button's value is a verb and the path of a list or row: ``add events[0].counts``, ``remove events[2]``, ``up
events[2]``, ``quote events[0]``. The last turns numbers of sentences into evidence, word for word.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from extractor.articles.build import article_from_text
from extractor.errors import UsageError
from extractor.web.labelling.drafts import MOST_ROWS, ON, CountDraft, Draft, EventDraft, WhenDraft, WhereDraft, tidied
from extractor.web.labelling.passages import quotes

if TYPE_CHECKING:
    from collections.abc import Callable

    from extractor.articles.article import Article

_VERB: Final = re.compile(r"(add|remove|up) events(?:\[(\d{1,4})\](?:\.(counts|or_when|or_where)(?:\[(\d{1,4})\])?)?)?")
_NEW: Final[dict[str, Callable[[], Any]]] = {
    "counts": lambda: CountDraft(measure="killed", who="all"),
    "or_when": lambda: WhenDraft(keep=ON),
    "or_where": lambda: WhereDraft(keep=ON),
}


class FormTextError(Exception):
    """Something typed that the page itself reads, and cannot: ``field`` and what is wrong with it."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


def changed(draft: Draft, action: str, text: str) -> tuple[Draft, str]:
    """Return the draft after a button was pressed, and the path of the field to go to.

    Numbers of sentences are turned into evidence whatever the button was.

    Raises:
        FormTextError: There is no such sentence.
        UsageError: There is no such button.
    """
    article = article_from_text(text)
    if action in ("check", "save", "quote"):
        return tidied(quoted_evidence(draft, article)), ""
    match = _VERB.fullmatch(action)
    if match is None or (match[1] != "add" and match[2] is None):
        raise UsageError(f"there is no button {action[:60]!r} on this page", hint="nothing was changed")
    verb, number, field, row = match.groups()
    if number is None:
        draft = tidied(quoted_evidence(draft, article))
        events = _with_one_more(draft.events, EventDraft())
        return draft.model_copy(update={"events": events}), f"events[{len(events) - 1}].type"
    if field is None and verb != "add":
        events, place = _moved(draft.events, verb, int(number))
        moved = draft.model_copy(update={"events": events})
        return tidied(quoted_evidence(moved, article)), "" if place is None else f"events[{place}].type"
    if field is None or (row is None) != (verb == "add"):
        raise UsageError(f"there is no button {action[:60]!r} on this page", hint="nothing was changed")
    index = int(number)
    if row is not None:  # the row's number is that of the form, which still holds empty rows
        rows, _ = _moved(getattr(_at(draft.events, index), field), verb, int(row))
        draft = _with(draft, index, field, rows)
    draft = tidied(quoted_evidence(draft, article))
    if row is not None:
        return draft, f"events[{index}].type"
    rows = _with_one_more(getattr(_at(draft.events, index), field), _NEW[field]())
    return _with(draft, index, field, rows), f"events[{index}].{field}[{len(rows) - 1}].words"


def _with(draft: Draft, index: int, field: str, rows: tuple[Any, ...]) -> Draft:
    """Return the draft with other rows in one list of one event."""
    event = draft.events[index].model_copy(update={field: rows})
    events = (*draft.events[:index], event, *draft.events[index + 1 :])
    return draft.model_copy(update={"events": events})


def _with_one_more(rows: tuple[Any, ...], row: object) -> tuple[Any, ...]:
    if len(rows) >= MOST_ROWS:
        raise UsageError(f"there are {MOST_ROWS} rows already", hint="nothing was changed")
    return (*rows, row)


def _moved(rows: tuple[Any, ...], verb: str, number: int) -> tuple[tuple[Any, ...], int | None]:
    one = _at(rows, number)
    rest = [*rows[:number], *rows[number + 1 :]]
    if verb == "up":
        place = max(number - 1, 0)
        rest.insert(place, one)
        return tuple(rest), place
    return tuple(rest), min(number, len(rest) - 1) if rest else None


def _at(rows: tuple[Any, ...], number: int) -> Any:  # noqa: ANN401 - whatever the rows are
    if number >= len(rows):
        raise UsageError(f"there is no row {number} any more", hint="nothing was changed")
    return rows[number]


def quoted_evidence(draft: Draft, article: Article) -> Draft:
    """Return the draft with the named sentences among the evidence, each once.

    Raises:
        FormTextError: There is no such sentence.
    """
    events = []
    for index, event in enumerate(draft.events):
        found, wrong = quotes(article, event.sentences)
        if wrong:
            path = f"events[{index}].sentences"
            raise FormTextError(path, f"{wrong[0][:40]!r} names no sentence; there are 1 to {len(article.sentences)}")
        evidence = tuple(dict.fromkeys((*event.evidence, *found)))
        events.append(event.model_copy(update={"evidence": evidence, "sentences": ""}))
    return draft.model_copy(update={"events": tuple(events)})
