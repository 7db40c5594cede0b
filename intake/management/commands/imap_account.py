from __future__ import annotations

import getpass
import os
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import Tenant
from accounts.services.audit import record_audit
from accounts.tenancy import tenant_scope
from intake.enums import ImapSecurity
from intake.models import ImapAccount, Mailbox
from toolkit.clock import now
from toolkit.sealing import seal


class Command(BaseCommand):
    """Connects a mailbox to an IMAP server, or changes how."""

    help = "Read a mailbox over IMAP. The password comes from IMAP_PASSWORD, else it is asked for."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("tenant")
        parser.add_argument("mailbox", help="address of a mailbox of the tenant")
        parser.add_argument("host")
        parser.add_argument("username")
        parser.add_argument("--port", type=int, default=993)
        parser.add_argument("--security", choices=[s.value for s in ImapSecurity], default=ImapSecurity.TLS.value)
        parser.add_argument("--folder", default="INBOX")
        parser.add_argument("--history", action="store_true", help="read what lies there already, too")
        parser.add_argument("--remove", action="store_true", help="delete on the server what is stored here")

    def handle(self, *args: Any, **options: Any) -> None:
        tenant = Tenant.objects.filter(slug=options["tenant"]).first()
        if tenant is None:
            raise CommandError(f"There is no tenant {options['tenant']!r}.")
        password = os.environ.get("IMAP_PASSWORD") or _asked()
        with tenant_scope(tenant):
            mailbox = Mailbox.objects.filter(address=options["mailbox"].lower()).first()
            if mailbox is None:
                raise CommandError(f"{tenant} has no mailbox {options['mailbox']}.")
            named = {"host": options["host"], "username": options["username"], "folder": options["folder"]}
            account, fresh = ImapAccount.objects.update_or_create(
                **named,
                defaults={"mailbox": mailbox, "port": options["port"], "security": options["security"],
                          "secret": seal(password, owner=ImapAccount(**named).seal_owner),
                          "takes_history": options["history"], "removes": options["remove"],
                          "is_active": True, "next_at": now(), "last_error": ""})
            record_audit(by=None, action=f"imap_account.{'created' if fresh else 'changed'}", subject=account, at=now())
        self.stdout.write(f"{account} is read into {mailbox}, which is {mailbox.state}")


def _asked() -> str:
    return getpass.getpass() if sys.stdin.isatty() else sys.stdin.readline().strip()
