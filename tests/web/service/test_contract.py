"""The OpenAPI document kept: schemathesis sends what it allows and what it does not, to a real server.

The short form runs with every change; the long one, of 5,000 cases, behind the marker ``full``.
"""

from __future__ import annotations

import collections
from typing import TYPE_CHECKING

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings

from extractor.web.service.launching import Launcher
from extractor.web.service.run_reports import report_of
from extractor.web.service.service import Places
from tests.bus_attack import REPLY
from tests.scripted import ScriptedModel
from tests.web.service.running import TOKEN, running
from tests.web.site.served import fill_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from extractor.web.service.run_reports import RunReport


class Idle(Launcher):
    """Begins no process: whatever is asked for is the run that is there."""

    def start(self, name: str, source: str | Iterable[Mapping[str, object]], options: Sequence[str]) -> RunReport:
        """Use up what came, and show the run."""
        if not isinstance(source, str):
            collections.deque(source, maxlen=0)
        return self.resume(name, options)

    def resume(self, name: str, options: Sequence[str] = ()) -> RunReport:  # noqa: ARG002 - as the launcher's
        """Show the run."""
        return report_of(self.store, "first", limit=0)


def contract(examples: int, folder: Path) -> int:
    """Send ``examples`` cases to each address and check each answer against the document; return how many addresses."""
    store = folder / "archive.db"
    fill_store(store, 4)
    addresses = 0
    with running(ScriptedModel(REPLY), places=Places(store)) as service:
        service.service.launcher = Idle(store, {}, folder)
        base = f"http://127.0.0.1:{service.port}"
        document = service.ask("/openapi.json").json
        schema = schemathesis.openapi.from_dict(document)
        schema.config.base_url = base
        for result in schema.get_all_operations():
            operation = result.ok()  # type: ignore[union-attr] # a document that does not parse raises here
            _checked(operation, examples)()
            addresses += 1
    return addresses


def _checked(operation: object, examples: int) -> Callable[[], None]:
    quiet = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]

    @settings(max_examples=examples, deadline=None, suppress_health_check=quiet, database=None)
    @given(case=operation.as_strategy())  # type: ignore[attr-defined] # schemathesis is untyped here
    def test(case: object) -> None:
        # What is an article ("there is text") no schema says: 422 may answer what the document allows.
        unsayable = [schemathesis.checks.positive_data_acceptance]
        headers = {"Authorization": f"Bearer {TOKEN}"}
        case.call_and_validate(headers=headers, excluded_checks=unsayable)  # type: ignore[attr-defined] # same

    return test


def test_answers_are_as_the_document_says(tmp_path: Path) -> None:
    """Twenty cases to each address: no 500, no answer that the document does not know."""
    assert contract(20, tmp_path) >= 10


@pytest.mark.full
def test_five_thousand_cases_find_nothing(tmp_path: Path) -> None:
    """The long form: 550 cases to each address."""
    assert contract(550, tmp_path) * 550 >= 5_000
