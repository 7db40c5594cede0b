from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accounts.models import AuditEvent, ContractEntitlement, Membership, Organization, Person, PersonAddress, Plan
from tests.factories.desk import Desk, in_desk
from tickets.models import Call, Callback, PhoneScript, PriorityLevel, Ticket
from tickets.services import log_call

NUMBER = "+4930555010"


@pytest.fixture
def shared(acme: Desk) -> str:
    """A number that carol of Customer and sue of Other share."""
    for name in ("carol", "sue"):
        PersonAddress.objects.create(person=acme.member(name).person, kind="phone", value=NUMBER)
    return NUMBER


def _key(acme: Desk, name: str = "carol") -> str:
    person = acme.member(name).person
    return f"{Membership.objects.get(person=person).organization_id}:{person.pk}"


def _typed(acme: Desk, **changes: Any) -> dict[str, Any]:
    product = acme.project().product_id
    return {"step": "file", "picked": _key(acme), "name": "Carol", "email": acme.email("carol"),
            "callback_number": "+49 30 555010", "product": product, "environment": "production", "priority": 2,
            "summary": "The engine is silent", "details": "Since nine.", **changes}


def test_two_customers_with_one_number_are_both_offered(acme: Desk, shared: str) -> None:
    page = acme.client("rita").post("/desk/phone", {"step": "search", "q": "+49 (30) 555-010", "summary": "Kept"})
    body = page.content.decode()
    assert f'value="{_key(acme)}"' in body
    assert f'value="{_key(acme, "sue")}"' in body
    assert 'value="Kept"' in body


@pytest.mark.parametrize("words", ["Custom", "carol", "customer.acme.example", "vic@customer.acme.example"])
def test_a_customer_is_found_by_name_domain_and_address(acme: Desk, words: str) -> None:
    body = acme.client("rita").post("/desk/phone", {"q": words, "step": "search"}).content.decode()
    assert "<b>Customer</b>" in body
    assert "<b>Other</b>" not in body


def test_htmx_gets_the_matches_only(acme: Desk, shared: str) -> None:
    answer = acme.client("rita").post("/desk/phone", {"q": shared, "step": "search"}, headers={
        "HX-Request": "true", "HX-Target": "matches"})
    assert answer.content.decode().strip().startswith('<div id="matches"')
    assert b"<form" not in answer.content


def test_picking_fills_in_what_is_known_and_keeps_the_rest(acme: Desk, shared: str) -> None:
    page = acme.client("rita").post("/desk/phone", {"pick": _key(acme), "summary": "Half a sen", "name": "C.",
                                                    "priority": "2", "callback_due": "2099-01-01T10:00"})
    form = page.context["form"]
    assert page.status_code == 200
    assert (form.initial["name"], form.initial["email"]) == ("Carol", acme.email("carol"))
    assert form.initial["callback_number"] == shared
    assert form.initial["summary"] == "Half a sen"
    assert b"Yes: Customer has phone support" in page.content
    assert b'value="2" checked' in page.content


def test_a_call_with_phone_support_becomes_a_ticket_and_stands_in_the_log(acme: Desk) -> None:
    answer = acme.client("rita").post("/desk/phone", _typed(acme))
    ticket = Ticket.objects.get()
    assert (answer.status_code, answer["location"]) == (303, f"/desk/t/{ticket.number}")
    assert (ticket.channel, ticket.organization.name, ticket.requested_priority, ticket.callback_number) == (
        "phone", "Customer", 2, NUMBER)
    call = Call.objects.get()
    assert (call.ticket, call.entitled, call.agent.person.name, call.number) == (ticket, True, "Rita", NUMBER)
    assert b"The engine is silent" in acme.client("rita").get("/desk/calls").content


def test_a_call_without_phone_support_is_recorded_and_directed_and_makes_no_ticket(acme: Desk) -> None:
    rita = acme.client("rita")
    typed = _typed(acme, picked=_key(acme, "finn"), name="Finn", email=acme.email("finn"))
    refused = rita.post("/desk/phone", typed)
    assert refused.status_code == 422
    assert b"No: Hobbyists has no phone support" in refused.content
    assert b"Choose where you sent the caller" in refused.content
    assert f'name="email" value="{acme.email("finn")}"'.encode() in refused.content  # typed, though not shown
    done = rita.post("/desk/phone", typed | {"step": "record", "directed_to": "To the forum"})
    assert done.status_code == 303
    call = Call.objects.get()
    assert (call.entitled, call.directed_to, call.ticket, call.organization.name) == (
        False, "To the forum", None, "Hobbyists")
    assert AuditEvent.objects.get(action="call.written_down").actor.name == "Rita"
    assert not Ticket.objects.exists()


def test_a_paid_plan_without_phone_is_refused_with_its_name(acme: Desk) -> None:
    acme.project().contract.__class__.objects.filter(reference="C-acme").update(plan=Plan.objects.get(slug="silver"))
    page = acme.client("rita").post("/desk/phone", {"pick": _key(acme)})
    assert b"The plan Silver has no phone support." in page.content
    assert acme.client("rita").post("/desk/phone", _typed(acme)).status_code == 422
    assert not Ticket.objects.exists()


def test_an_unknown_caller_is_recorded_without_a_customer(acme: Desk) -> None:
    answer = acme.client("rita").post("/desk/phone", {"step": "record", "picked": "", "name": "Eve", "summary": "Hm",
                                                      "callback_number": "", "directed_to": "By mail"})
    assert answer.status_code == 303
    assert (Call.objects.get().entitled, Call.objects.get().caller_name) == (None, "Eve")


@pytest.mark.parametrize(("field", "value", "says"), [
    ("callback_number", "12", "country code"), ("email", "carol at home", "Spell the address"),
    ("priority", "", "Choose how bad"), ("picked", "", "Find the customer first"), ("summary", "", "Write down"),
    ("callback_due", "2001-01-01T10:00", "still to come"), ("callback_due", "soon", "Write date and time")])
def test_an_error_keeps_everything_typed(acme: Desk, field: str, value: str, says: str) -> None:
    answer = acme.client("rita").post("/desk/phone", _typed(acme, **{field: value}))
    body = answer.content.decode()
    assert answer.status_code == 422
    assert says in body
    kept = _typed(acme, **{field: value})
    for name in ("name", "email", "callback_number", "summary", "details"):
        assert str(kept[name]) in body
    assert not Ticket.objects.exists()
    assert not Call.objects.exists()


def test_a_new_contact_is_a_member_only_with_an_address_of_the_customer_s(acme: Desk) -> None:
    rita = acme.client("rita")
    rita.post("/desk/phone", _typed(acme, name="New", email="new@customer.acme.example"))
    rita.post("/desk/phone", _typed(acme, name="Eve", email="eve@evil.example"))
    assert Person.objects.get(name="New").memberships.count() == 1
    assert Person.objects.get(name="Eve").memberships.count() == 0
    assert "evil.example" in Ticket.objects.get(requester__name="Eve").triage_flags[0]


@pytest.mark.parametrize("name", ["sue", "bob"])
def test_an_address_of_somebody_else_is_refused(acme: Desk, name: str) -> None:
    answer = acme.client("rita").post("/desk/phone", _typed(acme, email=acme.email(name)))
    assert answer.status_code == 422
    assert b"belongs to somebody of" in answer.content


def test_similar_open_tickets_of_the_same_customer_are_shown(acme: Desk, now: datetime) -> None:
    mine = acme.ticket(at=now, subject="Engine silent since nine")
    acme.ticket(at=now, subject="Invoice question")
    acme.ticket(at=now, by="sue", subject="Engine silent too", project=acme.project("Otherworks"))
    page = acme.client("rita").post("/desk/phone", {"picked": _key(acme), "summary": "the engine is silent"})
    assert page.context["duplicates"] == [mine]


def test_the_script_is_the_tenant_s_own(acme: Desk, globex: Desk) -> None:
    PhoneScript.objects.create(key="not_entitled", text="Sorry, {customer} is on {plan}. <b>Write</b> to {link}.")
    with in_desk(globex):
        PhoneScript.objects.create(key="greeting", text="canary-globex")
    body = acme.client("rita").post("/desk/phone", {"pick": _key(acme, "finn")}).content.decode()
    assert "Sorry, Hobbyists is on" in body
    assert "&lt;b&gt;Write&lt;/b&gt;" in body
    assert "Acme Support, good day." in body
    assert "canary-globex" not in body


def test_the_definition_follows_the_environment(acme: Desk) -> None:
    PriorityLevel.objects.filter(rank=1).update(definition_nonproduction="Launch blocked")
    typed = {"picked": _key(acme), "environment": "staging"}
    answer = acme.client("rita").post("/desk/phone", typed, headers={"HX-Request": "true", "HX-Target": "priorities"})
    assert b"Launch blocked" in answer.content


def test_an_incoming_call_shows_up_and_opens_the_form_with_the_caller(acme: Desk, shared: str) -> None:
    call = Call.objects.create(direction="inbound", number=shared, started_at=datetime.now(UTC))
    rita = acme.client("rita")
    panel = rita.get("/desk/phone", headers={"HX-Request": "true", "HX-Target": "calls"})
    assert b"Ringing" in panel.content
    assert b"+49 30 555010" in panel.content
    page = rita.get(f"/desk/phone?call={call.pk}").content.decode()
    assert f'value="{_key(acme)}"' in page  # two share it: both are offered
    assert f'value="{_key(acme, "sue")}"' in page
    PersonAddress.objects.filter(person=acme.member("sue").person, kind="phone").delete()
    assert "Yes: Customer has phone support" in rita.get(f"/desk/phone?call={call.pk}").content.decode()
    assert rita.post("/desk/phone", _typed(acme, call=call.pk)).status_code == 303
    call.refresh_from_db()
    assert call.ticket == Ticket.objects.get()
    assert b"Ringing" not in rita.get("/desk/phone").content
    assert rita.post("/desk/phone", _typed(acme, call=call.pk)).status_code == 422  # once


def test_another_tenant_s_call_and_customer_open_nothing(acme: Desk, globex: Desk) -> None:
    with in_desk(globex):
        call = Call.objects.create(direction="inbound", number=NUMBER, started_at=datetime.now(UTC))
        foreign = Organization.objects.get(name="Customer").pk
    rita = acme.client("rita")
    assert rita.get(f"/desk/phone?call={call.pk}").status_code == 404
    assert rita.post("/desk/phone", {"pick": f"{foreign}:0"}).context["desk"].caller is None
    assert acme.client("carol").get("/desk/phone").status_code == 404


def _entitle(acme: Desk) -> None:
    ContractEntitlement.objects.create(contract=acme.project().contract, entitlement="callback")


def test_a_callback_needs_its_entitlement_and_is_listed_until_it_is_done(acme: Desk) -> None:
    rita, bob = acme.client("rita"), acme.client("bob")
    due = (datetime.now(UTC) + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M")
    refused = rita.post("/desk/phone", _typed(acme, callback_due=due))
    assert refused.status_code == 422
    assert b"has no callbacks" in refused.content
    assert not Ticket.objects.exists()
    _entitle(acme)
    assert rita.post("/desk/phone", _typed(acme, callback_due=due)).status_code == 303
    row = Callback.objects.get()
    assert (row.number, row.ticket, row.due_at.strftime("%Y-%m-%dT%H:%M")) == (NUMBER, Ticket.objects.get(), due)
    listing = bob.get("/desk/callbacks").content.decode()
    assert "The engine is silent" in listing
    assert "is-late" not in listing
    Callback.objects.update(due_at=datetime.now(UTC) - timedelta(minutes=1))
    assert "is-late" in bob.get("/desk/callbacks").content.decode()
    agent = acme.member("bob").agent
    bob.post(f"/desk/callbacks/{row.pk}", {"assignee": agent.pk})
    assert Callback.objects.get().assignee == agent
    empty = bob.post(f"/desk/callbacks/{row.pk}", {"note": " ", "reached": "yes"})
    assert empty.status_code == 422
    assert bob.post(f"/desk/callbacks/{row.pk}", {"note": "Told her how.", "reached": "yes"}).status_code == 303
    assert "The engine is silent" not in bob.get("/desk/callbacks").content.decode()
    assert "Told her how." in bob.get("/desk/callbacks?state=done").content.decode()
    again = bob.post(f"/desk/callbacks/{row.pk}", {"note": "Twice", "reached": "yes"})
    assert again.status_code == 409


def test_a_callback_that_reached_the_caller_is_a_response_and_one_by_a_receptionist_is_not(acme: Desk,
                                                                                           now: datetime) -> None:
    _entitle(acme)
    for who, clock in (("rita", "running"), ("bob", "met")):
        ticket = acme.ticket(at=now, requested_priority=1)
        row = Callback.objects.create(ticket=ticket, person=ticket.requester, number=NUMBER, due_at=now,
                                      requested_by=ticket.requester, created_at=now)
        acme.client(who).post(f"/desk/callbacks/{row.pk}", {"note": "Spoke.", "reached": "yes"})
        states = dict(ticket.clocks.values_list("metric", "state"))
        assert (states["first_response"] in {"met", "breached"} and ticket.clocks.get(
            metric="first_response").ended_at is not None) is (clock == "met")


def test_a_logged_call_counts_as_a_response_and_stands_in_the_log(acme: Desk, now: datetime) -> None:
    ticket = acme.ticket(at=now, callback_number=NUMBER)
    comment = log_call(ticket, body="Explained it.", by=acme.member("bob"), at=now + timedelta(minutes=5))
    assert ticket.clocks.get(metric="first_response").state == "met"
    call = Call.objects.get()
    assert (call.comment, call.direction, call.number, call.summary) == (comment, "outbound", NUMBER, "Explained it.")


def test_a_ticket_s_panel_shows_its_calls_and_promised_callbacks(acme: Desk, now: datetime) -> None:
    ticket = acme.ticket(at=now, callback_number=NUMBER)
    log_call(ticket, body="Explained it.", by=acme.member("bob"), at=now)
    Callback.objects.create(ticket=ticket, person=ticket.requester, number=NUMBER, due_at=now,
                            requested_by=ticket.requester, created_at=now)
    body = acme.client("bob").get(f"/desk/t/{ticket.number}/panel").content.decode()
    assert "Call back +49 30 555010" in body
    assert "Outbound, Bob" in body


@pytest.mark.parametrize("rows", [1, 3])
def test_the_lists_take_the_same_queries_however_long(acme: Desk, now: datetime, rows: int,
                                                      django_assert_max_num_queries: Any) -> None:
    for _ in range(rows):
        ticket = acme.ticket(at=now)
        Callback.objects.create(ticket=ticket, person=ticket.requester, number=NUMBER, due_at=now,
                                requested_by=ticket.requester, created_at=now, assignee=acme.member("bob").agent)
        log_call(ticket, body="x", by=acme.member("bob"), at=now)
    rita = acme.client("rita")
    for path in ("/desk/callbacks", "/desk/calls", "/desk/phone"):
        with django_assert_max_num_queries(14):
            assert rita.get(path).status_code == 200
