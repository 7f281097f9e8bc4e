"""What the user has configured, read once, and which model follows from it.

Five places are read, the strongest first: flags, environment (``EXTRACTOR_MODEL`` …, ``OPENAI_API_KEY``,
``OPENAI_BASE_URL``), ``.env``, ``extractor.toml``, defaults. The two files are looked for in the current folder and
nowhere else, so that what a run does never depends on a file three folders up; ``EXTRACTOR_CONFIG`` names another
``extractor.toml``. Where each value came from is kept, for ``extractor doctor`` and for two rules that need it:

- ``OPENAI_API_KEY`` goes to OpenAI, or to an ``OPENAI_BASE_URL`` from an equally strong or stronger place, and nowhere
  else: a foreign folder's ``.env`` can't send the key of your environment to its own server. ``EXTRACTOR_API_KEY``, and
  the variable that ``--api-key-env`` names, are meant for whatever endpoint is configured and go there.
- Keys don't belong into ``extractor.toml`` (it gets committed) nor on the command line (others can read it there).
"""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, PrivateAttr, SecretStr, ValidationError
from pydantic_settings import BaseSettings, DotEnvSettingsSource, EnvSettingsSource, SettingsConfigDict

from extractor.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pydantic_settings import PydanticBaseSettingsSource

DEFAULT_OPENAI_MODEL = "gpt-6-luna"
"""Asked when only ``OPENAI_API_KEY`` is set: the smallest of OpenAI's newest family in the price table of genai-prices
0.2.3, at 0.10 / 0.50 USD per million tokens in and out. Any other by ``--model`` or ``EXTRACTOR_MODEL``."""

CONFIG_NAME = "extractor.toml"

Place = Literal["flag", "environment", ".env", "extractor.toml", "default"]
_PLACES: tuple[Place, ...] = ("flag", "environment", ".env", "extractor.toml", "default")
"""Strongest first."""

_SECRET = frozenset({"api_key", "openai_api_key", "api_key_env"})
"""Never repeated in messages; ``api_key_env`` because somebody may give the key where its variable's name belongs."""

_NOT_IN_TOML = _SECRET | {"openai_base_url"}
"""``api_key_env`` too: a foreign ``extractor.toml`` must not choose which secret of yours is sent to its base URL."""

_OTHER_VARIABLES = frozenset({"EXTRACTOR_CONFIG", "EXTRACTOR_DEBUG", "EXTRACTOR_MODELS_DIR"})
"""Variables of ours that are no settings."""

Text = Annotated[str, Field(min_length=1, max_length=2000)]


class Settings(BaseSettings):
    """Everything configurable; frozen. Make it with :func:`load_settings`."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", env_prefix="EXTRACTOR_", env_ignore_empty=True)

    model: Text | None = None
    """Name at the endpoint, name in the catalogue of embedded models, or path of a GGUF file."""
    base_url: Text | None = None
    """Of an OpenAI-compatible endpoint, such as ``http://127.0.0.1:11434/v1``."""
    api_key: SecretStr | None = None
    """Key for the configured endpoint, whichever it is."""
    api_key_env: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", max_length=200)] | None = None
    """Name of the environment variable that holds the key instead."""
    openai_api_key: SecretStr | None = Field(default=None, validation_alias="OPENAI_API_KEY")
    openai_base_url: Text | None = Field(default=None, validation_alias="OPENAI_BASE_URL")
    prompt: Text | None = None
    """``NAME@VERSION``; None: the one that suits the model."""
    prompts_dir: Text | None = None
    """Folder of prompt versions of your own; None: the shipped ones."""
    mode: Literal["auto", "json_schema", "tools", "json"] = "auto"
    """How the reply type travels to the endpoint."""
    concurrency: Annotated[int, Field(ge=1, le=256)] | None = None
    """Articles in flight at once; None: 1 for an embedded model, 8 for an endpoint."""
    workers: Annotated[int, Field(ge=0, le=256)] | None = None
    """Processes beside the event loop of an archive's run; None: one for each further core, none for an embedded
    model."""
    deadline: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 600.0
    """Seconds of wall-clock time per article."""

    _origins: dict[str, Place] = PrivateAttr(default_factory=dict)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - pydantic-settings' signature
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - same
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - same
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - same
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take only what :func:`load_settings` has read, which also knows where it came from."""
        return (init_settings,)

    def origin(self, name: str) -> Place:
        """Return where the setting ``name`` came from."""
        return self._origins.get(name, "default")

    def at_least_as_strong(self, name: str, other: str) -> bool:
        """Say whether ``name`` comes from the same place as ``other`` or a stronger one."""
        return _PLACES.index(self.origin(name)) <= _PLACES.index(self.origin(other))


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """Which model is asked, where, with which key, and why this one."""

    kind: Literal["embedded", "endpoint"]
    name: str
    base_url: str | None = None
    """None for an embedded model, and for OpenAI's own endpoint."""
    api_key: SecretStr | None = field(default=None, repr=False)
    reason: str = ""
    """Why this model, in words that follow "because"; empty where the user named it."""


def load_settings(flags: Mapping[str, Any] | None = None, *, folder: Path | None = None) -> Settings:
    """Read all five places and return the settings.

    Args:
        flags: Values from the command line by field name; None values count as not given.
        folder: Where ``.env`` and ``extractor.toml`` are looked for; the current folder unless given.

    Raises:
        UsageError: A file can't be read, or values or keys are wrong; all of them are named at once.
    """
    folder = folder or Path()
    found: list[tuple[Place, dict[str, Any]]] = [
        ("flag", {name: value for name, value in (flags or {}).items() if value is not None}),
        ("environment", _by_field(EnvSettingsSource(Settings)())),
        (".env", _by_field(_read_dotenv(folder / ".env"))),
        ("extractor.toml", _read_toml(config_path(folder))),
    ]
    values: dict[str, Any] = {}
    origins: dict[str, Place] = {}
    for place, here in found:
        for name in here.keys() - values.keys():
            values[name], origins[name] = here[name], place
    try:
        settings = Settings(**{_alias(name): value for name, value in values.items()})
    except ValidationError as exc:
        raise UsageError(_describe(exc, origins), hint="see extractor doctor for what is set where") from None
    settings._origins.update(origins)  # noqa: SLF001 - this function is the model's constructor
    return settings


def config_path(folder: Path) -> Path:
    """Return the path of the TOML file that is read, whether or not it exists."""
    named = os.environ.get("EXTRACTOR_CONFIG")
    return Path(named).expanduser() if named else folder / CONFIG_NAME


def unknown_variables() -> list[str]:
    """Return the environment variables that begin with ``EXTRACTOR_`` but mean nothing, sorted: probably typos."""
    known = {f"EXTRACTOR_{name.upper()}" for name in Settings.model_fields} | _OTHER_VARIABLES
    return sorted(name for name in os.environ if name.startswith("EXTRACTOR_") and name not in known)


def choose_model(settings: Settings, *, is_embedded: Callable[[str], bool], default: str) -> ModelChoice:
    """Return the model that these settings mean.

    A base URL means that endpoint, unless the model is an embedded one from a stronger place. Without a base URL, a
    name that ``is_embedded`` knows is run here and any other is OpenAI's. Without a name: OpenAI's small model where
    its key is set, else the embedded ``default``.

    Raises:
        UsageError: There is an endpoint but no model name, or the variable that should hold the key is empty.
    """
    url_field = "base_url" if settings.base_url else "openai_base_url"
    url = settings.base_url or settings.openai_base_url
    name = settings.model
    if name and is_embedded(name) and (url is None or not settings.at_least_as_strong(url_field, "model")):
        return ModelChoice("embedded", name)
    key = _key_for(settings, url, url_field)
    if name:
        return ModelChoice("endpoint", name, url, key)
    if url is not None and not _is_openai(url):
        raise UsageError(
            f"which model of {without_credentials(url)!r} should be asked?",
            hint="name it with --model, EXTRACTOR_MODEL or model in extractor.toml",
        )
    if key is not None:
        because = "OPENAI_API_KEY is set" if settings.api_key is None and not settings.api_key_env else "a key is set"
        return ModelChoice("endpoint", DEFAULT_OPENAI_MODEL, url, key, f"{because} and no model is named")
    return ModelChoice("embedded", default, reason="no model and no key are set")


def _key_for(settings: Settings, url: str | None, url_field: str) -> SecretStr | None:
    if settings.api_key_env:
        value = os.environ.get(settings.api_key_env, "").strip()
        if not value:
            raise UsageError(
                # The name is not repeated: somebody may have given the key itself.
                f"the environment variable that api_key_env ({settings.origin('api_key_env')}) names is not set",
                hint="export it with the key in it; the option takes the variable's name, not the key",
            )
        return SecretStr(value)
    if settings.api_key is not None:
        return settings.api_key
    belongs = url_field == "openai_base_url" and settings.at_least_as_strong(url_field, "openai_api_key")
    return settings.openai_api_key if url is None or _is_openai(url) or belongs else None


def without_credentials(url: str) -> str:
    """Return ``url`` for people: without user name, password and query, where keys are hidden by mistake."""
    return re.sub(r"//[^/]*@", "//…@", url.partition("?")[0])


def _is_openai(url: str) -> bool:
    return url.startswith("https://api.openai.com/") or url == "https://api.openai.com"


def _alias(name: str) -> str:
    info = Settings.model_fields.get(name)
    return str(info.validation_alias) if info is not None and info.validation_alias else name


def _by_field(values: Mapping[str, Any]) -> dict[str, Any]:
    """Give values back under their field names; the sources return some under their aliases."""
    fields = {_alias(name): name for name in Settings.model_fields}
    return {fields[name]: value for name, value in values.items() if name in fields}


def _read_dotenv(path: Path) -> Mapping[str, Any]:
    try:
        return DotEnvSettingsSource(Settings, env_file=path, dotenv_filtering="only_existing")()
    except (OSError, UnicodeDecodeError) as exc:
        raise UsageError(f"cannot read {str(path)!r}: {exc}", hint="save it as UTF-8, or remove it") from exc


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if os.environ.get("EXTRACTOR_CONFIG"):
            raise UsageError(
                f"EXTRACTOR_CONFIG names {str(path)!r}, which does not exist", hint="unset it, or name an existing file"
            ) from None
        return {}
    except (OSError, ValueError) as exc:
        raise UsageError(f"cannot read {str(path)!r}: {exc}", hint="correct the file, or remove it") from exc
    allowed = Settings.model_fields.keys() - _NOT_IN_TOML
    unknown = sorted(repr(key) for key in values.keys() - allowed)
    if values.keys() & _NOT_IN_TOML:
        hint = "keys and what chooses them belong into the environment or .env"
    else:
        hint = f"known keys: {', '.join(sorted(allowed))}"
    if unknown:
        noun = "unknown keys" if len(unknown) > 1 else "unknown key"
        raise UsageError(f"{str(path)!r} holds {noun} {', '.join(unknown)}", hint=hint)
    return values


def _describe(exc: ValidationError, origins: Mapping[str, Place]) -> str:
    """Say what is wrong with which setting, where it was set; never shows a secret."""
    names = {_alias(name): name for name in Settings.model_fields}
    problems = []
    for error in exc.errors(include_url=False, include_context=False):
        name = names.get(str(error["loc"][0]), str(error["loc"][0]))
        shown = "" if name in _SECRET else f" {without_credentials(str(error['input'])[:80])!r}"
        problems.append(f"{name}{shown} ({origins.get(name, 'flag')}): {error['msg']}")
    return f"{'settings are' if len(problems) > 1 else 'a setting is'} wrong: {'; '.join(sorted(problems))}"
