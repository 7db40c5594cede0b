"""A new tenant after the pattern of a tenant's file: its terms and words, without its people, customers and tickets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.enums import AgentRole
from accounts.models import Tenant, TenantDomain, User
from accounts.services.audit import record_audit
from accounts.services.operating import record_operation
from accounts.services.staffing import add_staff
from accounts.tenancy import tenant_scope
from desk.invitations import welcome_staff
from supportdesk.reference.demo import DATA
from supportdesk.reference.loader import load_tenant
from supportdesk.reference.schema import TABLES, read_tenant_file
from toolkit.errors import DomainError

_TAKEN_OVER = ("priorities", "questions", "advice", "channels", "calendars", "policies", "plans", "phone_script", "views")


@dataclass(frozen=True)
class Founding:
    """What an operator says of a new tenant."""

    template: str
    slug: str
    name: str
    desk_name: str
    host: str
    mail_from: str
    language: str
    time_zone: str
    admin_name: str
    admin_email: str


@cache
def templates() -> dict[str, dict[str, Any]]:
    """The files that a tenant can be made after, by name."""
    return {path.stem: read_tenant_file(path) for path in sorted(DATA.glob("*.toml"))}


def template_words(name: str) -> str:
    """What a template brings, in a line."""
    data = templates()[name]
    return _("%(name)s: %(policies)s; %(plans)s") % {
        "name": data["tenant"]["name"], "policies": ", ".join(p["name"] for p in data["policies"]),
        "plans": ", ".join(p["name"] for p in data["plans"])}


def founding_data(wanted: Founding, *, at: datetime) -> dict[str, Any]:
    """The template's file as the new tenant's own. Its policies are in force from today."""
    template, today = templates()[wanted.template], at.astimezone(ZoneInfo(wanted.time_zone)).date()
    support = {"address": wanted.mail_from, "kind": "support"}
    security = {"address": f"security@{wanted.host}", "kind": "security"}
    has_security = any(row.get("kind") == "security" for row in template["mailboxes"])
    data: dict[str, Any] = {name: template[name] if name in _TAKEN_OVER else [] for name in TABLES}
    return data | {
        "tenant": {"slug": wanted.slug, "name": wanted.name, "desk_name": wanted.desk_name, "hosts": [wanted.host],
                   "mail_from": wanted.mail_from, "time_zone": wanted.time_zone, "language": wanted.language,
                   "signature": wanted.desk_name},
        "mailboxes": [support, security] if has_security else [support],
        "policies": [{**row, "effective_from": today, "reason": _("As founded")} for row in template["policies"]],
        "teams": [{"name": row["name"], "agents": []} for row in template["teams"]]}


def found_tenant(wanted: Founding, *, by: User, at: datetime) -> Tenant:
    """Make a tenant and mail its first admin a link. Raises DomainError where a name is taken.

    Everything but the tenant's own row and host is written inside its scope: the wall lets nothing else through.
    """
    if Tenant.objects.filter(slug=wanted.slug).exists():
        raise DomainError(_("There is a tenant with this name in addresses."), field="slug")
    labels = wanted.host.split(".")
    above = [".".join(labels[at:]) for at in range(len(labels))]
    if TenantDomain.objects.filter(Q(host__in=above) | Q(host__endswith=f".{wanted.host}")).exists():
        raise DomainError(_("This host leads to another tenant, or lies above or below one that does."), field="host")
    try:
        with transaction.atomic():
            with override(wanted.language):  # what is written down speaks the tenant's language, not the operator's
                data = founding_data(wanted, at=at)
            tenant = load_tenant(data, at=at)
            with tenant_scope(tenant):
                admin = add_staff(name=wanted.admin_name, email=wanted.admin_email, role=AgentRole.ADMIN, at=at)
                welcome_staff(admin, tenant=tenant, by=None, at=at)
                record_audit(by=None, action="tenant.founded", subject=tenant, at=at,
                             changes={"template": [None, wanted.template], "operator": [None, by.email]})
    except IntegrityError as error:
        raise DomainError(_("Another tenant takes mail at this address."), field="mail_from") from error
    record_operation(by=by, action="tenant.founded", at=at, slug=tenant.slug, changes={
        "template": [None, wanted.template], "host": [None, wanted.host], "admin": [None, wanted.admin_email]})
    return tenant
