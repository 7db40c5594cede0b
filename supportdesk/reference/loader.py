"""From a tenant's file to rows. Loading again changes what differs and doubles nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password
from django.db import models

from accounts.enums import AddressKind
from accounts.models import (
    Agent,
    Contract,
    ContractEntitlement,
    Membership,
    Organization,
    OrganizationDomain,
    Person,
    PersonAddress,
    Plan,
    PlanEntitlement,
    Product,
    ProductVersion,
    Project,
    Team,
    TeamMember,
    Tenant,
    TenantDomain,
    User,
)
from accounts.tenancy import tenant_scope
from intake.models import Mailbox
from sla.models import (
    Calendar,
    CalendarException,
    CalendarWindow,
    Coverage,
    EscalationStep,
    SlaPolicy,
    SlaPolicyVersion,
    SlaTarget,
)
from sla.services.coverage import store_agreement
from supportdesk.reference.advice import load_advice
from supportdesk.reference.chat import load_chat
from supportdesk.reference.documentation import load_docs
from supportdesk.reference.schema import TenantFileError, minutes
from tickets.enums import ScriptKey
from tickets.models import Channel, PhoneScript, PriorityLevel, SavedView

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def load_tenant(data: dict[str, Any], *, at: datetime, password: str | None = None) -> Tenant:
    """Make or update a tenant from a checked file. Logins get `password` (unusable when None)."""
    head = dict(data["tenant"])
    hosts = head.pop("hosts")
    tenant, _new = Tenant.objects.update_or_create(
        slug=head.pop("slug"), defaults=head, create_defaults={**head, "created_at": at})
    for index, host in enumerate(hosts):
        TenantDomain.objects.update_or_create(host=host, defaults={"tenant": tenant, "is_primary": index == 0})
    with tenant_scope(tenant):
        _Loader(data, at, password, ZoneInfo(tenant.time_zone)).load()
    return tenant


class _Loader:
    """One file on its way in."""

    def __init__(self, data: dict[str, Any], at: datetime, password: str | None, zone: ZoneInfo) -> None:
        self.data, self.at, self.zone = data, at, zone
        self.password = make_password(password)  # hashed once: everybody gets the same one
        self.calendars: dict[str, Calendar] = {}
        self.policies: dict[str, SlaPolicy] = {}
        self.plans: dict[str, Plan] = {}
        self.products: dict[str, Product] = {}
        self.agents: dict[str, Agent] = {}

    def load(self) -> None:
        steps: list[tuple[str, Callable[[dict[str, Any]], None]]] = [
            ("priorities", self._priority), ("channels", self._channel), ("mailboxes", self._mailbox),
            ("calendars", self._calendar), ("policies", self._policy), ("plans", self._plan), ("agents", self._agent),
            ("teams", self._team), ("products", self._product), ("docs", partial(load_docs, at=self.at)),
            ("organizations", self._organization), ("chat_workspaces", partial(load_chat, at=self.at)),
            ("phone_script", self._phone_script)]
        for table, step in steps:
            for row in self.data[table]:
                step(row)
        for position, row in enumerate(self.data["views"]):
            SavedView.objects.update_or_create(slug=row["slug"], defaults={
                "name": row["name"], "sort": row["sort"], "filters": row.get("filters", {}), "position": position,
                "is_default": row.get("is_default", False)})
        load_advice(self.data["questions"], self.data["advice"])

    def _midnight(self, day: date) -> datetime:
        """The beginning of a day of the tenant's."""
        return datetime(day.year, day.month, day.day, tzinfo=self.zone).astimezone(UTC)

    def _known(self, what: str, found: dict[str, Any], name: str) -> Any:
        if name not in found:
            raise TenantFileError(f"There is no {what} {name!r} in the file. Known: {', '.join(found) or 'none'}.")
        return found[name]

    def _priority(self, row: dict[str, Any]) -> None:
        PriorityLevel.objects.update_or_create(rank=row["rank"], defaults={k: v for k, v in row.items() if k != "rank"})

    def _channel(self, row: dict[str, Any]) -> None:
        Channel.objects.update_or_create(kind=row["kind"], defaults={k: v for k, v in row.items() if k != "kind"})

    def _mailbox(self, row: dict[str, Any]) -> None:
        Mailbox.objects.update_or_create(address=row["address"].lower(), defaults={
            "kind": row.get("kind", "support"), "state": row.get("state", "disarmed"),
            "authserv_id": row.get("authserv_id", ""), "trusts_relay": row.get("trusts_relay", False)})

    def _phone_script(self, row: dict[str, Any]) -> None:
        self._known("moment of a call", {key.value: key for key in ScriptKey}, row["key"])
        PhoneScript.objects.update_or_create(key=row["key"], defaults={"text": row["text"]})

    def _calendar(self, row: dict[str, Any]) -> None:
        calendar, _new = Calendar.objects.update_or_create(slug=row["slug"], defaults={
            "name": row["name"], "time_zone": row["time_zone"], "day_minutes": row.get("day_minutes")})
        self.calendars[row["slug"]] = calendar
        wanted = {(_DAYS.index(day), *_window(text)) for day, texts in row["weekly"].items() for text in texts}
        exceptions = {e["date"]: (e["name"], [list(_window(t)) for t in e.get("windows", [])])
                      for e in row.get("exceptions", [])}
        present = {(w.weekday, w.start_minute, w.end_minute) for w in calendar.windows.filter(until=None)}
        holidays = {e.date: (e.name, e.windows) for e in calendar.exceptions.all()}
        if wanted == present and exceptions == holidays:
            return
        calendar.windows.all().delete()
        calendar.exceptions.all().delete()
        CalendarWindow.objects.bulk_create([CalendarWindow(calendar=calendar, weekday=d, start_minute=s, end_minute=e)
                                            for d, s, e in sorted(wanted)])
        CalendarException.objects.bulk_create([CalendarException(calendar=calendar, date=day, name=name, windows=w)
                                               for day, (name, w) in exceptions.items()])
        Calendar.objects.filter(pk=calendar.pk).update(revision=models.F("revision") + 1)

    def _policy(self, row: dict[str, Any]) -> None:
        policy, _new = SlaPolicy.objects.update_or_create(slug=row["slug"], defaults={"name": row["name"]})
        self.policies[row["slug"]] = policy
        if policy.versions.exists():
            return  # a published version is immutable
        version = SlaPolicyVersion.objects.create(
            policy=policy, number=1, published_at=self.at, effective_from=self._midnight(row["effective_from"]),
            reason=row["reason"], **{k: row[k] for k in ("pauses", "reopen_days", "warn_percent", "warn_minutes",
                                               "promise_ranks") if k in row})
        SlaTarget.objects.bulk_create([self._target(t, version) for t in row["targets"]])
        EscalationStep.objects.bulk_create([
            EscalationStep(version=version, position=n, metric=s.get("metric", ""), priority=s.get("priority"),
                           after=s["after"], amount=s["amount"], action=s["action"])
            for n, s in enumerate(row.get("escalations", []), 1)])

    def _target(self, row: dict[str, Any], version: SlaPolicyVersion | None = None) -> SlaTarget:
        calendar = self._known("calendar", self.calendars, row["calendar"]) if "calendar" in row else None
        if not row.get("best_effort") and not (row.get("limit") and row.get("unit") and calendar):
            raise TenantFileError(f"The target {row['metric']} of priority {row['priority']} needs limit, unit and "
                                  "calendar, or best_effort = true.")
        return SlaTarget(version=version, metric=row["metric"], priority=row["priority"],
                         environment=row.get("environment", ""), best_effort=row.get("best_effort", False),
                         goal_amount=row.get("goal"), limit_amount=row.get("limit"), unit=row.get("unit", ""),
                         calendar=calendar)

    def _plan(self, row: dict[str, Any]) -> None:
        plan, _new = Plan.objects.update_or_create(slug=row["slug"], defaults={
            "name": row["name"], "description": row.get("description", ""), "is_paid": row.get("is_paid", True)})
        self.plans[row["slug"]] = plan
        for entitlement in row.get("entitlements", []):
            PlanEntitlement.objects.get_or_create(plan=plan, entitlement=entitlement)

    def _person(self, row: dict[str, Any]) -> Person:
        address = row["email"].lower()
        found = PersonAddress.objects.select_related("person").filter(kind=AddressKind.EMAIL, value=address).first()
        values = {k: row[k] for k in ("name", "title", "language", "time_zone") if k in row}
        if found:
            person: Person = found.person
            Person.objects.filter(pk=person.pk).update(**values)
        else:
            person = Person.objects.create(created_at=self.at, **values)
            PersonAddress.objects.create(person=person, kind=AddressKind.EMAIL, value=address, is_verified=True,
                                         is_primary=True)
        if row.get("phone"):
            PersonAddress.objects.get_or_create(person=person, kind=AddressKind.PHONE, value=row["phone"],
                                                defaults={"is_primary": True})
        if row.get("login") and person.user_id is None:
            user = User.objects.filter(email=address).first() or User.objects.create(email=address, password=self.password)
            Person.objects.filter(pk=person.pk).update(user=user)
        return person

    def _agent(self, row: dict[str, Any]) -> None:
        agent, _new = Agent.objects.update_or_create(person=self._person(row), defaults={"role": row["role"]})
        self.agents[row["email"]] = agent

    def _team(self, row: dict[str, Any]) -> None:
        team, _new = Team.objects.get_or_create(name=row["name"])
        for email in row["agents"]:
            TeamMember.objects.update_or_create(team=team, agent=self._known("agent", self.agents, email),
                                                defaults={"is_lead": email in row.get("leads", [])})

    def _product(self, row: dict[str, Any]) -> None:
        product, _new = Product.objects.update_or_create(slug=row["slug"], defaults={
            k: row[k] for k in ("name", "aliases", "docs_url", "release_notes_url") if k in row})
        self.products[row["slug"]] = product
        for position, name in enumerate(row.get("versions", [])):
            ProductVersion.objects.update_or_create(product=product, name=name, defaults={
                "position": position, "release_notes_url": row.get("release_notes_url", "")})

    def _organization(self, row: dict[str, Any]) -> None:
        organization, _new = Organization.objects.update_or_create(
            name=row["name"], defaults={"time_zone": row.get("time_zone", "")},
            create_defaults={"time_zone": row.get("time_zone", ""), "created_at": self.at})
        for domain in row.get("domains", []):
            OrganizationDomain.objects.update_or_create(domain=domain, defaults={
                "organization": organization, "is_verified": True})
        for person in row["people"]:
            Membership.objects.update_or_create(person=self._person(person), organization=organization,
                                                defaults={"role": person.get("role", "member")})
        contracts = {c["reference"]: self._contract(organization, c) for c in row.get("contracts", [])}
        for project in row.get("projects", []):
            product = self._known("product", self.products, project["product"]) if "product" in project else None
            Project.objects.update_or_create(organization=organization, name=project["name"], defaults={
                "contract": self._known("contract", contracts, project["contract"]), "product": product,
                "url": project.get("url", ""), "is_active": project.get("is_active", True)},
                create_defaults={"contract": contracts[project["contract"]], "product": product,
                                 "url": project.get("url", ""), "is_active": project.get("is_active", True),
                                 "created_at": self.at})

    def _contract(self, organization: Organization, row: dict[str, Any]) -> Contract:
        people = {key: self._known("agent", self.agents, row[key]) if key in row else None
                  for key in ("sales_engineer", "success_manager")}
        contract, _new = Contract.objects.update_or_create(reference=row["reference"], defaults={
            "organization": organization, "plan": self._known("plan", self.plans, row["plan"]),
            "starts_on": row["starts_on"], "ends_on": row.get("ends_on"),
            "contact_method": row.get("contact_method", "email"), "contact_note": row.get("contact_note", ""),
            **people})
        for entitlement in row.get("entitlements", []):
            ContractEntitlement.objects.get_or_create(contract=contract, entitlement=entitlement)
        if "policy" in row:
            calendar = self._known("calendar", self.calendars, row["calendar"]) if "calendar" in row else None
            coverage, _new = Coverage.objects.update_or_create(
                contract=contract, effective_from=self._midnight(row["starts_on"]),
                defaults={"policy": self._known("policy", self.policies, row["policy"]), "calendar": calendar})
            if row.get("agreed") and coverage.agreement_id is None:  # what was agreed is immutable
                coverage.agreement = store_agreement(contract, [self._target(t) for t in row["agreed"]], by=None, at=self.at)
                coverage.save(update_fields=["agreement"])
        elif row.get("agreed"):
            raise TenantFileError(f"The contract {row['reference']} has agreed targets and no policy. Name its policy.")
        return contract


def _window(text: str) -> tuple[int, int]:
    start, _dash, end = text.replace("–", "-").partition("-")
    return minutes(start), minutes(end)
