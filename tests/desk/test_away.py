"""What people and programs are told while the database restarts."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError, connection

from tests.factories.desk import Desk


class _Cause(Exception):
    def __init__(self, pgcode: str | None) -> None:
        self.pgcode = pgcode


def _failing(code: str | None) -> Any:
    def execute(run: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        raise OperationalError("the database system is starting up") from _Cause(code)
    return connection.execute_wrapper(execute)


@pytest.mark.parametrize("code", [None, "57P03", "08006"])
def test_a_database_that_is_away_is_a_restart_to_people_and_programs(acme: Desk, code: str | None) -> None:
    client = acme.client("bob")
    client.raise_request_exception = False
    with _failing(code):
        page, program = client.get("/desk/views/all"), client.get("/api/v1/tickets")
    assert (page.status_code, page["Retry-After"]) == (503, "30")
    assert b"The desk is restarting" in page.content
    assert b"your words are still in the form" in page.content
    assert (program.status_code, program["Content-Type"]) == (503, "application/problem+json")


def test_a_statement_that_took_too_long_is_our_fault_and_no_restart(acme: Desk) -> None:
    client = acme.client("bob")
    client.raise_request_exception = False
    with _failing("57014"):
        page = client.get("/desk/views/all")
    assert page.status_code == 500
    assert b"Something failed on our side" in page.content
