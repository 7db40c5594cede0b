"""The schema is true: generated calls find no 500 and no answer that it doesn't tell of."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings

from accounts.services.tokens import create_token
from supportdesk.wsgi import application
from tests.factories.desk import Desk


@pytest.fixture
def _one_connection() -> Iterator[None]:
    """The test's transaction must outlive the requests in it."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


EXAMPLES = int(os.environ.get("SCHEMA_CASES", "12"))


@pytest.mark.usefixtures("_one_connection")
def test_no_operation_breaks_its_schema(acme: Desk, now: datetime) -> None:
    acme.ticket(at=now)
    _token, secret = create_token(person=acme.member("bob").person, name="t", by=None, at=now,
                                  scopes=("tickets:read", "tickets:write", "notes"))
    headers = {"Authorization": f"Bearer {secret}", "Host": acme.host}
    schema = schemathesis.openapi.from_wsgi("/api/v1/schema/?format=json", application, headers={"Host": acme.host})
    checks = [schemathesis.checks.not_a_server_error, *schemathesis.checks.CHECKS.get_by_names(
        ["status_code_conformance", "content_type_conformance", "response_schema_conformance"])]
    tried = 0
    for found in schema.get_all_operations():
        _hammer(found.ok(), headers, checks)
        tried += 1
    assert tried >= 12


def _hammer(operation: schemathesis.APIOperation, headers: dict[str, str], checks: list[Any]) -> None:
    """Call one operation with generated input, a bounded number of times."""

    @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, database=None,
              phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy())
    def call(case: schemathesis.Case) -> None:
        case.validate_response(case.call(headers=headers), checks=checks, headers=headers)

    call()
