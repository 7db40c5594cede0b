from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import HookToken, Tenant
from accounts.services.hooks import create_hook, revoke_hook
from accounts.tenancy import tenant_scope
from toolkit.clock import now


class Command(BaseCommand):
    """Makes the key by which a telephone system tells of calls, and shows its secret once."""

    help = "Make (or --revoke ID) a telephone system's key: manage.py telephony_token TENANT --name 'Front desk'"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("tenant", help="the tenant's slug")
        parser.add_argument("--name", default="telephone system")
        parser.add_argument("--revoke", type=int, metavar="ID", help="end this key instead")

    def handle(self, *args: Any, **options: Any) -> None:
        tenant = Tenant.objects.filter(slug=options["tenant"]).first()
        if tenant is None:
            known = ", ".join(Tenant.objects.values_list("slug", flat=True))
            raise CommandError(f"There is no tenant {options['tenant']!r}. Known: {known}.")
        with tenant_scope(tenant):
            if options["revoke"]:
                self._revoke(options["revoke"])
                return
            hook, secret = create_hook(name=options["name"], by=None, at=now())
        self.stdout.write(f"address: /hooks/telephony/{hook.pk}")
        self.stdout.write(f"secret: {secret}")

    def _revoke(self, token_id: int) -> None:
        hook = HookToken.objects.filter(pk=token_id).first()
        if hook is None:
            raise CommandError(f"There is no key {token_id} here.")
        revoke_hook(hook, by=None, at=now())
        self.stdout.write(f"key {token_id} is revoked")
