"""A named cast: alice admin, mia manager, bob engineer, rita receptionist; carol and vic of the customer, sue of another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any

from django.test import Client

from accounts.members import Member
from accounts.models import PersonAddress, Project, Tenant, User
from accounts.queries import member_for_person
from accounts.tenancy import tenant_scope
from sla.models import SlaPolicy, SlaPolicyVersion
from sla.services.policies import start_draft
from supportdesk.reference.loader import load_tenant
from supportdesk.reference.schema import TABLES
from tickets.enums import ChannelKind
from tickets.models import Ticket
from tickets.services import NewTicket, open_ticket

versions = count(1_000, 1_000)  # of settings: what a process remembers of one test must not hold in the next
PASSWORD = "correct-horse-battery"
_ALL_DAY = {day: ["00:00-24:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
_OFFICE = {day: ["09:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}


@dataclass
class Desk:
    """A tenant with everything in it. Its methods work inside the tenant's scope."""

    tenant: Tenant

    @property
    def host(self) -> str:
        return f"{self.tenant.slug}.localhost"

    def email(self, name: str) -> str:
        """The address of somebody of the cast."""
        domain = "customer" if name in {"carol", "vic"} else "other" if name in {"sue", "finn"} else "desk"
        return f"{name}@{domain}.{self.tenant.slug}.example"

    def member(self, name: str) -> Member:
        """Somebody of the cast, ready to act."""
        person = PersonAddress.objects.select_related("person__user").get(value=self.email(name)).person
        return member_for_person(self.tenant, person)

    def project(self, name: str = "Shop") -> Project:
        return Project.objects.select_related("contract__plan", "organization", "product").get(name=name)

    def ticket(self, *, at: datetime, by: str = "carol", **values: Any) -> Ticket:
        """A ticket of carol's at the shop, unless told otherwise."""
        defaults = {"requester": self.member(by).person, "subject": "It is broken", "body": "Since this morning.",
                    "channel": ChannelKind.PORTAL, "project": self.project()}
        return open_ticket(NewTicket(**{**defaults, **values}), at=at)

    def client(self, name: str | None) -> Client:
        """A browser without JavaScript at this tenant's host, signed in as somebody (None: nobody)."""
        client = Client(headers={"host": self.host}, raise_request_exception=True)
        if name:
            client.force_login(User.objects.get(email=self.email(name)), backend="accounts.login.TenantBackend")
        return client


def make_desk(slug: str, *, at: datetime) -> Desk:
    """A tenant from data, as an admin would load it."""
    tenant = load_tenant(_data(slug), at=at, password=PASSWORD)
    Tenant.objects.filter(pk=tenant.pk).update(settings_version=next(versions))
    return Desk(tenant)


def _data(slug: str) -> dict[str, Any]:
    def person(name: str, domain: str, **extra: Any) -> dict[str, Any]:
        return {"name": name.capitalize(), "email": f"{name}@{domain}.{slug}.example", "login": True, **extra}

    target = {"calendar": "office", "unit": "business_hours"}
    data: dict[str, Any] = {name: [] for name in TABLES}
    return data | {
        "tenant": {"slug": slug, "name": slug.capitalize(), "desk_name": f"{slug.capitalize()} Support",
                   "hosts": [f"{slug}.localhost"], "mail_from": f"support@{slug}.localhost", "time_zone": "UTC",
                   "forum_url": f"https://forum.{slug}.example/", "phone": "+1 555 0100"},
        "priorities": [{"rank": n, "code": f"P{n}", "label": label, "definition": f"Rank {n}"}
                       for n, label in enumerate(("Urgent", "High", "Normal", "Low"), 1)],
        "channels": [{"kind": k, "name": k.capitalize(), "rank": n} for n, k in enumerate(
            ("phone", "portal", "email", "api"), 1)],
        "mailboxes": [{"address": f"support@{slug}.localhost", "state": "armed"},
                      {"address": f"security@{slug}.localhost", "kind": "security", "state": "armed"}],
        "calendars": [{"slug": "always", "name": "24/7", "time_zone": "UTC", "weekly": _ALL_DAY},
                      {"slug": "office", "name": "Office", "time_zone": "UTC", "weekly": _OFFICE}],
        "policies": [{"slug": "gold", "name": "Gold", "effective_from": at_date(), "reason": "Tests", "targets": [
            {"metric": "first_response", "priority": 1, "limit": 60, "unit": "minutes", "calendar": "always"},
            {"metric": "resolution", "priority": 1, "limit": 240, "unit": "minutes", "calendar": "always"},
            {"metric": "first_response", "priority": 2, "limit": 4, **target},
            {"metric": "next_response", "priority": 3, "limit": 8, **target},
            {"metric": "first_response", "priority": 3, "goal": 4, "limit": 8, **target},
            {"metric": "ongoing_update", "priority": 3, "limit": 16, **target},
            {"metric": "first_response", "priority": 4, "best_effort": True}]}],
        "plans": [{"slug": "gold", "name": "Gold", "entitlements": ["phone"]},
                  {"slug": "silver", "name": "Silver"},
                  {"slug": "free", "name": "Free", "is_paid": False}],
        "agents": [person("alice", "desk", role="admin"), person("mia", "desk", role="manager"),
                   person("bob", "desk", role="engineer"), person("rita", "desk", role="receptionist")],
        "teams": [{"name": "Support", "agents": [f"bob@desk.{slug}.example", f"mia@desk.{slug}.example"],
                   "leads": [f"mia@desk.{slug}.example"]}],
        "products": [{"slug": "engine", "name": "Engine", "versions": ["2.0"]}],
        "organizations": [
            {"name": "Customer", "domains": [f"customer.{slug}.example"],
             "people": [person("carol", "customer"), person("vic", "customer", role="viewer")],
             "contracts": [{"reference": f"C-{slug}", "plan": "gold", "policy": "gold", "starts_on": at_date()}],
             "projects": [{"name": "Shop", "contract": f"C-{slug}", "product": "engine"}]},
            {"name": "Other", "people": [person("sue", "other")],
             "contracts": [{"reference": f"O-{slug}", "plan": "gold", "policy": "gold", "starts_on": at_date()}],
             "projects": [{"name": "Otherworks", "contract": f"O-{slug}", "product": "engine"}]},
            {"name": "Hobbyists", "people": [person("finn", "other")],
             "contracts": [{"reference": f"F-{slug}", "plan": "free", "starts_on": at_date()}],
             "projects": [{"name": "Kite", "contract": f"F-{slug}"}]}],
        "views": [{"slug": "queue", "name": "Queue", "sort": "channel", "is_default": True}],
    }


def at_date() -> Any:
    """From when everything is in force."""
    return datetime(2026, 1, 1).date()


def want_promises(desk: Desk, *ranks: int) -> None:
    """A version of Gold, in force all the time, that wants promises at these ranks (S48). Runs in the desk's scope."""
    policy = SlaPolicy.objects.get(slug="gold")
    newest = policy.versions.order_by("-number").first()
    draft = start_draft(policy, by=desk.member("alice"), at=newest.published_at)
    SlaPolicyVersion.objects.filter(pk=draft.pk).update(
        promise_ranks=ranks, published_at=newest.published_at, effective_from=newest.effective_from)


def in_desk(desk: Desk) -> Any:
    """The scope of a desk."""
    return tenant_scope(desk.tenant)
