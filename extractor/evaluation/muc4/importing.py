"""MUC-4 answer keys as labels: what 24 slots of 1992 say, in the terms of this program's schema.

What a key leaves out stays out, and what it says less exactly than the schema becomes alternatives:

============================  ===================================================================================
key                           label
============================  ===================================================================================
incident type                 type; the finer types that it covers are alternatives (ATTACK covers shelling too)
stage of execution            status
date, "- 9 DEC 89"            days; on or before that day. Words of the text that mean these days, where there are any
location                      country, region (DEPARTMENT, PROVINCE …), settlement; smaller places as other names of it
perpetrators                  initiators; the confidence POSSIBLE makes one optional, ACQUITTED leaves it out
human targets                 targets, by name and description; objects are required only where no person is
number and effect of targets  counts; "NO INJURY OR DEATH" is an optional 0; a kidnapped person is abducted
optional, several strings     optional, alternatives
============================  ===================================================================================

Keys name things as their makers spelt them; a name that doesn't stand in the text is dropped and counted. Keys hold no
quotes: the evidence is the sentence that holds most of an incident's names. They don't say which incident an article is
about either, so ``standing`` is main for the first and other for the rest, and accuracy of standing means nothing here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from extractor.articles.build import article_from_text
from extractor.articles.written_dates import find_short_year_date
from extractor.errors import InputError
from extractor.evaluation.files import problems_of
from extractor.evaluation.gold import GoldArticle
from extractor.evaluation.muc4.counts import count_rows
from extractor.evaluation.muc4.keys import NO_INCIDENT, read_muc4
from extractor.evaluation.muc4.places import place_of
from extractor.evaluation.muc4.times import times_of
from extractor.events.view import View
from extractor.events.vocabulary import EventType, Standing, Status
from extractor.scoring.labels import LabelledArticle

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from extractor.articles.article import Article
    from extractor.evaluation.muc4.keys import Document, Fill, Template

_T = EventType
_TYPES: Final[dict[str, tuple[EventType, ...]]] = {
    "ATTACK": (
        _T.ATTACK,
        _T.ARMED_CLASH,
        _T.EXCESSIVE_FORCE_AGAINST_PROTESTERS,
        _T.MOB_VIOLENCE,
        _T.AIR_DRONE_STRIKE,
        _T.SHELLING_ARTILLERY_MISSILE,
        _T.GRENADE,
        _T.SEXUAL_VIOLENCE,
        _T.LOOTING_PROPERTY_DESTRUCTION,
        _T.CRIME,
    ),
    "BOMBING": (
        _T.REMOTE_EXPLOSIVE_LANDMINE_IED,
        _T.GRENADE,
        _T.SUICIDE_BOMB,
        _T.AIR_DRONE_STRIKE,
        _T.SHELLING_ARTILLERY_MISSILE,
        _T.LOOTING_PROPERTY_DESTRUCTION,
    ),
    "KIDNAPPING": (_T.ABDUCTION_FORCED_DISAPPEARANCE, _T.ARRESTS),
    "ARSON": (_T.LOOTING_PROPERTY_DESTRUCTION, _T.MOB_VIOLENCE, _T.VIOLENT_DEMONSTRATION, _T.ATTACK, _T.CRIME),
    "ROBBERY": (_T.CRIME, _T.LOOTING_PROPERTY_DESTRUCTION, _T.ATTACK),
    "FORCED WORK STOPPAGE": (_T.COERCIVE_MEASURE, _T.THREAT, _T.DEMAND, _T.PEACEFUL_PROTEST),
}
"""The type that fits best, and the finer ones that the key does not tell from it."""
_STAGES: Final = {
    "ACCOMPLISHED": Status.ACTUAL,
    "ATTEMPTED": Status.ATTEMPTED,
    "THREATENED": Status.THREATENED,
}
_ACQUITTED: Final = "ACQUITTED"
_POSSIBLE: Final = "POSSIBLE"


@dataclass
class ImportNotes:
    """What happened on the way: how much was kept, and what could not be."""

    documents: int = 0
    events: int = 0
    names_dropped: int = 0
    """Names of the key that do not stand in the text."""
    problems: list[str] = field(default_factory=list)


def import_split(folder: Path, split: str) -> tuple[list[GoldArticle], ImportNotes]:
    """Return the documents of a split as labelled articles, and what happened on the way.

    Raises:
        InputError: The files cannot be read, or something in them cannot be expressed; all problems are named.
    """
    source = read_muc4(folder, split)
    notes = ImportNotes()
    articles = []
    for id_, document in sorted(source.documents.items()):
        try:
            text, label = label_of(document, source.keys[id_], notes)
        except InputError as exc:
            notes.problems.append(f"{id_}: {exc}")
        except ValidationError as exc:
            notes.problems.append(f"{id_}: {problems_of(exc)}")
        else:
            articles.append(GoldArticle(label, text))
    if notes.problems:
        raise InputError(f"{len(notes.problems)} problem(s) in the MUC-4 split {split!r}: {'; '.join(notes.problems)}")
    return articles, notes


def label_of(document: Document, templates: Iterable[Template], notes: ImportNotes) -> tuple[str, LabelledArticle]:
    """Return the text of a document as an article, and its key as a label.

    Args:
        document: The document.
        templates: Its key.
        notes: Takes what was counted, and every problem.
    """
    text = f"{document.dateline} -- {document.text}\n" if document.dateline else f"{document.text}\n"
    found = find_short_year_date(document.dateline or "")
    published = found.date if found else None
    article = article_from_text(text, published=published)
    scene = _Scene(article, View.of(text), published, notes)
    events: list[dict[str, Any]] = []
    for template in templates:
        if template.incident_type != NO_INCIDENT and (event := _event(template, scene, first=not events)) is not None:
            events += [] if any(_same(event, other) for other in events) else [event]
    label = LabelledArticle.model_validate(
        {
            "id": document.docid.lower(),
            "published": published,
            "printed": article.published.printed is not None,
            "kind": "wire",
            "country": events[0]["where"].get("country") if events else None,
            "note": f"Imported from MUC-4, {document.docid}.",
            "events": events,
        }
    )
    notes.documents += 1
    notes.events += len(label.events)
    return text, label


@dataclass(frozen=True, slots=True)
class _Scene:
    """What every slot of a document is read against."""

    article: Article
    view: View
    published: dt.date | None
    notes: ImportNotes

    def names(self, strings: Iterable[str]) -> list[str]:
        """Return the names that stand in the text, each once, and count the others."""
        wanted = list(dict.fromkeys(strings))
        kept = [name for name in wanted if self.view.find(name)]
        self.notes.names_dropped += len(wanted) - len(kept)
        return kept


def _event(template: Template, scene: _Scene, *, first: bool) -> dict[str, Any] | None:
    """Return one incident as the values of a labelled event, or None where its type is unknown."""
    types = _types(template.incident_type)
    if not types:
        scene.notes.problems.append(f"{scene.article.id}: there is no incident type {template.incident_type!r}")
        return None
    initiators = [*_initiators(template, scene)]
    people = [*_people(template, scene)]
    things = [
        _actor(scene.names(fill.said), optional=fill.optional or bool(people)) for fill in template.phys_tgt_id or ()
    ]
    targets = [*(actor for actor, _ in people), *(thing for thing in things if thing)]
    where = place_of(template.incident_location or (), scene.view)
    mentioned = [name for actor in (*initiators, *targets) for name in actor["names"]]
    mentioned += [str(where[key]) for key in ("settlement", "admin1") if key in where]
    sentence, evidence = _evidence(mentioned, scene)
    when, or_when = times_of(template.incident_date or (), scene.article, sentence, scene.published)
    stages = [_STAGES[stage] for stage in _said(template.incident_stage_of_execution) if stage in _STAGES]
    status, *alt_status = dict.fromkeys(stages or [Status.ACTUAL])
    return {
        "type": types[0],
        "alt_types": types[1:],
        "status": status,
        "alt_status": alt_status,
        "standing": Standing.MAIN if first else Standing.OTHER,
        "optional": template.message_template_optional,
        "evidence": [evidence],
        "when": when,
        "or_when": or_when,
        "where": where,
        "initiators": initiators,
        "targets": targets,
        "counts": count_rows(template, [(actor["names"], names) for actor, names in people], scene.view),
    }


def _same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Say whether two incidents of a key cannot be told apart by what a label holds."""
    return all(one[key] == other[key] for key in ("type", "when", "where", "initiators", "targets", "counts"))


def _types(incident: str) -> list[EventType]:
    """Return the types of "BOMBING" or "ATTACK / BOMBING", the best fitting first."""
    parts = [_TYPES.get(part.strip(), ()) for part in incident.split("/")]
    best = [types[0] for types in parts if types]
    return list(dict.fromkeys([*best, *(one for types in parts for one in types)]))


def _said(fill: Fill | None) -> tuple[str, ...]:
    return fill.said if fill else ()


def _actor(names: list[str], *, optional: bool) -> dict[str, Any] | None:
    """Return an actor as a label holds it, or None where the text holds none of its names."""
    return {"names": names, "optional": optional} if names else None


def _initiators(template: Template, scene: _Scene) -> Iterator[dict[str, Any]]:
    for fill in template.perp_individual_id or ():
        if actor := _actor(scene.names(fill.said), optional=fill.optional):
            yield actor
    for fill in template.perp_organization_id or ():
        sure = _confidence(template, fill)
        if sure != {_ACQUITTED} and (
            actor := _actor(scene.names(fill.said), optional=fill.optional or _POSSIBLE in sure)
        ):
            yield actor


def _confidence(template: Template, organisation: Fill) -> set[str]:
    """Return how sure the key is that an organisation did it; several are alternatives."""
    clauses = template.perp_organization_confidence or ()
    return {sure for clause in clauses if set(clause.about) & set(organisation.said) for sure in clause.said}


def _people(template: Template, scene: _Scene) -> Iterator[tuple[dict[str, Any], frozenset[str]]]:
    """Yield each person or group that was a target, with the names that the key's other slots know it by."""
    descriptions = template.hum_tgt_description or ()
    of_named = [clause for clause in descriptions if clause.about]
    for fill in template.hum_tgt_name or ():
        more = [text for clause in of_named if set(clause.about) & set(fill.said) for text in clause.said]
        if actor := _actor(scene.names([*fill.said, *more]), optional=fill.optional):
            yield actor, frozenset(fill.said)
    for fill in descriptions:
        if not fill.about and (actor := _actor(scene.names(fill.said), optional=fill.optional)):
            yield actor, frozenset(fill.said)


def _evidence(names: Iterable[str], scene: _Scene) -> tuple[int, str]:
    """Return the sentence (by its place) that holds most of the names, and its words; the first where none does."""
    wanted = list(dict.fromkeys(names))
    sentences = scene.article.sentences

    def held(place: int) -> tuple[bool, int, int]:
        sentence = sentences[place]
        names = sum(scene.view.find(name, (sentence.start, sentence.end)) is not None for name in wanted)
        # A sentence that was cut inside a word ("U." | "S. TROOPS") is no verbatim passage.
        return scene.view.find(scene.article.quote(place + 1)) is not None, names, -place

    best = max(range(len(sentences)), key=held)
    return best, scene.article.quote(best + 1)
