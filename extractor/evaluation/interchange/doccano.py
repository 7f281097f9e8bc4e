"""doccano's JSON lines for sequence labelling: a text, its entities, the relations between them.

A project with relations exports ``entities`` and ``relations`` of objects with ids, one without exports ``label``, a
list of (start, end, label); both are read, the first is written. Whatever else stands in a line, doccano keeps as the
example's metadata and writes out again, so the label goes along there; status and standing, which no entity can say,
are only there. doccano counts its own ``id`` anew, so the article's name is ``article``.

*Offsets.* doccano counts UTF-16 units, or graphemes in a project with "Count grapheme clusters as one character" (issue
2290, pull request 1511). It quotes no words, so nothing but the declared unit tells where a span stands.

A project that isn't collaborative exports a file for each person, named for them; so a folder of files is a folder of
annotators.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel, ValidationError

from extractor.evaluation.files import problems_of
from extractor.evaluation.interchange.marks import mark_label
from extractor.evaluation.interchange.offsets import Claim, Unit, ruler
from extractor.evaluation.interchange.tasks import (
    CARRIED,
    Task,
    TaskLink,
    Tasks,
    TaskSpan,
    carried_in,
    carry,
    day_in,
    refuse,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from extractor.evaluation.gold import GoldArticle

UNIT: Final = Unit.UTF_16


class _Entity(BaseModel):
    id: int | str
    label: str
    start_offset: int
    end_offset: int


class _Relation(BaseModel):
    from_id: int | str
    to_id: int | str
    type: str = ""


class _Row(BaseModel):
    id: int | str | None = None
    article: str | None = None
    text: str
    entities: list[_Entity] = []
    relations: list[_Relation] = []
    label: list[tuple[int, int, str]] = []
    published: Any = None
    extractor: Any = None
    """What :data:`CARRIED` names."""


def write_doccano(articles: Sequence[GoldArticle], unit: Unit = UNIT) -> list[dict[str, Any]]:
    """Return the articles as the lines of a file, for JSON."""
    numbers = count(1)
    return [_row_of(article, unit, numbers) for article in articles]


def _row_of(article: GoldArticle, unit: Unit, numbers: Iterator[int]) -> dict[str, Any]:
    marked = mark_label(article.label, article.text)
    ids = {mark: next(numbers) for mark in marked.marks}
    entities = []
    for mark, id_ in ids.items():
        start, end = ruler(article.text, unit).offsets(mark.start, mark.end)
        entities.append({"id": id_, "label": mark.label, "start_offset": start, "end_offset": end})
    relations = [
        {"id": next(numbers), "from_id": ids[link.source], "to_id": ids[link.target], "type": link.kind}
        for link in marked.links
    ]
    said = {"article": article.id, CARRIED: carry(article.label, unit)}
    return {"text": article.text, "entities": entities, "relations": relations, **said}


def read_doccano(files: Mapping[str, Sequence[tuple[int, object]]]) -> Tasks:
    """Read an export.

    Args:
        files: The lines of each file by its name, each with its number; several files are several annotators'.

    Raises:
        InputError: It is no such export; all problems are named at once.
    """
    tasks: list[Task] = []
    problems: list[str] = []
    for file, rows in files.items():
        annotator = file.rpartition(".")[0] if len(files) > 1 else None
        for number, content in rows:
            where = f"{file}: line {number}"
            try:
                tasks.append(_task(_Row.model_validate(content), where, number, annotator))
            except ValidationError as exc:
                problems.append(f"{where}: {problems_of(exc)[:400]}")
    refuse(problems, hint="export a project of the kind Sequence Labeling as JSONL, and unpack it")
    return Tasks(tuple(tasks))


def _task(row: _Row, where: str, number: int, annotator: str | None) -> Task:
    carried = carried_in(row.extractor)
    listed = (
        _Entity(id=f"#{n}", label=label, start_offset=a, end_offset=b) for n, (a, b, label) in enumerate(row.label)
    )
    return Task(
        where=where if row.id is None else f"{where}, id {row.id}",
        name=row.article or f"task-{number if row.id is None else row.id}",
        text=row.text,
        spans=tuple(
            TaskSpan(str(one.id), one.label, Claim(one.start_offset, one.end_offset))
            for one in (*row.entities, *listed)
        ),
        links=tuple(TaskLink(str(one.from_id), str(one.to_id), one.type) for one in row.relations),
        unit=carried.unit or UNIT,
        carried=carried,
        published=day_in(row.published),
        annotator=annotator,
    )
