from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import Tenant
from accounts.tenancy import tenant_scope
from intake.queries import ledger


class Command(BaseCommand):
    """Shows that no mail was lost."""

    help = "`intake ledger TENANT`: received = ticket + comment + quarantine + ignored (+ waiting), per mailbox and day."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["ledger"])
        parser.add_argument("tenant")

    def handle(self, *args: Any, **options: Any) -> None:
        tenant = Tenant.objects.filter(slug=options["tenant"]).first()
        if tenant is None:
            raise CommandError(f"There is no tenant {options['tenant']!r}.")
        with tenant_scope(tenant):
            lines = ledger(ZoneInfo(tenant.time_zone))
        for line in lines:
            self.stdout.write(
                f"{line.day} {line.mailbox}: {line.received} received = {line.ticket} ticket + {line.comment} comment + "
                f"{line.quarantine} quarantine + {line.ignored} ignored + {line.waiting} waiting"
                f"{'' if line.is_balanced else '  DOES NOT BALANCE'}")
        if not all(line.is_balanced for line in lines):
            raise CommandError("The ledger doesn’t balance.")
        self.stdout.write(f"{sum(line.received for line in lines)} messages, balanced")
