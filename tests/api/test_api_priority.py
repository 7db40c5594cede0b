"""Priorities and promises for programs."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from accounts.models import Contract, ContractEntitlement
from tests.api.test_tickets import Api
from tests.factories.desk import Desk, want_promises
from tickets.models import Comment, Ticket
from toolkit.clock import now as clock_now


@pytest.fixture
def bob(acme: Desk, now: datetime) -> Api:
    return Api(acme, "bob", now)


@pytest.fixture
def carol(acme: Desk, now: datetime) -> Api:
    return Api(acme, "carol", now)


def test_a_promise_is_asked_for_made_and_read_back(acme: Desk, bob: Api, carol: Api) -> None:
    want_promises(acme, 1, 2)
    path = f"/tickets/{acme.ticket(at=clock_now(), requested_priority=1).number}/comments"
    refused = bob.post(path, {"body": "On it."})
    assert (refused.status_code, refused.json()["code"]) == (422, "next_steps_needed")
    assert list(refused.json()["errors"]) == ["next_steps"]
    refused = bob.post(path, {"body": "On it.", "next_steps": "Compare"})
    assert (refused.status_code, refused.json()["code"]) == (422, "next_update_needed")
    until = (clock_now() + timedelta(hours=2)).replace(microsecond=0)
    past = bob.post(path, {"body": "On it.", "next_steps": "Compare", "next_update_by": "2020-01-01T00:00:00Z"})
    assert (past.status_code, past.json()["code"]) == (422, "next_update_by")
    made = bob.post(path, {"body": "On it.", "next_steps": "Compare", "next_update_by": until.isoformat()})
    assert made.status_code == 201, made.content
    found = carol.get(path).json()[-1]
    assert (found["next_steps"], datetime.fromisoformat(found["next_update_by"])) == ("Compare", until)
    clocks = {c["metric"]: c["due_at"] for c in carol.get(path.replace("comments", "clocks")).json()}
    assert datetime.fromisoformat(clocks["promise"]) == until
    assert carol.post(path, {"body": "x", "next_steps": "You work"}).status_code == 403
    assert bob.post(path, {"body": "Fixed.", "status": "solved"}).status_code == 201
    assert Ticket.objects.get().status == "solved"
    assert Comment.objects.count() == 3


def test_customers_set_it_at_will_and_engineers_propose(acme: Desk, bob: Api, carol: Api) -> None:
    path = f"/tickets/{acme.ticket(at=clock_now(), requested_priority=3).number}"
    assert carol.post(f"{path}/priority", {"priority": 1}).status_code == 403
    assert bob.post(f"{path}/priority", {"priority": 2}).json()["code"] == "reason_needed"
    ContractEntitlement.objects.create(contract=Contract.objects.get(reference="C-acme"), entitlement="priority_at_will")
    mine = carol.post(f"{path}/priority", {"priority": 1}).json()
    assert (mine["priority"], mine["requested_priority"], mine["due_metric"]) == (1, 1, "first_response")
    proposed = bob.post(f"{path}/priority", {"priority": 2, "reason": "One of nine tills"})
    assert (proposed.status_code, proposed.json()["state"], proposed.json()["made_by"]) == (202, "waiting", "Bob")
    answer = f"{path}/proposals/{proposed.json()['id']}/answer"
    assert carol.post(answer, {"accept": True}).json()["state"] == "accepted"
    again = carol.post(answer, {"accept": True})
    assert (again.status_code, again.json()["code"]) == (409, "answered")
    assert carol.get(path).json()["priority"] == 2


def test_a_workaround_its_dispute_and_the_decision(acme: Desk, bob: Api, carol: Api) -> None:
    path = f"/tickets/{acme.ticket(at=clock_now(), requested_priority=1).number}"
    made = bob.post(f"{path}/workarounds", {"workaround": "Use the other till"}, **{"Idempotency-Key": "w1"})
    assert (made.status_code, made.json()["state"], made.json()["rank"]) == (201, "in_force", 2)
    assert bob.post(f"{path}/workarounds", {"workaround": "Use the other till"}, **{"Idempotency-Key": "w1"}).json() == \
        made.json()
    one = f"{path}/proposals/{made.json()['id']}"
    assert carol.post(f"{one}/dispute", {"reason": "Broken"}).json()["state"] == "disputed"
    assert bob.post(f"{path}/priority", {"priority": 4, "reason": "x"}).json()["code"] == "disputed"
    assert bob.post(f"{one}/decision", {"uphold": False}).status_code == 422
    assert bob.post(f"{one}/decision", {"uphold": False, "reason": "So it is"}).json()["state"] == "overturned"
    assert bob.post(f"{one}/decision", {"uphold": True, "reason": "x"}).status_code == 409
    listed = carol.get(f"{path}/proposals").json()
    assert [(p["state"], p["reason"], p["answer"], p["decision"]) for p in listed] == [
        ("overturned", "Use the other till", "Broken", "So it is")]
    kinds = [e["kind"].partition(".")[2] for e in carol.get(f"{path}/events").json()]
    assert kinds == ["opened", "workaround_recorded", "priority_changed", "priority_disputed", "dispute_decided",
                     "priority_changed"]
    assert carol.get(path).json()["priority"] == 1
