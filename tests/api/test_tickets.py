from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from accounts.models import ApiToken
from accounts.services.tokens import create_token, revoke_token
from tests.factories.desk import Desk, in_desk
from tickets.enums import AuthorKind, EventKind
from tickets.events import record
from tickets.models import Comment, CustomField, Ticket
from tickets.services import set_custom, set_tags

ALL = ("tickets:read", "tickets:write", "notes")


class Api:
    """A program with a token."""

    def __init__(self, desk: Desk, name: str, at: datetime, scopes: tuple[str, ...] = ALL) -> None:
        self.token, secret = create_token(person=desk.member(name).person, name="t", scopes=scopes, by=None, at=at)
        self.client = Client(headers={"host": desk.host, "authorization": f"Bearer {secret}"})

    def get(self, path: str) -> Any:
        return self.client.get(f"/api/v1{path}")

    def post(self, path: str, data: dict[str, Any], **headers: str) -> Any:
        return self.client.post(f"/api/v1{path}", json.dumps(data), content_type="application/json", headers=headers)


@pytest.fixture
def bob(acme: Desk, now: datetime) -> Api:
    return Api(acme, "bob", now)


@pytest.fixture
def carol(acme: Desk, now: datetime) -> Api:
    return Api(acme, "carol", now)


def test_a_customer_opens_reads_and_answers_a_ticket(acme: Desk, carol: Api) -> None:
    opened = carol.post("/tickets", {"subject": "Disk full", "body": "At 100 %."})
    assert opened.status_code == 201, opened.content
    number = opened.json()["number"]
    assert opened.json()["priority"] == 3
    assert opened.json()["due_at"]
    assert carol.post(f"/tickets/{number}/comments", {"body": "Still full."}).status_code == 201
    assert [c["body"] for c in carol.get(f"/tickets/{number}/comments").json()] == ["At 100 %.", "Still full."]
    assert carol.get(f"/tickets/{number}/clocks").json()[0]["metric"] == "first_response"
    assert carol.get(f"/tickets/{number}/events").json()[0]["kind"] == "ticket.opened"


def test_the_same_key_has_one_effect_and_another_request_under_it_is_a_conflict(acme: Desk, carol: Api) -> None:
    body = {"subject": "Once", "body": "Only once."}
    first = carol.post("/tickets", body, **{"Idempotency-Key": "k1"})
    again = carol.post("/tickets", body, **{"Idempotency-Key": "k1"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert Ticket.objects.count() == 1
    assert carol.post("/tickets", {**body, "subject": "Other"}, **{"Idempotency-Key": "k1"}).status_code == 409


def test_staff_triage_a_ticket(acme: Desk, bob: Api, now: datetime) -> None:
    number = acme.ticket(at=now).number
    assert bob.post(f"/tickets/{number}/priority", {"priority": 2, "reason": "Worse"}).json()["priority"] == 2
    assert bob.post(f"/tickets/{number}/assignee", {"assignee": acme.email("bob")}).json()["assignee"] == "Bob"
    assert bob.post(f"/tickets/{number}/comments", {"body": "On it."}).status_code == 201
    assert bob.post(f"/tickets/{number}/notes", {"body": "Hush."}).status_code == 201
    assert bob.post(f"/tickets/{number}/status", {"status": "solved"}).json()["status"] == "solved"
    refused = bob.post(f"/tickets/{number}/status", {"status": "new"})
    assert (refused.status_code, refused["content-type"]) == (422, "application/problem+json")


def test_a_stale_version_is_a_conflict(acme: Desk, bob: Api, now: datetime) -> None:
    number = acme.ticket(at=now).number
    answer = bob.post(f"/tickets/{number}/status", {"status": "open", "version": 1})
    assert answer.status_code == 200
    assert bob.post(f"/tickets/{number}/status", {"status": "pending", "version": 1}).status_code == 409


def test_customers_get_no_notes(acme: Desk, bob: Api, carol: Api, now: datetime) -> None:
    number = acme.ticket(at=now).number
    bob.post(f"/tickets/{number}/notes", {"body": "canary-note"})
    assert carol.get(f"/tickets/{number}/notes").json() == []
    assert carol.post(f"/tickets/{number}/notes", {"body": "x"}).status_code == 403
    assert b"canary-note" not in carol.get(f"/tickets/{number}/comments").content
    assert b"noted" not in carol.get(f"/tickets/{number}/events").content


def test_scopes_expiry_and_revocation_hold(acme: Desk, now: datetime) -> None:
    reader = Api(acme, "bob", now, ("tickets:read",))
    assert reader.get("/tickets").status_code == 200
    assert reader.post("/tickets", {"subject": "x", "body": "y"}).status_code == 403
    assert reader.get("/tickets/1/notes").status_code == 403
    revoke_token(reader.token, by=None, at=now)
    assert reader.get("/tickets").status_code == 401
    late = Api(acme, "bob", now)
    ApiToken.objects.filter(pk=late.token.pk).update(expires_at=now)
    assert late.get("/tickets").status_code == 401


def test_a_token_opens_nothing_at_another_tenant(acme: Desk, globex: Desk, now: datetime) -> None:
    _token, secret = create_token(person=acme.member("bob").person, name="t", scopes=ALL, by=None, at=now)
    client = Client(headers={"host": globex.host, "authorization": f"Bearer {secret}"})
    assert client.get("/api/v1/tickets").status_code == 401


def test_the_secret_is_not_stored(acme: Desk, now: datetime) -> None:
    token, secret = create_token(person=acme.member("bob").person, name="t", scopes=["notes"], by=None, at=now)
    assert secret.startswith("sdt_")
    assert secret not in str(ApiToken.objects.filter(pk=token.pk).values())


def test_a_free_plan_can_t_file(acme: Desk, now: datetime) -> None:
    answer = Api(acme, "finn", now).post("/tickets", {"subject": "x", "body": "y"})
    assert (answer.status_code, answer.json()["code"]) == (422, "free_plan")
    assert "forum" in answer.json()["title"]
    assert not Comment.objects.exists()


def test_lists_page_by_key(acme: Desk, carol: Api, now: datetime) -> None:
    for _ in range(51):
        acme.ticket(at=now)
    first = carol.get("/tickets").json()
    rest = carol.get(f"/tickets?after={first['next']}").json()
    assert (len(first["results"]), len(rest["results"]), rest["next"]) == (50, 1, None)
    assert not {t["number"] for t in first["results"]} & {t["number"] for t in rest["results"]}


def test_another_tenant_s_ticket_is_absent(acme: Desk, globex: Desk, bob: Api, now: datetime) -> None:
    with in_desk(globex):
        foreign = [globex.ticket(at=now).number for _ in range(3)][-1]
    assert bob.get(f"/tickets/{foreign}").status_code == 404


def test_what_the_desk_notes_for_itself_is_for_staff_tokens_alone(acme: Desk, bob: Api, carol: Api, now: datetime) -> None:
    ticket, staff = acme.ticket(at=now), acme.member("bob")
    set_tags(ticket, ["churn-risk"], by=staff, at=now)
    CustomField.objects.create(label="Standing", key="standing", kind="text", position=1)
    set_custom(ticket, {"standing": "They may leave"}, by=staff, at=now)
    record(ticket, EventKind.REPLY_FAILED, at=now, by=None, actor_kind=AuthorKind.SYSTEM, held=1, person=staff.person.pk,
           reason="merged")
    path = f"/tickets/{ticket.number}"
    assert bob.get(path).json()["tags"] == ["churn-risk"]
    assert carol.get(path).json()["tags"] == []
    assert carol.get("/tickets").json()["results"][0]["tags"] == []
    assert bob.get("/tickets?tag=churn-risk").json()["results"]
    assert carol.get("/tickets?tag=churn-risk").status_code == 422
    assert {"ticket.fields_changed", "ticket.reply_failed"} <= {e["kind"] for e in bob.get(f"{path}/events").json()}
    assert [e["kind"] for e in carol.get(f"{path}/events").json()] == ["ticket.opened"]
