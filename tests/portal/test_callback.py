from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accounts.models import ContractEntitlement
from tests.factories.desk import Desk
from tickets.models import Callback


def _asked(**changes: Any) -> dict[str, Any]:
    due = (datetime.now(UTC) + timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M")
    return {"number": "+49 30 555010", "due": due, "reason": "The valve", **changes}


def test_without_the_entitlement_the_page_says_so_and_a_request_is_refused(acme: Desk, now: datetime) -> None:
    ticket, carol = acme.ticket(at=now), acme.client("carol")
    path = f"/tickets/{ticket.number}/callback"
    assert b"part of the contract" in carol.get(path).content
    answer = carol.post(path, _asked())
    assert answer.status_code == 422
    assert b"no callbacks" in answer.content
    assert not Callback.objects.exists()


def test_with_it_a_callback_is_promised_and_listed_at_the_desk(acme: Desk, now: datetime) -> None:
    ContractEntitlement.objects.create(contract=acme.project().contract, entitlement="callback")
    ticket, carol = acme.ticket(at=now), acme.client("carol")
    path = f"/tickets/{ticket.number}/callback"
    assert carol.post(path, _asked()).status_code == 303
    row = Callback.objects.get()
    assert (row.number, row.requested_by.name, row.reason) == ("+4930555010", "Carol", "The valve")
    assert ticket.events.filter(kind="ticket.callback_requested").exists()
    assert b"The valve" in acme.client("rita").get("/desk/callbacks").content
    assert b"We call +49 30 555010" in carol.get(path).content


@pytest.mark.parametrize(("field", "value"), [("number", "12"), ("due", "2001-01-01T10:00"), ("due", "soon"), ("due", "")])
def test_an_error_keeps_what_was_typed(acme: Desk, now: datetime, field: str, value: str) -> None:
    ContractEntitlement.objects.create(contract=acme.project().contract, entitlement="callback")
    answer = acme.client("carol").post(f"/tickets/{acme.ticket(at=now).number}/callback", _asked(**{field: value}))
    assert answer.status_code == 422
    assert b"The valve" in answer.content
    assert not Callback.objects.exists()


def test_a_viewer_can_t_ask(acme: Desk, now: datetime) -> None:
    ContractEntitlement.objects.create(contract=acme.project().contract, entitlement="callback")
    answer = acme.client("vic").post(f"/tickets/{acme.ticket(at=now).number}/callback", _asked())
    assert answer.status_code == 422
    assert not Callback.objects.exists()
