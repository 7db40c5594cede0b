from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from accounts.models import Agent, Membership, Tenant
from accounts.tenancy import tenant_scope
from supportdesk.reference.demo import DEMO_OPERATOR, demo_password


class Command(BaseCommand):
    """Who can sign in on a trial."""

    help = "List the demo logins of a trial installation."
    requires_system_checks: list[str] = []  # setup_database has made them

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", dest="as_json")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, **options: Any) -> None:
        rows = demo_logins(options["port"]) if settings.LOCAL else []
        if options["as_json"]:
            self.stdout.write(json.dumps(rows))
            return
        for row in rows:
            self.stdout.write(f"{row['address']}  {row['role']}  {row['email']}  {row['password']}")


def demo_logins(port: int) -> list[dict[str, str]]:
    """tenant, address, role, email and password of each login, tenant by tenant, staff first; the operator last."""
    found = []
    for tenant in Tenant.objects.prefetch_related("domains").order_by("slug"):
        host = next(iter(tenant.domains.all())).host
        with tenant_scope(tenant):
            people = [(a.person.user.email, a.role) for a in Agent.objects.select_related("person__user").filter(
                person__user__isnull=False).order_by("id")]
            people += [(m.person.user.email, f"customer {m.role}") for m in Membership.objects.select_related(
                "person__user").filter(person__user__isnull=False).order_by("id")]
        found += [{"tenant": tenant.slug, "address": f"http://{host}:{port}", "role": role, "email": email,
                   "password": demo_password()} for email, role in people]
    return [*found, {"tenant": "", "address": f"http://{settings.OPERATOR_HOST}:{port}", "role": "operator",
                     "email": DEMO_OPERATOR, "password": demo_password()}]
