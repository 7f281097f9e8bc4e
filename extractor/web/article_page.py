"""The HTML view: one file that shows each event beside the article, with its evidence highlighted in the text.

The file asks for nothing else: no script at all, one inline style sheet, and a content security policy that lets the
browser run exactly that style sheet and load nothing. What links events to their evidence is plain anchors and CSS
(``:target``, ``:has()``), so it also works printed, without a mouse and years from now.

The text is cut at every boundary of a sentence, an evidence span or a checked span; each piece is then shown once,
with everything that covers it. So overlapping events need no nesting, and the text is whole whatever the spans are.
"""

from __future__ import annotations

import bisect
import itertools
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from extractor.events.vocabulary import CheckResult, Role, Status
from extractor.render import wording
from extractor.web.templates import policy_hash, style_sheet, template

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from extractor.articles.article import Article, Sentence
    from extractor.events.summary import Check, EventSummary, Extraction

COLOURS = 8
"""Events take the colours of the style sheet in turn."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of the article's text that is covered by the same things throughout."""

    text: str
    sentence: int | None = None
    """Number of the sentence that begins here: an anchor."""
    furniture: bool = False
    headline: bool = False
    events: tuple[int, ...] = ()
    """Numbers of the events that this is evidence of."""
    ends: tuple[int, ...] = ()
    """Numbers of the events whose evidence ends here: their badges follow."""
    checked: CheckResult | None = None
    """A value was looked for in just this run, and was found or not."""


@dataclass(slots=True)
class ArticlePage:
    """The document of format ``html``; it holds all articles until the end."""

    _shown: list[tuple[Article, Extraction]] = field(default_factory=list)

    def add(self, article: Article, extraction: Extraction) -> str:
        """Keep the article; a page is written in one piece."""
        self._shown.append((article, extraction))
        return ""

    def end(self) -> str:
        """Return the page."""
        return render_page(self._shown)


def render_page(shown: Sequence[tuple[Article, Extraction]]) -> str:
    """Return a complete HTML document for these articles and their extractions."""
    most = max((len(extraction.events) for _, extraction in shown), default=0)
    style = article_style(most)
    documents = [
        article_parts(number, article, extraction) for number, (article, extraction) in enumerate(shown, start=1)
    ]
    title = documents[0]["title"] if len(documents) == 1 else f"{len(documents)} articles"
    return template("article_page.html.jinja").render(
        title=title, style=style, policy=policy_hash(style), documents=documents, colours=COLOURS
    )


def pieces(article: Article, events: Sequence[EventSummary]) -> list[Piece]:
    """Cut the article's text into pieces; joined, their texts are the article's text again.

    One sweep over the boundaries, so that a book takes no longer per page than a short article.
    """
    opening: defaultdict[int, list[int | CheckResult]] = defaultdict(list)
    closing: defaultdict[int, list[int | CheckResult]] = defaultdict(list)
    for what, start, end in _spans(article, events):
        opening[start].append(what)
        closing[end].append(what)
    bounds = {bound for s in article.sentences for bound in (s.start, s.end)}
    edges = sorted({0, len(article.text), *bounds, *opening, *closing})
    covering: Counter[int | CheckResult] = Counter()
    found = []
    for start, end in itertools.pairwise(edges):
        covering.subtract(closing[start])
        covering.update(opening[start])
        sentence = _sentence_at(article, start)
        here = [what for what, count in covering.items() if count > 0]
        found.append(
            Piece(
                text=article.text[start:end],
                sentence=sentence.number if sentence is not None and sentence.start == start else None,
                furniture=sentence is not None and sentence.furniture,
                headline=sentence is not None and sentence.headline,
                events=tuple(sorted(what for what in here if isinstance(what, int))),
                ends=tuple(sorted({what for what in closing[end] if isinstance(what, int)})),
                checked=next((result for result in _SHOWN if result in here), None),
            )
        )
    return found


_SHOWN = (CheckResult.FAILED, CheckResult.PASSED)
"""Results that are marked in the text; where both cover a word, the failed one is seen."""


def _spans(article: Article, events: Sequence[EventSummary]) -> Iterator[tuple[int | CheckResult, int, int]]:
    """Yield what covers the text from where to where: evidence by its event's number, and checked values.

    Spans are clipped to the text, and empty ones left out. A check is marked only inside its own event's evidence
    (elsewhere it would seem to judge another event), and not where it looked at a whole sentence.
    """
    whole = {(s.start, s.end) for s in article.sentences}
    for number, event in enumerate(events, start=1):
        clipped = ((e.start, min(e.end, len(article.text))) for e in event.evidence)
        evidence = [(start, end) for start, end in clipped if start < end]
        yield from ((number, start, end) for start, end in evidence)
        for check in event.checks:
            if check.span is None or check.result not in _SHOWN:
                continue
            start, end = check.span.start, check.span.end
            inside = any(a <= start < end <= b for a, b in evidence)
            if inside and (start, end) not in whole:
                yield check.result, start, end


def _sentence_at(article: Article, position: int) -> Sentence | None:
    """Return the sentence that ``position`` lies in; sentences are in text order and do not overlap."""
    index = bisect.bisect_right(article.sentences, position, key=lambda sentence: sentence.start) - 1
    sentence = article.sentences[index] if index >= 0 else None
    return sentence if sentence is not None and position < sentence.end else None


def article_parts(number: int, article: Article, extraction: Extraction) -> dict[str, Any]:
    """Return what the template shows of one article; all texts are plain and get escaped there."""
    failed = sum(len(wording.failed(event.checks)) for event in extraction.events)
    return {
        "id": f"a{number}",
        "title": wording.headline_of(extraction),
        "facts": wording.facts_line(extraction),
        "made_by": wording.made_by(extraction),
        "url": extraction.article.url,
        "link": extraction.article.url if _is_web_address(extraction.article.url) else None,
        "language": extraction.article.language,
        "warnings": extraction.article.warnings,
        "problem": extraction.problem,
        "outcome": extraction.outcome.value,
        "failed": failed,
        "pieces": pieces(article, extraction.events),
        "events": [_card(n, article, event) for n, event in enumerate(extraction.events, start=1)],
    }


def _card(number: int, article: Article, event: EventSummary) -> dict[str, Any]:
    kind, *tags = wording.kind_of(event).split(" · ")
    told = _counted(event)
    return {
        "number": number,
        "colour": (number - 1) % COLOURS + 1,
        "kind": kind[:1].upper() + kind[1:],
        "tags": tags,
        "fact": event.status is Status.ACTUAL,
        "summary": event.summary,
        "when": event.when.words,
        "days": wording.days(event.when),
        "where": event.where.words,
        "place": wording.place(event.where),
        "actors": [
            (role.value, [wording.actor_line(actor) for actor in event.actors if actor.role is role])
            for role in Role
            if any(actor.role is role for actor in event.actors)
        ],
        "counts": [(name, *row) for name, rows in told if not _differ(rows) for row in rows],
        "tolls": [(name, rows) for name, rows in told if _differ(rows)],
        "evidence": [(e.sentence, e.quote, wording.speaker_line(e)) for e in event.evidence],
        "tally": wording.tally(event.checks),
        "failed": [_check(article, check) for check in wording.failed(event.checks)],
        "passed": [_check(article, c) for c in event.checks if c.result is CheckResult.PASSED],
        "not_applicable": [_check(article, c) for c in event.checks if c.result is CheckResult.NOT_APPLICABLE],
    }


def _counted(event: EventSummary) -> list[tuple[str, list[tuple[str, str, str | None]]]]:
    """Return what is counted with every number that is given for it: more than one stand side by side."""
    told: dict[str, list[tuple[str, str, str | None]]] = {}
    for count in event.counts:
        told.setdefault(wording.count_label(count), []).append((wording.number(count), count.words, count.source))
    return list(told.items())


def _differ(rows: Sequence[tuple[str, str, str | None]]) -> bool:
    """Say whether more than one number is given."""
    return len({number for number, _, _ in rows}) > 1


def _check(article: Article, check: Check) -> dict[str, Any]:
    span = check.span
    sentence = None if span is None else _sentence_at(article, span.start)
    at = None if sentence is None else sentence.number
    return {"line": wording.check_line(check), "sentence": at, "around": wording.around(article, check)}


def _is_web_address(url: str | None) -> bool:
    """Say whether a link to ``url`` is safe to offer: a ``javascript:`` address would run when it is clicked."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def article_style(most_events: int) -> str:
    """Return the style sheet, with the rules that light up one event's card and evidence together."""
    rules: Iterable[str] = (
        f".doc:has(.card.k{n}:is(:hover,:focus-within)) .m:not(.k{n}){{background:none}}"
        f".doc:has(.m.k{n}:hover) .card.k{n}{{outline:2px solid var(--accent)}}"
        for n in range(1, most_events + 1)
    )
    return "\n".join([style_sheet("article_page.css"), *rules])
