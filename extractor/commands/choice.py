"""The model and the prompt that a command uses, and what is said about a choice that the user did not make."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from extractor.llm.catalogue import find_model, gguf_file, is_file_name
from extractor.llm.model_files import sha256_of
from extractor.prompts import registry
from extractor.replies import AskedModel
from extractor.settings import without_credentials

if TYPE_CHECKING:
    from extractor.prompts.registry import Prompt
    from extractor.settings import ModelChoice, Settings


def explanation(choice: ModelChoice) -> str:
    """Return the line that says which model was chosen and why; empty where the user named it.

    It matters where the articles go: to a provider, or nowhere.
    """
    if not choice.reason:
        return ""
    where = "on this machine" if choice.kind == "embedded" else f"at {host_of(choice)}"
    return f"asking {choice.name} {where}, because {choice.reason}; --model names another"


def host_of(choice: ModelChoice) -> str:
    """Return the host that is asked."""
    if choice.kind == "embedded":
        return "this machine"
    if choice.base_url is None:
        return "api.openai.com"
    return without_credentials(choice.base_url).partition("//")[2].partition("/")[0].removeprefix("…@")


def prompt_for(settings: Settings, choice: ModelChoice) -> Prompt:
    """Return the prompt version to ask with; raises PromptError where it can't be used."""
    folder = Path(settings.prompts_dir) if settings.prompts_dir else None
    return registry.load_extracting(settings.prompt or registry.prompt_for_model(choice.kind), folder)


def asked_model(settings: Settings, choice: ModelChoice) -> AskedModel:
    """Return the model as runs and kept replies know it.

    Raises:
        ModelFileError: An embedded model is unknown, or its file cannot be read.
    """
    if choice.kind == "endpoint":
        return AskedModel(name=choice.name, endpoint=host_of(choice), mode=settings.mode)
    if not is_file_name(choice.name):
        model = find_model(choice.name)
        return AskedModel(name=model.name, kind="embedded", mode="grammar", sha256=model.sha256)
    path = gguf_file(choice.name)
    return AskedModel(name=path.stem, kind="embedded", mode="grammar", sha256=sha256_of(path))
