"""Promotion: which version of a prompt its bare name means, and the evidence that it may.

The label ``production`` lives in the lock of the prompts folder. It moves only on a passing gate for exactly the
version's digest, today's labelled set and the model that is asked, judged on the half that no prompt author reads, by
the suite that decides, against the version that carries the label now. Whatever moves it is written down beside the
lock first, in ``promotions.jsonl``: one line for each promotion with the gate's whole record, or with the reason for
which somebody forced it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

from pydantic import BaseModel, ValidationError, model_validator

from extractor.errors import PromptError, StoreError, UsageError
from extractor.evaluation.files import problems_of, write_whole
from extractor.evaluation.gate import GateRecord, kept_records
from extractor.evaluation.runs import Digest, now
from extractor.prompts import registry
from extractor.prompts.lock import read_lock, write_lock

if TYPE_CHECKING:
    from pathlib import Path

    from extractor.evaluation.suites import Suite
    from extractor.prompts.lock import Lock
    from extractor.prompts.registry import Prompt
    from extractor.replies import AskedModel

PROMOTIONS: Final = "promotions.jsonl"
_SHOWN: Final = 5


class Promotion(BaseModel, frozen=True, extra="forbid"):
    """One line of ``promotions.jsonl``: a gate or a reason, never neither."""

    format: Literal[1] = 1
    promoted: dt.datetime
    prompt: str
    prompt_digest: Digest
    replaced: str | None
    """What carried the label before; None: nothing did."""
    gate: GateRecord | None = None
    forced: str | None = None
    """Why it was promoted without a passing gate."""

    @model_validator(mode="after")
    def _grounded(self) -> Promotion:
        if (self.gate is None) == (self.forced is None):
            raise ValueError("a promotion rests on a gate, or on a reason, and never on both")
        return self


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a promotion has to be proved by."""

    runs: Path
    """The folder beside whose runs gates are kept."""
    suite_name: str
    suite: Suite
    set_digest: str
    model: AskedModel


def promote(spec: str, folder: Path | None, evidence: Evidence | None, *, reason: str | None = None) -> Promotion:
    """Give the label ``production`` to the version ``spec``.

    Args:
        spec: ``name@version``, published.
        folder: The prompts folder; None: that of a source checkout.
        evidence: Where its gate is looked for; None: nowhere, it is forced.
        reason: Why it is forced.

    Raises:
        PromptError: It is not published, or the folder cannot be written to.
        UsageError: No gate fits; the message says in what those that there are differ.
        StoreError: The list of promotions, or a gate's record, is damaged.
    """
    root = _writable(folder)
    lock = read_lock(root)
    prompt = _published(spec, root, lock)
    before = lock.production.get(prompt.name)
    if before == prompt.version:
        raise PromptError(f"{spec} is the production version of {prompt.name} already.")
    current = current_version(root, lock, prompt)
    gate = None if evidence is None else _brief(find_gate(prompt, current, evidence))
    promotion = Promotion(
        promoted=now(),
        prompt=prompt.spec,
        prompt_digest=prompt.digest,
        replaced=f"{prompt.name}@{before}" if before else None,
        gate=gate,
        forced=reason,
    )
    path = root / PROMOTIONS
    earlier = [one.model_dump_json(exclude_defaults=True) for one in promotions(root)]
    write_whole(path, "\n".join([*earlier, promotion.model_dump_json(exclude_defaults=True)]) + "\n")
    write_lock(root, replace(lock, production={**lock.production, prompt.name: prompt.version}))
    return promotion


def promotions(root: Path) -> list[Promotion]:
    """Return the promotions of a prompts folder, the oldest first.

    Raises:
        StoreError: The file is damaged; every bad line is named with its fields.
    """
    path = root / PROMOTIONS
    if not path.exists():
        return []
    found, problems = [], []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            found.append(Promotion.model_validate_json(line))
        except ValidationError as error:
            problems.append(f"line {number}: {problems_of(error)}")
    if problems:
        raise StoreError(f"{str(path)!r} is damaged: {'; '.join(problems)}", hint="restore it from version control")
    return found


def current_version(root: Path, lock: Lock, candidate: Prompt) -> Prompt | None:
    """Return the version that the bare name means without the candidate, or None where there is no other."""
    version = lock.production.get(candidate.name)
    if version is None:
        others = [v for v in registry.versions_of(root, candidate.name) if v != candidate.version]
        published = [v for v in others if f"{candidate.name}@{v}" in lock.versions]
        version = published[-1] if published else None
    return None if version is None else registry.read_version(root, lock, candidate.name, version)


def find_gate(candidate: Prompt, current: Prompt | None, evidence: Evidence) -> GateRecord:
    """Return the newest gate that ``candidate`` passed by exactly this evidence.

    Raises:
        UsageError: There is none.
    """
    against = f" --baseline {current.spec}" if current else " --baseline NAME@VERSION"
    hint = f"extractor eval gate --suite {evidence.suite_name} --candidate {candidate.spec}{against}"
    near = []
    for record in kept_records(evidence.runs):
        if record.candidate.prompt != candidate.spec:
            continue
        wrong = _misfits(record, candidate, current, evidence)
        if not wrong:
            return record
        near.append(f"that of {record.decided:%Y-%m-%d %H:%M} {' and '.join(wrong)}")
    said = "; ".join(near[:_SHOWN]) or f"there is none for it in {str(evidence.runs)!r}"
    raise UsageError(f"{candidate.spec} has passed no gate that allows this: {said}", hint=hint)


def _brief(record: GateRecord) -> GateRecord:
    """Return ``record`` without its list of articles, which would make a line of many pages."""
    return record.model_copy(update={"comparison": record.comparison.model_copy(update={"per_article": ()})})


def _misfits(record: GateRecord, candidate: Prompt, current: Prompt | None, evidence: Evidence) -> list[str]:
    """Say in what a gate is not the one that is asked for; empty where it is."""
    suite = evidence.suite
    # A first version has nothing to be compared with but another prompt; any baseline will do.
    against_current = current is None or record.baseline.prompt_digest == current.digest
    checks = (
        (record.candidate.prompt_digest == candidate.digest, "judged another wording of it"),
        (record.set_digest == evidence.set_digest, "judged it on another labelled set"),
        (record.candidate.model == evidence.model, f"asked {record.candidate.model}, not {evidence.model}"),
        (record.baseline.model == evidence.model, f"compared it with an answer of {record.baseline.model}"),
        (against_current, f"compared it with {record.baseline.prompt}, not with {current.spec if current else ''}"),
        (record.half == suite.half, f"judged it on the half {record.half}, not {suite.half}"),
        (record.conditions == suite.conditions, f"judged it with {record.conditions}"),
        (record.verdict.bounds == suite.bounds, f"asked for other bounds than the suite {evidence.suite_name}"),
        (record.verdict.result == "pass", f"ended {record.verdict.result.replace('_', ' ')}"),
    )
    return [said for fits, said in checks if not fits]


def _writable(folder: Path | None) -> Path:
    root = registry.prompts_folder(folder)
    if folder is None and root.name.startswith("_"):
        raise PromptError(
            "The prompts inside the installed package cannot be changed.",
            hint="Make a folder of your own and name it: --prompts-dir my-prompts",
        )
    return root


def _published(spec: str, root: Path, lock: Lock) -> Prompt:
    name, version = registry.parse_spec(spec)
    if version is None:
        raise PromptError(f"Which version of {name!r}?", hint=f"Name it in full: {name}@v1")
    prompt = registry.read_version(root, lock, name, version)
    if not prompt.published:
        raise PromptError(f"{spec} is a draft, and drafts change.", hint=f"extractor prompts lock {spec}")
    return prompt
