"""The gate: may this change of a prompt or model pass, by the evidence of two runs on the same articles?

The verdict is scoring's (``scoring/verdict.py``); this module keeps its record, which is what a promotion rests on. A
record names exactly what was compared: the wording of both prompts by their digests, the labelled set by its digest,
the model, the articles' conditions, and the bounds that were asked for. Change any of them and the record says nothing
any more.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from typing import TYPE_CHECKING, Final, Literal

from pydantic import BaseModel, ValidationError

from extractor.errors import StoreError
from extractor.evaluation.conditions import Conditions
from extractor.evaluation.files import problems_of, write_whole
from extractor.evaluation.runs import Digest, Half, now
from extractor.evaluation.scored import compare_runs
from extractor.replies import AskedModel
from extractor.scoring.figures import Comparison, Verdict
from extractor.scoring.verdict import decide

if TYPE_CHECKING:
    from pathlib import Path

    from extractor.evaluation.runs import Run
    from extractor.evaluation.scored import Scored
    from extractor.scoring.figures import Bounds

GATES: Final = "gates"
"""The folder of gate records, beside the runs."""


class Side(BaseModel, frozen=True, extra="forbid"):
    """One of the two that were compared."""

    run: str
    prompt: str
    prompt_digest: Digest
    model: AskedModel
    failed: int
    """Articles without a usable answer; they count as predicting nothing."""


class GateRecord(BaseModel, frozen=True, extra="forbid"):
    """What a gate decided, about what, by what."""

    format: Literal[1] = 1
    decided: dt.datetime
    extractor_version: str
    suite: str | None
    """Name of the suite whose bounds were asked for; None: no suite."""
    set_digest: Digest
    half: Half
    conditions: Conditions
    candidate: Side
    baseline: Side
    comparison: Comparison
    verdict: Verdict

    @property
    def file_name(self) -> str:
        """Name of its file: the prompts, and a hash over both sides and the bounds."""
        known = (self.candidate, self.baseline, self.verdict.bounds, self.conditions)
        text = "\n".join([self.set_digest, self.half, *(part.model_dump_json() for part in known)])
        slug = re.sub(r"[^a-z0-9]+", "-", f"{self.candidate.prompt}-against-{self.baseline.prompt}".lower())
        return f"{slug[:100]}-{hashlib.sha256(text.encode()).hexdigest()[:8]}.json"


def judge(candidate: Scored, baseline: Scored, bounds: Bounds, *, suite: str | None, version: str) -> GateRecord:
    """Return the verdict on a candidate, as the record that is kept of it.

    Args:
        candidate: The run of what is to replace the other.
        baseline: The run of what is in use.
        bounds: What the candidate has to hold.
        suite: The suite that demands them.
        version: Of extractor.

    Raises:
        UsageError: The two runs are not about the same articles of the same set under the same conditions.
    """
    comparison = compare_runs(candidate, baseline)
    plan = candidate.run.plan
    return GateRecord(
        decided=now(),
        extractor_version=version,
        suite=suite,
        set_digest=plan.set_digest,
        half=plan.half,
        conditions=plan.conditions,
        candidate=_side(candidate.run),
        baseline=_side(baseline.run),
        comparison=comparison,
        verdict=decide(comparison, bounds),
    )


def _side(run: Run) -> Side:
    return Side(
        run=run.name,
        prompt=run.plan.prompt,
        prompt_digest=run.plan.prompt_digest,
        model=run.plan.model,
        failed=sum(not row.ok for row in run.rows),
    )


def keep_record(record: GateRecord, runs: Path) -> Path:
    """Keep ``record`` beside the runs in the folder ``runs``; return its file."""
    folder = runs / GATES
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / record.file_name
    write_whole(path, record.model_dump_json(indent=1) + "\n")
    return path


def kept_records(runs: Path) -> list[GateRecord]:
    """Return the records beside the runs in ``runs``, the newest first.

    Raises:
        StoreError: One is damaged; each is named with what is wrong with it.
    """
    records, problems = [], []
    for path in sorted((runs / GATES).glob("*.json")):
        try:
            records.append(GateRecord.model_validate_json(path.read_bytes()))
        except ValidationError as error:
            problems.append(f"{str(path)!r}: {problems_of(error)}")
    if problems:
        raise StoreError(f"gate records are damaged: {'; '.join(problems)}", hint="delete them and run the gate again")
    return sorted(records, key=lambda record: record.decided, reverse=True)
