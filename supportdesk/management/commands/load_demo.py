from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.models import User
from accounts.tenancy import tenant_scope
from supportdesk.management.commands.operator import make_operator
from supportdesk.reference.demo import DATA, DEMO_OPERATOR, demo_password
from supportdesk.reference.history import load_history
from supportdesk.reference.loader import load_tenant
from supportdesk.reference.schema import read_tenant_file
from tickets.models import Ticket
from toolkit.clock import now


class Command(BaseCommand):
    """The four reference tenants with believable tickets, for a trial."""

    help = "Load the reference tenants and their demo tickets (trial installations only)."
    requires_system_checks: list[str] = []  # setup_database has made them

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.LOCAL:
            raise CommandError("Demo data has well-known passwords, so it is only loaded with SUPPORTDESK_LOCAL=1.")
        at = now()
        if not User.objects.filter(email=DEMO_OPERATOR).exists():
            make_operator(DEMO_OPERATOR, demo_password())
        for path in sorted(DATA.glob("*.toml")):
            with transaction.atomic():
                tenant = load_tenant(read_tenant_file(path), at=at, password=demo_password())
                with tenant_scope(tenant, reading=True):  # its settings stand
                    if not Ticket.objects.exists():
                        count = load_history(tenant, at=at)
                        self.stdout.write(f"{tenant.name}: {count} tickets")


