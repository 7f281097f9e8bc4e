r"""Label Studio's JSON export: tasks, each with its data, annotations and predictions.

Spans are regions of type ``labels`` on the tag ``label``; ``status`` and ``standing`` are choices of an event's region;
links are relations. What regions cannot say is carried in the task's ``data``, which the tool leaves alone.

*Offsets.* The documentation names no unit. The editor has counted code points since frontend pull request 308 (2022);
before, UTF-16 (issue 1347). Ours are code points unless asked otherwise, and declare it. Regions quote their words, a
line end as the two characters ``\n``, so old files are placed by their quotes.

An annotation that is ground truth becomes the label; of the others, each belongs to the person who completed it.
Cancelled annotations and predictions are no labels.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel, ValidationError

from extractor.errors import InputError
from extractor.evaluation.files import problems_of
from extractor.evaluation.interchange.marks import (
    LINKS,
    MEASURES,
    SLOTS,
    STANDINGS,
    STATUSES,
    TYPES,
    mark_label,
    plain_label,
)
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
    from collections.abc import Iterable, Iterator, Sequence

    from extractor.evaluation.gold import GoldArticle

UNIT: Final = Unit.CODE_POINTS
_CHOICES: Final = ("status", "standing")
_NO_TEXT: Final = ("id", "published")
_TEXT_KEYS: Final = ("text", "article", "content", "body")


class _Offsets(BaseModel):
    start: int
    end: int


class _Value(BaseModel):
    start: int | str | None = None
    end: int | str | None = None
    globalOffsets: _Offsets | None = None  # noqa: N815 - the format's own name
    text: str | None = None
    labels: list[str] = []
    choices: list[str] = []


class _Region(BaseModel):
    id: str | None = None
    type: str = ""
    from_name: str = ""
    value: _Value = _Value()
    from_id: str | None = None
    to_id: str | None = None
    labels: list[str] | None = None


class _Annotation(BaseModel):
    id: int | str | None = None
    completed_by: int | str | dict[str, Any] | None = None
    result: list[_Region] | None = None
    was_cancelled: bool | None = False
    ground_truth: bool | None = False
    updated_at: str | None = None


class _Task(BaseModel):
    id: int | str | None = None
    data: dict[str, Any]
    annotations: list[_Annotation] = []
    predictions: list[Any] = []


def write_label_studio(articles: Sequence[GoldArticle], unit: Unit = UNIT) -> list[dict[str, Any]]:
    """Return the articles as tasks with one annotation each, for JSON."""
    return [_task_of(article, unit) for article in articles]


def _task_of(article: GoldArticle, unit: Unit) -> dict[str, Any]:
    marked = mark_label(article.label, article.text)
    ids = {mark: f"m{number}" for mark, number in zip(marked.marks, count(1), strict=False)}
    result: list[dict[str, Any]] = []
    for mark, id_ in ids.items():
        start, end = ruler(article.text, unit).offsets(mark.start, mark.end)
        place = {"start": start, "end": end, "text": article.text[mark.start : mark.end]}
        result.append(_region(id_, "label", "labels", mark.label, place))
        for name, choice in marked.said.get(mark, {}).items():
            result.append(_region(id_, name, "choices", choice, place))
    for link in marked.links:
        ends = {"from_id": ids[link.source], "to_id": ids[link.target]}
        result.append({"type": "relation", **ends, "direction": "right", "labels": [link.kind]})
    return {
        "data": {"id": article.id, "text": article.text, CARRIED: carry(article.label, unit)},
        "annotations": [{"ground_truth": True, "was_cancelled": False, "result": result}],
    }


def _region(id_: str, tag: str, type_: str, chosen: str, place: dict[str, Any]) -> dict[str, Any]:
    return {"id": id_, "from_name": tag, "to_name": "text", "type": type_, "value": {**place, type_: [chosen]}}


def read_label_studio(content: object, file: str) -> Tasks:
    """Read an export.

    Args:
        content: The parsed JSON.
        file: Its name, for messages.

    Raises:
        InputError: It is no such export; all problems are named at once.
    """
    rows = content if isinstance(content, list) else [content]
    tasks: list[Task] = []
    notes: list[str] = []
    problems: list[str] = []
    for number, row in enumerate(rows, 1):
        where = f"{file}: task {row['id'] if isinstance(row, dict) and 'id' in row else number}"
        try:
            task = _Task.model_validate(_renamed(row))
            tasks += _readings(task, where, f"task-{number if task.id is None else task.id}", notes)
        except ValidationError as exc:
            problems.append(f"{where}: {problems_of(exc)[:400]}")
        except InputError as exc:
            problems.append(str(exc))
    refuse(problems, hint="export the project as JSON, not as JSON-MIN, CSV or another format")
    return Tasks(tuple(tasks), tuple(notes))


def _renamed(row: object) -> object:
    """Return a task of before version 1.0 with the names of today."""
    if isinstance(row, dict) and "annotations" not in row and "completions" in row:
        return {**row, "annotations": row["completions"]}
    return row


def _readings(task: _Task, where: str, unnamed: str, notes: list[str]) -> Iterator[Task]:
    text = _text_of(task.data, where)
    carried = carried_in(task.data.get(CARRIED))
    name = task.data.get("id")
    if task.predictions:
        notes.append(f"{where}: {len(task.predictions)} prediction(s) are no labels: left out")
    done = [each for each in task.annotations if not each.was_cancelled]
    if len(done) < len(task.annotations):
        notes.append(f"{where}: {len(task.annotations) - len(done)} cancelled annotation(s) left out")
    if not done:
        notes.append(f"{where}: nobody has labelled it: left out")
    for annotation in _latest(done, where, notes):
        at = where if annotation.id is None else f"{where}, annotation {annotation.id}"
        result = annotation.result or []
        yield Task(
            where=at,
            name=name if isinstance(name, str) and name else unnamed,
            text=text,
            spans=tuple(_spans(result, at, notes)),
            links=tuple(_links(result)),
            unit=carried.unit or UNIT,
            carried=carried,
            published=day_in(task.data.get("published")),
            annotator=_person(annotation.completed_by),
            truth=bool(annotation.ground_truth),
        )


def _latest(done: Iterable[_Annotation], where: str, notes: list[str]) -> list[_Annotation]:
    """Return one annotation for each person, and the one that is ground truth: the last that was changed."""
    latest: dict[tuple[bool, str | None], _Annotation] = {}
    for annotation in sorted(done, key=lambda one: one.updated_at or ""):
        whose = (True, None) if annotation.ground_truth else (False, _person(annotation.completed_by))
        if whose in latest:
            notes.append(f"{where}: annotation {latest[whose].id} was made again by the same person: left out")
        latest[whose] = annotation
    return list(latest.values())


def _text_of(data: dict[str, Any], where: str) -> str:
    strings = {key: value for key, value in data.items() if isinstance(value, str) and key not in _NO_TEXT}
    usual = [key for key in _TEXT_KEYS if key in strings]
    key = next(iter(usual or (strings if len(strings) == 1 else ())), None)
    if key is None:
        raise InputError(f"{where}: none of its data is the text; there is {', '.join(data) or 'nothing'}")
    return strings[key]


def _spans(result: Iterable[_Region], where: str, notes: list[str]) -> Iterator[TaskSpan]:
    said: dict[str, dict[str, str]] = {}
    for region in result:
        if region.id and region.type == "choices" and region.from_name in _CHOICES and region.value.choices:
            said.setdefault(region.id, {})[region.from_name] = region.value.choices[0]
    for number, region in enumerate(result):
        if region.type in ("labels", "hypertextlabels", "paragraphlabels"):
            id_ = region.id or f"#{number}"
            for label in region.value.labels:
                yield TaskSpan(id_, label, _claim(region.value), said.get(id_, {}))
            if not region.value.labels:
                notes.append(f"{where}: region {id_} has no label: left out")


def _claim(value: _Value) -> Claim:
    if value.globalOffsets is not None:
        return Claim(value.globalOffsets.start, value.globalOffsets.end, value.text)
    return Claim(_number(value.start), _number(value.end), value.text)


def _number(value: int | str | None) -> int | None:
    """Return an offset; a path into HTML is none."""
    return int(value) if isinstance(value, int) or (value and value.isdecimal()) else None


def _links(result: Iterable[_Region]) -> Iterator[TaskLink]:
    for region in result:
        if region.type == "relation" and region.from_id and region.to_id:
            for kind in region.labels or [""]:
                yield TaskLink(region.from_id, region.to_id, kind)


def _person(completed_by: int | str | dict[str, Any] | None) -> str | None:
    if isinstance(completed_by, dict):
        return str(completed_by.get("email") or f"user-{completed_by.get('id')}")
    return f"user-{completed_by}" if isinstance(completed_by, int) else completed_by


def labelling_config(articles: Iterable[GoldArticle]) -> str:
    """Return the labelling interface that shows these articles: what a project's settings take as code."""
    used = {mark.label for article in articles for mark in mark_label(article.label, article.text).marks}
    numbered = sorted(label for label in used if plain_label(label) != label)
    labels = [*TYPES, *numbered]
    lines = ["<View>", "  <Relations>", *(f'    <Relation value="{kind}"/>' for kind in LINKS), "  </Relations>"]
    lines += ['  <Labels name="label" toName="text">']
    lines += [f'    <Label value="{label}" background="#c4572f"/>' for label in labels]
    lines += [f'    <Label value="{label}" background="#2f6fc4"/>' for label in SLOTS]
    lines += [f'    <Label value="{label}" background="#3a8f4d"/>' for label in MEASURES]
    lines += ["  </Labels>", "  <Style>.htx-text { white-space: pre-wrap; }</Style>"]
    lines += ['  <Text name="text" value="$text" granularity="word"/>']
    for name, values in (("status", STATUSES), ("standing", STANDINGS)):
        shown = f'perRegion="true" whenTagName="label" whenLabelValue="{",".join(labels)}"'
        lines += [f'  <Header value="{name}" size="5"/>']
        lines += [f'  <Choices name="{name}" toName="text" choice="single" {shown}>']
        lines += [f'    <Choice value="{value}"/>' for value in values]
        lines += ["  </Choices>"]
    return "\n".join([*lines, "</View>", ""])
