"""What ``extractor doctor`` looks at: each check returns findings, and none of them raises."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from extractor.commands.choice import prompt_for
from extractor.errors import ExtractorError
from extractor.settings import (
    CONFIG_NAME,
    Settings,
    config_path,
    load_settings,
    unknown_variables,
    without_credentials,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extractor.llm.endpoint import Endpoint
    from extractor.settings import ModelChoice

State = Literal["ok", "note", "warning", "bad"]

PACKAGES = ("openai", "instructor", "pydantic", "typer", "trafilatura", "htmldate", "genai-prices")
"""Those whose versions explain behaviour; the lock file has them all."""

SECONDS = 5.0
"""Time that an endpoint has to list its models."""

MEMORY_BESIDE_MODEL = 700 << 20
"""Bytes that the embedded server needs beside the weights: context, buffers and ourselves."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: under which heading, how it is, what was found, what to do."""

    section: str
    name: str
    state: State
    value: str
    advice: str = ""


def examine(*, online: bool) -> list[Finding]:
    """Look at everything; with ``online`` also at an endpoint on another machine."""
    from extractor.llm.open import chosen_model  # noqa: PLC0415 - only where it is looked at

    findings = [*_installed()]
    try:
        settings = load_settings()
    except ExtractorError as exc:
        return [*findings, _problem("configured", "settings", exc), *_machine(None)]
    findings += _configured(settings)
    try:
        choice = chosen_model(settings)
    except ExtractorError as exc:
        return [*findings, _problem("model", "choice", exc), *_machine(None)]
    findings += _embedded(choice) if choice.kind == "embedded" else _endpoint(choice, online=online)
    return [*findings, *_prompts(settings, choice), *_machine(choice)]


def _problem(section: str, name: str, error: ExtractorError) -> Finding:
    return Finding(section, name, "bad", str(error), error.hint)


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _installed() -> Iterator[Finding]:
    yield Finding("installed", "extractor", "ok", _version("extractor") or "from source, not installed")
    yield Finding("installed", "python", "ok", f"{platform.python_version()} on {platform.platform(terse=True)}")
    for package in PACKAGES:
        found = _version(package)
        advice = "" if found else f"install {package}: pip install --upgrade extractor"
        yield Finding("installed", package, "ok" if found else "bad", found or "missing", advice)
    local = _version("xllamacpp")
    yield Finding("installed", "xllamacpp", "ok" if local else "note", local or "missing (extra [local])")


def _configured(settings: Settings) -> Iterator[Finding]:
    for name in Settings.model_fields:
        value = getattr(settings, name)
        # A secret's value never gets as far as a finding.
        secret = hasattr(value, "get_secret_value") or name == "api_key_env"
        shown = "not set" if value is None else "set" if secret else without_credentials(str(value))
        yield Finding("configured", name, "note", f"{shown} ({settings.origin(name)})" if value is not None else shown)
    toml = config_path(Path())
    yield Finding("configured", CONFIG_NAME, "note", str(toml.resolve()) if toml.exists() else "none in this folder")
    yield Finding("configured", ".env", "note", str(Path(".env").resolve()) if Path(".env").exists() else "none")
    for name in unknown_variables():
        yield Finding("configured", name, "warning", "means nothing", f"{name} is no setting of ours: a typing error?")


def _embedded(choice: ModelChoice) -> Iterator[Finding]:
    from extractor.llm.catalogue import find_model, gguf_file, is_file_name  # noqa: PLC0415 - only where it is looked at
    from extractor.llm.model_files import ModelFiles, State, models_folder  # noqa: PLC0415 - same

    yield Finding("model", "asked", "ok", f"{choice.name}, embedded{f': {choice.reason}' if choice.reason else ''}")
    if _version("xllamacpp") is None:
        advice = "pip install 'extractor[local]', or set OPENAI_API_KEY, or name an endpoint with --base-url"
        yield Finding("model", "engine", "bad", "xllamacpp is not installed", advice)
    if is_file_name(choice.name):
        try:
            yield Finding("model", "file", "ok", str(gguf_file(choice.name)))
        except ExtractorError as exc:
            yield _problem("model", "file", exc)
        return
    files = ModelFiles(find_model(choice.name), models_folder())
    state = files.state()
    if state is State.UNVERIFIED:
        state = State.INSTALLED if files.verify() else State.DAMAGED
    if state is State.INSTALLED:
        yield Finding("model", "file", "ok", f"{files.final}, verified")
    elif state is State.DAMAGED:
        advice = f"extractor models pull {choice.name}"
        yield Finding("model", "file", "bad", f"{files.final} is damaged: its SHA-256 is wrong", advice)
    else:
        size = f"{files.model.bytes / 1e9:.2f} GB"
        advice = f"the first extract fetches the model ({size}); extractor models pull fetches it now"
        yield Finding("model", "file", "warning", f"not here yet, goes to {files.folder}", advice)


def _endpoint(choice: ModelChoice, *, online: bool) -> Iterator[Finding]:
    from extractor.llm.endpoint import find_endpoint  # noqa: PLC0415 - only where it is looked at

    try:
        endpoint = find_endpoint(choice.base_url, choice.api_key.get_secret_value() if choice.api_key else None)
    except ExtractorError as exc:
        yield _problem("model", "endpoint", exc)
        return
    because = f": {choice.reason}" if choice.reason else ""
    yield Finding("model", "asked", "ok", f"{choice.name} at {endpoint.host}{because}")
    yield Finding("model", "key", "note", "sent" if endpoint.key else "none is sent")
    if online or endpoint.loopback:
        yield _reach(choice, endpoint)
    else:
        yield Finding("model", "reachable", "note", "not tried; extractor doctor --online tries it")


def _reach(choice: ModelChoice, endpoint: Endpoint) -> Finding:
    """Ask the endpoint for its models; says whether ours is among them."""
    import httpx2  # noqa: PLC0415 - only when an endpoint is asked

    headers = {"Authorization": f"Bearer {endpoint.key}"} if endpoint.key else {}
    try:
        answer = httpx2.get(f"{endpoint.base_url}/models", headers=headers, timeout=SECONDS, follow_redirects=False)
    except httpx2.HTTPError as exc:
        advice = "start the server, or correct the base URL"
        return Finding("model", "reachable", "bad", f"no answer from {endpoint.host}: {type(exc).__name__}", advice)
    if answer.status_code in (401, 403):
        return Finding("model", "reachable", "bad", f"{endpoint.host} refuses the key", "set the right key")
    if not answer.is_success:
        return Finding("model", "reachable", "warning", f"{endpoint.host} answers {answer.status_code} to /models")
    try:
        names = [str(model["id"]) for model in answer.json()["data"]]
    except (ValueError, KeyError, TypeError):
        return Finding("model", "reachable", "warning", f"{endpoint.host} lists its models in an unknown form")
    if choice.name not in names:
        advice = f"choose one that {endpoint.host} has: {', '.join(names[:8]) or 'it lists none'}"
        return Finding("model", "reachable", "warning", f"{endpoint.host} does not list {choice.name}", advice)
    return Finding("model", "reachable", "ok", f"{endpoint.host} has {choice.name}")


def _prompts(settings: Settings, choice: ModelChoice) -> Iterator[Finding]:
    try:
        prompt = prompt_for(settings, choice)
    except ExtractorError as exc:
        yield _problem("prompt", "asked", exc)
        return
    state = "published, unchanged" if prompt.published else "a draft"
    yield Finding("prompt", "asked", "ok", f"{prompt.spec}, {state}: {prompt.why}")


def _machine(choice: ModelChoice | None) -> Iterator[Finding]:
    from extractor.llm.model_files import models_folder  # noqa: PLC0415 - only where it is looked at

    yield Finding(
        "machine",
        "processors",
        "note",
        str(len(os.sched_getaffinity(0))) if sys.platform == "linux" else str(os.cpu_count()),
    )
    need = _weights(choice)
    memory = _free_memory()
    if memory is not None:
        low = bool(need) and memory < need + MEMORY_BESIDE_MODEL
        advice = "close other programs, or choose a smaller --model: extractor models list" if low else ""
        yield Finding("machine", "free memory", "warning" if low else "ok", f"{memory / 1e9:.1f} GB", advice)
    folder = next(parent for parent in (models_folder(), *models_folder().absolute().parents) if parent.exists())
    yield Finding(
        "machine", "free disk", "ok", f"{shutil.disk_usage(folder).free / 1e9:.1f} GB for models, in {folder}"
    )


def _weights(choice: ModelChoice | None) -> int:
    """Return the bytes of the embedded model's weights; 0 for an endpoint or an unknown file."""
    from extractor.llm.catalogue import catalogue  # noqa: PLC0415 - only where it is looked at

    model = catalogue().models.get(choice.name) if choice is not None and choice.kind == "embedded" else None
    return model.bytes if model else 0


def _free_memory() -> int | None:
    """Return the bytes that programs can still get; None where the system does not say."""
    try:
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return None
