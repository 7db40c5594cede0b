from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import Agent, AuditEvent, Contract, Invitation, Membership, Organization, Person, Project, Team
from accounts.queries import email_of
from accounts.services.tokens import create_token
from notifications.accountmail import opened_body
from notifications.models import OutboxMessage
from sla.models import Calendar, Coverage, SlaPolicy
from tests.desk.test_rooms import save
from tests.factories.desk import PASSWORD, Desk, in_desk


@pytest.fixture(autouse=True)
def _noon(now: datetime) -> Any:
    with time_machine.travel(now, tick=False):
        yield


def link_in_mail(desk: Desk, address: str) -> str:
    row = OutboxMessage.objects.filter(to_address=address).latest("id")
    found = re.search(r"/join/\S+", opened_body(row.context["sealed"], tenant_id=desk.tenant.pk))
    assert found
    return found[0]


def _ids(answer: Any) -> int:
    return int(answer["location"].rpartition("/")[2])


def test_a_customer_a_contract_and_a_project_make_a_first_ticket(acme: Desk, now: datetime) -> None:
    alice, policy = acme.client("alice"), SlaPolicy.objects.get(slug="gold")
    made = alice.post("/desk/settings/customers/new", {"name": "Northwind", "domains": "northwind.example\n@NW.example",
                                                       "is_active": "on"})
    customer = Organization.objects.get(pk=_ids(made))
    assert sorted(customer.domains.values_list("domain", "is_verified")) == [("northwind.example", True), ("nw.example", True)]
    blank = alice.get(f"/desk/settings/contracts/new?organization={customer.pk}")
    assert blank.context["form"].initial["organization"] == customer.pk
    made = alice.post("/desk/settings/contracts/new", {
        "organization": customer.pk, "plan": blank.context["form"].fields["plan"].queryset.get(slug="gold").pk,
        "reference": "NW-1", "policy": policy.pk, "starts_on": "2026-11-01", "contact_method": "phone",
        "rights": ["callback"]})
    contract = Contract.objects.get(pk=_ids(made))
    covered = Coverage.objects.get(contract=contract)
    assert (covered.policy, covered.effective_from, contract.contact_method) == (policy, now, "phone")
    alice.post("/desk/settings/projects/new", {"organization": customer.pk, "name": "Fleet", "contract": contract.pk,
                                               "is_active": "on"})
    project = Project.objects.get(name="Fleet")
    ticket = acme.ticket(at=now + timedelta(seconds=1), project=project, requested_priority=1)
    clocks = dict(ticket.clocks.values_list("metric", "due_at"))
    assert clocks["first_response"] == now + timedelta(seconds=1, minutes=60)
    page = alice.get(f"/desk/settings/customers/{customer.pk}").content.decode()
    assert "NW-1" in page
    assert "Fleet" in page
    assert [e.action for e in AuditEvent.objects.filter(object_label__in=["Northwind", "NW-1", "Fleet"]).order_by("id")] == [
        "setting.created", "contract.covered", "setting.created", "setting.created"]


def test_a_contract_under_hours_that_don_t_exist_is_refused_whole(acme: Desk) -> None:
    empty = Calendar.objects.create(name="Never", slug="never", time_zone="UTC")
    customer = Organization.objects.get(name="Customer")
    answer = acme.client("alice").post("/desk/settings/contracts/new", {
        "organization": customer.pk, "plan": customer.contracts.get().plan_id, "reference": "X-1", "hours": empty.pk,
        "policy": SlaPolicy.objects.get(slug="gold").pk, "starts_on": "2026-12-01", "contact_method": "email"})
    assert answer.status_code == 422
    assert b'href="#id_hours"' in answer.content
    assert not Contract.objects.filter(reference="X-1").exists()


def test_domains_and_contracts_of_others_are_refused(acme: Desk) -> None:
    alice, other = acme.client("alice"), Organization.objects.get(name="Other")
    answer = save(alice, f"/desk/settings/customers/{other.pk}", domains="customer.acme.example")
    assert (answer.status_code, b"belongs to another customer" in answer.content) == (422, True)
    answer = alice.post("/desk/settings/projects/new", {"organization": other.pk, "name": "x", "is_active": "on",
                                                        "contract": Contract.objects.get(reference="C-acme").pk})
    assert (answer.status_code, b"another customer" in answer.content) == (422, True)


def test_the_desk_invites_somebody_to_a_customer_and_takes_them_out(acme: Desk) -> None:
    mia, customer = acme.client("mia"), Organization.objects.get(name="Customer")
    path = f"/desk/settings/customers/{customer.pk}"
    assert mia.post(f"{path}/people", {"email": "kim@customer.acme.example", "role": "member"}).status_code == 303
    answer = mia.post(f"{path}/people", {"email": acme.email("bob"), "role": "member"})
    assert (answer.status_code, b"own staff" in answer.content) == (422, True)
    kim = Client(headers={"host": acme.host})
    kim.post(link_in_mail(acme, "kim@customer.acme.example"), {"name": "Kim", "password": "a sentence is fine"})
    membership = Membership.objects.get(person__name="Kim")
    mia.post(f"/desk/settings/members/{membership.pk}/role", {"role": "manager"})
    assert Membership.objects.get(pk=membership.pk).role == "manager"
    assert mia.get(f"/desk/settings/members/{membership.pk}/end").status_code == 200
    mia.post(f"/desk/settings/members/{membership.pk}/end")
    assert not Person.objects.get(name="Kim").is_active
    mia.post(f"{path}/people", {"email": "lee@customer.acme.example", "role": "viewer"})
    waiting = Invitation.objects.get(email="lee@customer.acme.example")
    mia.post(f"/desk/settings/invitations/{waiting.pk}/withdraw")
    assert kim.get(link_in_mail(acme, "lee@customer.acme.example")).status_code == 410


def test_a_colleague_comes_in_by_a_link_and_works(acme: Desk) -> None:
    alice = acme.client("alice")
    answer = alice.post("/desk/settings/staff/new", {"name": "Nora", "email": "Nora@desk.acme.example", "role": "engineer"})
    agent = Agent.objects.get(pk=_ids(answer))
    assert (agent.person.user, email_of(agent.person)) == (None, "nora@desk.acme.example")
    nora = Client(headers={"host": acme.host})
    came = nora.post(link_in_mail(acme, "nora@desk.acme.example"), {"name": "Nora Ek", "password": "a sentence is fine"})
    assert came["location"] == "/desk/"
    assert nora.get("/desk/views/queue").status_code == 200
    again = alice.post("/desk/settings/staff/new", {"name": "N", "email": "nora@desk.acme.example", "role": "agent"})
    assert (again.status_code, b'href="#id_email"' in again.content) == (422, True)
    save(alice, f"/desk/settings/staff/{agent.pk}", role="manager")
    event = AuditEvent.objects.filter(action="setting.changed").latest("id")
    assert event.changes["role"] == ["Engineer", "Manager: also reads terms and reports"]


def test_who_was_deactivated_is_out_and_the_link_dies(acme: Desk) -> None:
    alice = acme.client("alice")
    answer = alice.post("/desk/settings/staff/new", {"name": "Nora", "email": "nora@desk.acme.example", "role": "agent"})
    path, link = answer["location"], link_in_mail(acme, "nora@desk.acme.example")
    bob, agent = acme.client("bob"), acme.member("bob").agent
    assert bob.get("/desk/views/queue").status_code == 200
    save(alice, f"/desk/settings/staff/{agent.pk}", is_active="")
    assert bob.get("/desk/views/queue").status_code in {302, 404}
    save(alice, path, is_active="")
    answer = Client(headers={"host": acme.host}).post(link, {"name": "Nora", "password": "a sentence is fine"})
    assert answer.status_code == 410


@pytest.mark.parametrize("change", [{"role": "manager"}, {"is_active": ""}])
def test_the_last_admin_stays(change: dict[str, str], acme: Desk) -> None:
    alice = acme.client("alice")
    path = f"/desk/settings/staff/{acme.member('alice').agent.pk}"
    answer = save(alice, path, **change)
    assert (answer.status_code, "last admin" in answer.content.decode()) == (422, True)
    assert Agent.objects.get(person__name="Alice").is_active
    save(alice, f"/desk/settings/staff/{acme.member('bob').agent.pk}", role="admin")
    assert save(alice, path, **change).status_code == 303


def test_an_invited_customer_can_t_become_staff_by_an_old_link(acme: Desk, globex: Desk) -> None:
    alice = acme.client("alice")
    alice.post("/desk/settings/staff/new", {"name": "Nora", "email": "nora@desk.acme.example", "role": "agent"})
    link = link_in_mail(acme, "nora@desk.acme.example")
    assert Client(headers={"host": globex.host}).get(link).status_code == 410
    with in_desk(globex):
        assert not Person.objects.filter(name="Nora").exists()


def test_a_team_has_members_and_leads(acme: Desk) -> None:
    alice, bob, mia = acme.client("alice"), acme.member("bob").agent, acme.member("mia").agent
    answer = alice.post("/desk/settings/teams/new", {"name": "Night", "members": [bob.pk], "leads": [mia.pk]})
    team = Team.objects.get(pk=_ids(answer))
    assert set(team.members.values_list("agent__person__name", "is_lead")) == {("Bob", False), ("Mia", True)}
    save(alice, answer["location"], members=[bob.pk], leads=[])
    assert list(team.members.values_list("agent__person__name", flat=True)) == ["Bob"]


def test_a_person_s_addresses_are_kept_in_order(acme: Desk) -> None:
    mia, carol = acme.client("mia"), acme.member("carol").person
    path = f"/desk/settings/people/{carol.pk}"
    save(mia, path, emails="carol@private.example\ncarol@customer.acme.example", phones="+46855501234")
    assert email_of(Person.objects.get(pk=carol.pk)) == "carol@private.example"
    taken = save(mia, path, emails="sue@other.acme.example")
    assert (taken.status_code, b"somebody else" in taken.content) == (422, True)
    assert save(mia, path, emails="").status_code == 422
    assert mia.get(f"/desk/settings/people/{acme.member('bob').person.pk}").status_code == 404  # staff have their own page


def test_who_was_deactivated_is_no_customer_either(acme: Desk, now: datetime) -> None:
    """The portal shows signed-in people what visitors don't see: whoever left the desk is a visitor there, too."""
    person = acme.member("bob").person
    _token, secret = create_token(person=person, name="t", scopes=["tickets:read"], by=None, at=now)
    program = Client(headers={"host": acme.host, "authorization": f"Bearer {secret}"})
    browser, late = acme.client("bob"), Client(headers={"host": acme.host})
    assert program.get("/api/v1/tickets").status_code == 200
    save(acme.client("alice"), f"/desk/settings/staff/{acme.member('bob').agent.pk}", is_active="")
    assert browser.get("/")["location"].startswith("/account/login/")
    assert program.get("/api/v1/tickets").status_code == 401
    answer = late.post("/account/login/", {"login": acme.email("bob"), "password": PASSWORD})
    assert (answer.status_code, late.get("/").status_code) == (200, 302)
