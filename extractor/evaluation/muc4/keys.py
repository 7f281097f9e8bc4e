"""MUC-4 documents and answer keys as they come: JSON files, each fill typed, alternatives side by side.

::

    tst3_docs.json    {"TST3-MUC4-0001": {"docid", "dateline", "text", …}, …}
    tst3_keys.json    {"TST3-MUC4-0001": [{"incident_type": "BOMBING", "hum_tgt_name": [fill, …], …}, …], …}

A fill is either ``simple_strings`` (one thing, each string a right way to name it) or a ``colon_clause`` (``lhs: rhs``,
"DEATH": "THE MAYOR"; again each string is an alternative). ``optional`` fills and templates cost nothing when they
are missing. A template of the type ``*`` says that the document reports no incident.

Source: the 24-slot templates of the Fourth Message Understanding Conference (1992), in the conversion of W. Gantt
(github.com/wgantt/mucd). None of it is part of this repository.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, Literal

from pydantic import BaseModel, TypeAdapter, ValidationError

from extractor.errors import InputError
from extractor.evaluation.files import problems_of

if TYPE_CHECKING:
    from pathlib import Path

_DOCS: Final = "_docs.json"
_KEYS: Final = "_keys.json"
_SHOWN: Final = 20
NO_INCIDENT: Final = "*"


class Fill(BaseModel, frozen=True):
    """One fill of a slot."""

    type: Literal["simple_strings", "colon_clause"]
    optional: bool = False
    strings: tuple[str | None, ...] = ()
    strings_lhs: tuple[str | None, ...] = ()
    strings_rhs: tuple[str | None, ...] = ()

    @property
    def said(self) -> tuple[str, ...]:
        """What the fill names: the strings, or the left side of a clause."""
        return tuple(one for one in (self.strings or self.strings_lhs) if one)

    @property
    def about(self) -> tuple[str, ...]:
        """Whom or what a clause speaks of: its right side."""
        return tuple(one for one in self.strings_rhs if one)


Fills = tuple[Fill, ...] | None


class Template(BaseModel, frozen=True):
    """One incident of a document; slots that the import doesn't use are passed over."""

    incident_type: str
    message_template_optional: bool = False
    incident_date: Fills = None
    incident_location: Fills = None
    incident_stage_of_execution: Fill | None = None
    perp_individual_id: Fills = None
    perp_organization_id: Fills = None
    perp_organization_confidence: Fills = None
    phys_tgt_id: Fills = None
    hum_tgt_name: Fills = None
    hum_tgt_description: Fills = None
    hum_tgt_type: Fills = None
    hum_tgt_number: Fills = None
    hum_tgt_effect_of_incident: Fills = None
    hum_tgt_total_number: Fills = None


class Document(BaseModel, frozen=True):
    """One news item; the text is in capitals and begins after the dateline."""

    docid: str
    dateline: str | None = None
    text: str


class Muc4(BaseModel, frozen=True):
    """Documents with their keys, by document id."""

    documents: dict[str, Document]
    keys: dict[str, tuple[Template, ...]]


_DOCUMENTS: TypeAdapter[dict[str, Document]] = TypeAdapter(dict[str, Document])
_TEMPLATES: TypeAdapter[dict[str, tuple[Template, ...]]] = TypeAdapter(dict[str, tuple[Template, ...]])


def splits_in(folder: Path) -> tuple[str, ...]:
    """Return the names of the splits in a folder: those with documents."""
    return tuple(sorted(path.name.removesuffix(_DOCS) for path in folder.glob(f"*{_DOCS}")))


def read_muc4(folder: Path, split: str) -> Muc4:
    """Read one split.

    Raises:
        InputError: A file is missing, no JSON or otherwise built; a document has no key or a key no document. All
            problems are named at once.
    """
    if split not in splits_in(folder):
        known = ", ".join(splits_in(folder)) or "none"
        raise InputError(
            f"{str(folder)!r} holds no MUC-4 split {split!r}; there is {known}",
            hint=f"a split is a pair of files, NAME{_DOCS} and NAME{_KEYS}",
        )
    problems: list[str] = []
    documents = _read(folder / f"{split}{_DOCS}", _DOCUMENTS, problems)
    keys = _read(folder / f"{split}{_KEYS}", _TEMPLATES, problems)
    if documents is not None and keys is not None:
        problems += [f"{id_}: has no key" for id_ in sorted(documents.keys() - keys.keys())]
        problems += [f"{id_}: is a key without a document" for id_ in sorted(keys.keys() - documents.keys())]
    if problems or documents is None or keys is None:
        said = "; ".join(problems[:_SHOWN]) + (f" … ({len(problems)} in all)" if len(problems) > _SHOWN else "")
        raise InputError(f"{str(folder)!r} is no MUC-4 split that can be read: {said}")
    return Muc4(documents=documents, keys=keys)


def _read(path: Path, adapter: TypeAdapter[Any], problems: list[str]) -> Any:  # noqa: ANN401 - what the adapter makes
    try:
        return adapter.validate_python(json.loads(path.read_bytes()))
    except OSError as exc:
        problems.append(f"{path.name}: cannot be read: {exc.strerror}")
    except ValidationError as exc:
        problems.append(f"{path.name}: {problems_of(exc)[:2000]}")
    except ValueError as exc:  # no JSON, or no text at all
        problems.append(f"{path.name}: is no JSON: {exc}")
    return None
