"""An article and its extraction made by hand, for the tests of what is shown: no reader, model or grounder involved.

``poison`` is put into every field that can hold text of an article, a model or a file name.
"""

from __future__ import annotations

import datetime as dt
import hashlib

from extractor.articles.article import Article, Sentence
from extractor.articles.article import Published as ArticlePublished
from extractor.events.summary import (
    Actor,
    ArticleInfo,
    Check,
    Count,
    EventSummary,
    Evidence,
    Extraction,
    Problem,
    Provenance,
    Published,
    Span,
    Usage,
    When,
    Where,
)
from extractor.events.vocabulary import (
    CheckName,
    CheckResult,
    CountForm,
    EventType,
    Involvement,
    Measure,
    Outcome,
    PlacePrecision,
    Role,
    Sector,
    Stance,
    Standing,
    Status,
    TimeBasis,
    TimePrecision,
    Who,
)

LINES = (
    "Home | World | Sport",
    "Ministers of Norland press Sudria after the harbour attack",
    (
        "KESTREL BAY, 4 March 2024 — At least 17 dock workers were killed on Sunday when gunmen of the Red Tide "
        "stormed the harbour of Kestrel Bay, the port authority said."
    ),
    (
        "Foreign Minister Ada Lund demanded on Monday that Sudria hand over the gunmen’s leader, adding that "
        "“nearly 40 people” were hurt in the same attack."
    ),
    "Sudria has denied any part in it.",
    "Sign up for our newsletter",
)
_FURNITURE = {1, 6}


def make_article(poison: str = "", *, name: str = "harbour") -> Article:
    """Return the article of :data:`LINES`, two of them page furniture; ``poison`` ends every line."""
    text, sentences = "", []
    for number, line in enumerate(LINES, start=1):
        start = len(text)
        text += line + poison
        sentences.append(
            Sentence(number, start, len(text), furniture=number in _FURNITURE, headline=number == 2, paragraph=number)
        )
        text += "\n"
    return Article(
        id=f"{name}{poison}",
        text=text,
        sha256=hashlib.sha256(text.encode("utf-8", "replace")).hexdigest(),
        sentences=tuple(sentences),
        published=ArticlePublished(dt.date(2024, 3, 4), "printed", "4 March 2024"),
        title=f"Norland presses Sudria{poison}",
        url=f"https://news.example/{name}?{poison}",
        language="en",
        source=f"{name}.txt{poison}",
        warnings=(f"hidden text left out{poison}",),
    )


def make_extraction(article: Article, poison: str = "") -> Extraction:
    """Return three events of ``article``: an attack and a demand that share a sentence, and a denied one."""
    return Extraction(
        article=ArticleInfo(
            id=article.id,
            sha256=article.sha256,
            title=article.title,
            url=article.url,
            language=article.language,
            source=article.source,
            warnings=article.warnings,
        ),
        published=Published(date=dt.date(2024, 3, 4), basis="printed", words=f"4 March 2024{poison}"),
        events=(_attack(article, poison), _demand(article, poison), _denial(article, poison)),
        provenance=_provenance(poison),
        usage=Usage(requests=2, tokens_in=1234, tokens_cached=900, tokens_out=321, cost_usd=None, seconds=4.2),
        outcome=Outcome.OK,
    )


def make_failure(article: Article, poison: str = "") -> Extraction:
    """Return what is kept of ``article`` when the model's reply was unusable."""
    return Extraction(
        article=ArticleInfo(id=article.id, sha256=article.sha256, source=article.source),
        published=Published(),
        provenance=_provenance(poison),
        usage=Usage(requests=3, tokens_in=None, tokens_out=None, cost_usd=None, seconds=1.0),
        outcome=Outcome.INVALID,
        problem=Problem(
            kind="InvalidReplyError", message=f"the reply is no JSON{poison}", hint=f"choose a larger model{poison}"
        ),
    )


def _provenance(poison: str) -> Provenance:
    return Provenance(
        prompt="events@v1",
        prompt_sha256="0" * 64,
        reply_type="events.v1",
        model=f"scripted{poison}",
        endpoint="scripted",
        mode="json_schema",
        extractor_version="0.1.0",
        time=dt.datetime(2024, 3, 5, 12, 0, tzinfo=dt.UTC),
    )


def _evidence(article: Article, number: int, poison: str, **speaker: object) -> Evidence:
    sentence = article.sentences[number - 1]
    values: dict[str, object] = {"stance": Stance.NARRATED} | speaker
    return Evidence.model_validate(
        {
            "sentence": number,
            "quote": article.quote(number),
            "start": sentence.start,
            "end": sentence.end,
            **{key: f"{value}{poison}" if key == "speaker" else value for key, value in values.items()},
        }
    )


def _span(article: Article, words: str) -> Span:
    start = article.text.index(words)
    return Span(start=start, end=start + len(words))


def _attack(article: Article, poison: str) -> EventSummary:
    return EventSummary(
        id=f"e1{poison}",
        type=EventType.ATTACK,
        summary=f"Gunmen of the Red Tide stormed the harbour of Kestrel Bay.{poison}",
        when=When(
            words=f"on Sunday{poison}",
            basis=TimeBasis.RELATIVE,
            start=dt.date(2024, 3, 3),
            end=dt.date(2024, 3, 3),
            precision=TimePrecision.DAY,
        ),
        where=Where(
            words=f"Kestrel Bay{poison}",
            country="NOR",
            admin1_name=f"Coast{poison}",
            settlement=f"Kestrel Bay{poison}",
            lat=-61.5,
            lon=5.25,
            geonameid=7,
            precision=PlacePrecision.SETTLEMENT,
        ),
        actors=(
            Actor(name=f"gunmen of the Red Tide{poison}", role=Role.INITIATOR, sector=Sector.UAF),
            Actor(name=f"dock workers{poison}", role=Role.TARGET, sector=Sector.LAB, country="NOR"),
        ),
        counts=(
            Count(
                measure=Measure.KILLED,
                who=Who.CIVILIANS,
                min=17,
                max=None,
                form=CountForm.AT_LEAST,
                source=f"the port authority{poison}",
                words=f"At least 17 dock workers{poison}",
            ),
            Count(measure=Measure.INJURED, min=40, max=40, form=CountForm.ABOUT, words=f"nearly 40 people{poison}"),
        ),
        evidence=(
            _evidence(article, 3, poison, speaker="the port authority", stance=Stance.REPORTS),
            _evidence(article, 4, poison),
        ),
        checks=(
            Check(
                name=CheckName.COUNT_SUPPORTED,
                result=CheckResult.PASSED,
                value=f"At least 17 dock workers{poison}",
                field="counts[0]",
                span=_span(article, "At least 17 dock workers"),
                detail=f"17 stands in sentence 3{poison}",
            ),
            Check(name=CheckName.TYPE_CUE_MISSING, result=CheckResult.NOT_APPLICABLE, field="type"),
        ),
    )


def _demand(article: Article, poison: str) -> EventSummary:
    return EventSummary(
        id=f"e2{poison}",
        type=EventType.DEMAND,
        standing=Standing.OTHER,
        summary=f"Ada Lund demanded that Sudria hand over the leader.{poison}",
        when=When(
            basis=TimeBasis.PUBLICATION_BOUND, end=dt.date(2024, 3, 4), precision=TimePrecision.UNKNOWN, words=None
        ),
        where=Where(),
        actors=(
            Actor(name=f"Ada Lund{poison}", role=Role.INITIATOR, sector=Sector.GOV, country="NOR"),
            Actor(name=f"Sudria{poison}", role=Role.TARGET, involvement=Involvement.ACCUSED),
        ),
        evidence=(_evidence(article, 4, poison),),
        checks=(
            Check(
                name=CheckName.WHEN_SUPPORTED,
                result=CheckResult.FAILED,
                value=f"on Tuesday{poison}",
                field="when",
                span=_span(article, "on Monday"),
                detail=f"“Tuesday” is not in the quoted sentences{poison}",
            ),
        ),
    )


def _denial(article: Article, poison: str) -> EventSummary:
    return EventSummary(
        id=f"e3{poison}",
        type=EventType.ATTACK,
        status=Status.DENIED,
        standing=Standing.BACKGROUND,
        summary=f"Sudria denies a part in the attack.{poison}",
        when=When(
            words=f"last winter{poison}",
            basis=TimeBasis.PARTIAL,
            start=dt.date(2023, 12, 1),
            end=dt.date(2024, 2, 29),
            precision=TimePrecision.MONTH,
        ),
        where=Where(words=f"the coast{poison}"),
        evidence=(_evidence(article, 5, poison, speaker="Sudria", stance=Stance.DENIES),),
    )
