from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, connection, transaction
from django.test import Client

from accounts.models import (
    Agent,
    AuditEvent,
    Contract,
    OperatorEvent,
    Organization,
    Person,
    Plan,
    Project,
    Team,
    Tenant,
    User,
)
from accounts.tenancy import tenant_scope
from intake.models import Mailbox
from notifications.accountmail import opened_body
from notifications.models import OutboxMessage
from sla.models import Coverage, SlaPolicy, SlaPolicyVersion, SlaTarget
from supportdesk.reference.founding import Founding, founding_data, templates
from supportdesk.reference.loader import load_tenant
from tests.factories.desk import Desk
from tickets.enums import ChannelKind
from tickets.models import PriorityLevel, PriorityRule, SavedView, Ticket
from tickets.services import NewTicket, open_ticket

HOST, PASSWORD = "operate.localhost", "a sentence is fine"
FORM = {"name": "Northwind", "slug": "northwind", "language": "de", "time_zone": "Europe/Berlin",
        "admin_name": "Nora Ek", "admin_email": "Nora@northwind.example"}


@pytest.fixture
def operator(db: None) -> Client:
    user = User.objects.create_user("olga@operators.example", PASSWORD, is_superuser=True)
    client = Client(headers={"host": HOST})
    client.force_login(user, backend="accounts.login.OperatorBackend")
    return client


def found(client: Client, template: str, **changes: str) -> Any:
    return client.post("/tenants/new", {**FORM, "template": template, **changes})


@pytest.mark.parametrize("template", sorted(templates()))
def test_a_tenant_takes_a_template_s_terms_and_none_of_its_people(template: str, operator: Client) -> None:
    answer = found(operator, template)
    assert (answer.status_code, answer["location"]) == (303, "/tenants/northwind")
    tenant, data = Tenant.objects.get(slug="northwind"), templates()[template]
    assert (tenant.language, tenant.time_zone, tenant.desk_name) == ("de", "Europe/Berlin", "Northwind Support")
    with tenant_scope(tenant):
        assert list(PriorityLevel.objects.values_list("label", flat=True)) == [p["label"] for p in data["priorities"]]
        assert SlaTarget.objects.count() == sum(len(p["targets"]) for p in data["policies"])
        assert PriorityRule.objects.count() == len(data["advice"])
        assert SavedView.objects.count() == len(data["views"])
        assert set(Plan.objects.values_list("slug", flat=True)) == {p["slug"] for p in data["plans"]}
        assert not Organization.objects.exists()
        assert not Ticket.objects.exists()
        assert [(a.person.name, a.role) for a in Agent.objects.all()] == [("Nora Ek", "admin")]
        assert Team.objects.count() == len(data["teams"])
        assert set(Mailbox.objects.values_list("address", "state")) >= {("support@northwind.localhost", "disarmed")}
        assert AuditEvent.objects.filter(action="tenant.founded").get().changes["operator"] == [None, "olga@operators.example"]


def test_the_first_admin_comes_in_and_the_first_ticket_is_due_as_the_policy_says(operator: Client) -> None:
    found(operator, "platformsh")
    tenant = Tenant.objects.get(slug="northwind")
    with tenant_scope(tenant):
        mail = OutboxMessage.objects.get(to_address="nora@northwind.example")
        link = re.search(r"/join/\S+", opened_body(mail.context["sealed"], tenant_id=tenant.pk))
    assert link
    nora = Client(headers={"host": "northwind.localhost"})
    assert nora.post(link[0], {"name": "Nora Ek", "password": PASSWORD})["location"] == "/desk/"
    made = nora.post("/desk/settings/customers/new", {"name": "Kungsholm", "is_active": "on"})
    with tenant_scope(tenant):
        plan, policy = Plan.objects.get(slug="standard"), SlaPolicy.objects.get()
    customer = made["location"].rpartition("/")[2]
    made = nora.post("/desk/settings/contracts/new", {"organization": customer, "plan": plan.pk, "reference": "NW-1",
                                                      "policy": policy.pk, "starts_on": "2026-01-01",
                                                      "contact_method": "email"})
    assert made.status_code == 303
    with tenant_scope(tenant):
        contract = Contract.objects.get()
        at = Coverage.objects.get(contract=contract).effective_from.replace(microsecond=0) + timedelta(seconds=1)
        project = Project.objects.create(organization_id=int(customer), contract=contract, name="Grid", created_at=at)
        person = Person.objects.create(name="Astrid", created_at=at)
        ticket = open_ticket(NewTicket(requester=person, subject="Down", body="x", channel=ChannelKind.PORTAL,
                                       project=project, requested_priority=1), at=at)
        due = dict(ticket.clocks.values_list("metric", "due_at"))
    assert due == {"first_response": at + timedelta(hours=1), "resolution": at + timedelta(hours=4)}


@pytest.mark.parametrize("time_zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
@pytest.mark.django_db
def test_policies_are_in_force_from_today_wherever_today_is(time_zone: str) -> None:
    at = datetime(2026, 11, 22, 10, 30, tzinfo=UTC)  # the 23rd and half past midnight on one island, the 21st on the other
    wanted = Founding(template="platformsh", slug="northwind", name="N", desk_name="N", host="n.localhost", language="en",
                      mail_from="s@n.localhost", time_zone=time_zone, admin_name="Nora", admin_email="n@n.example")
    tenant = load_tenant(founding_data(wanted, at=at), at=at)
    with tenant_scope(tenant):
        begins = SlaPolicyVersion.objects.get().effective_from.astimezone(ZoneInfo(time_zone))
    assert (begins.date(), begins.time()) == (at.astimezone(ZoneInfo(time_zone)).date(), time())
    assert begins <= at


@pytest.mark.parametrize(("changes", "field"), [
    ({"slug": "acme"}, "slug"), ({"host": "acme.localhost"}, "host"), ({"host": "OPERATE.localhost"}, "host"),
    ({"host": "no host"}, "host"), ({"slug": "WWW"}, "slug"), ({"host": "mail.localhost"}, "host"), ({"host": "localhost"}, "host"),
    ({"host": "x.admin.localhost"}, "host"), ({"host": "xn--pple-43d.localhost"}, "host"), ({"host": "login.acme.localhost"}, "host"), ({"mail_from": "support@acme.localhost"}, "mail_from"), ({"slug": "Not a slug"}, "slug"),
    ({"admin_email": "nobody"}, "admin_email"), ({"name": ""}, "name"), ({"template": "none"}, "template")])
def test_what_is_taken_or_wrong_is_said_beside_its_field(changes: dict[str, str], field: str, operator: Client,
                                                         acme: Desk) -> None:
    before = Plan.objects.count()
    answer = found(operator, **{"template": "platformsh", **changes})
    assert answer.status_code == 422
    assert f'href="#id_{field}"' in answer.content.decode()
    assert "This field is required" not in answer.content.decode()
    assert not Tenant.objects.filter(slug="northwind").exists()
    assert (Plan.objects.count(), Tenant.objects.get(slug="acme").name) == (before, "Acme")


def test_founding_writes_nothing_into_other_tenants(operator: Client, acme: Desk) -> None:
    def rows() -> dict[str, int]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity AND relkind = 'r'")
            names = [row[0] for row in cursor.fetchall()]
            return {name: _count(cursor, name) for name in names}

    before = rows()
    assert found(operator, "stakater").status_code == 303
    assert rows() == before
    with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():  # nor could it
        Plan.objects.create(tenant=Tenant.objects.get(slug="northwind"), name="x", slug="x")


def _count(cursor: Any, name: str) -> int:
    cursor.execute(f'SELECT count(*) FROM "{name}"')
    return int(cursor.fetchone()[0])


def test_only_operators_get_in_and_only_here(operator: Client, acme: Desk) -> None:
    paths = ("/", "/tenants/new", "/tenants/acme", "/record")
    assert [operator.get(path).status_code for path in paths] == [200] * 4
    for client in (Client(headers={"host": HOST}), _at(HOST, acme.email("alice"), "accounts.login.TenantBackend")):
        assert [client.get(path).status_code for path in paths] == [302] * 4
        assert found(client, "stakater").status_code == 302
    # An operator's login that came in by a tenant's door operates nothing either.
    assert _at(HOST, "olga@operators.example", "accounts.login.TenantBackend").get("/").status_code == 302
    assert not Tenant.objects.filter(slug="northwind").exists()
    assert acme.client("alice").get("/tenants/new").status_code == 404
    assert operator.get("/desk/").status_code == 404
    at_acme = _at(acme.host, "olga@operators.example", "accounts.login.OperatorBackend")
    assert at_acme.get("/desk/settings/").status_code == 302


def _at(host: str, email: str, backend: str) -> Client:
    client = Client(headers={"host": host})
    client.force_login(User.objects.get(email=email), backend=backend)
    return client


def test_signing_in_asks_for_an_operator_s_password_and_counts_the_tries(operator: Client, acme: Desk, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"operate": "3/5m/key"}
    visitor = Client(headers={"host": HOST})
    for email in (acme.email("alice"), "nobody@operators.example"):
        answer = visitor.post("/login", {"email": email, "password": "correct-horse-battery"})
        assert (answer.status_code, b"No operator has this" in answer.content) == (422, True)
    good = {"email": "olga@operators.example", "password": PASSWORD}
    assert visitor.post("/login", good)["location"] == "/"
    assert OperatorEvent.objects.latest("id").action == "operator.signed_in"
    assert visitor.post("/logout").status_code == 303
    for _ in range(2):
        visitor.post("/login", {**good, "password": "wrong"})
    assert visitor.post("/login", good).status_code == 429
    # At a tenant's door an operator is nobody.
    answer = acme.client(None).post("/account/login/", {"login": good["email"], "password": PASSWORD})
    assert answer.status_code == 200


def test_a_tenant_is_closed_and_opened_again(operator: Client, acme: Desk) -> None:
    assert operator.post("/tenants/acme", {"to": "close"}).status_code == 303
    assert acme.client(None).get("/").status_code == 404
    operator.post("/tenants/acme", {"to": "open"})
    assert acme.client("alice").get("/desk/settings/").status_code == 200
    assert list(OperatorEvent.objects.order_by("id").values_list("action", "slug")) == [
        ("tenant.closed", "acme"), ("tenant.opened", "acme")]
    assert b"Closed a tenant" in operator.get("/tenants/acme").content


def test_operators_read_what_their_browser_asks_for(operator: Client) -> None:
    page = operator.get("/", headers={"host": HOST, "accept-language": "de-AT,de;q=0.9,en;q=0.5"})
    assert (page["content-language"], "Mandanten" in page.content.decode()) == ("de", True)
    assert operator.get("/", headers={"host": HOST, "accept-language": "tlh"})["content-language"] == "en"
    nowhere = Client(headers={"host": "nowhere.localhost", "accept-language": "de"}).get("/")
    assert (nowhere.status_code, '<html lang="de"' in nowhere.content.decode()) == (404, True)


def test_what_operators_did_can_t_be_changed(operator: Client, acme: Desk) -> None:
    operator.post("/tenants/acme", {"to": "close"})
    with pytest.raises(Exception, match=r"permission denied|append-only"), transaction.atomic():
        OperatorEvent.objects.update(action="nothing")


def test_the_command_makes_and_ends_operators(db: None, monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setenv("OPERATOR_PASSWORD", "short")
    with pytest.raises(CommandError):
        call_command("operator", "Olga@operators.example")
    monkeypatch.setenv("OPERATOR_PASSWORD", PASSWORD)
    call_command("operator", "Olga@operators.example")
    user = User.objects.get(email="olga@operators.example")
    assert (user.is_superuser, user.check_password(PASSWORD)) == (True, True)
    call_command("operator", "olga@operators.example", end=True)
    assert not User.objects.get(pk=user.pk).is_superuser
    assert set(OperatorEvent.objects.values_list("action", flat=True)) == {"operator.made", "operator.ended"}
