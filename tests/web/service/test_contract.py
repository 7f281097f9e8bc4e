"""The OpenAPI document kept: schemathesis sends what it allows and what it does not, to a real server.

The short form runs with every change; the long one, of 5,000 cases, behind the marker ``full``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings

from tests.bus_attack import REPLY
from tests.scripted import ScriptedModel
from tests.web.service.running import TOKEN, running

if TYPE_CHECKING:
    from collections.abc import Callable


def contract(examples: int) -> None:
    """Send ``examples`` cases to each address and check each answer against the document."""
    with running(ScriptedModel(REPLY)) as service:
        base = f"http://127.0.0.1:{service.port}"
        document = service.ask("/openapi.json").json
        schema = schemathesis.openapi.from_dict(document)
        schema.config.base_url = base
        for result in schema.get_all_operations():
            operation = result.ok()  # type: ignore[union-attr] # a document that does not parse raises here
            _checked(operation, examples)()


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


def test_answers_are_as_the_document_says() -> None:
    """Thirty cases to each address: no 500, no answer that the document does not know."""
    contract(30)


@pytest.mark.full
def test_five_thousand_cases_find_nothing() -> None:
    """The long form: 700 cases to each of the eight addresses."""
    contract(700)
