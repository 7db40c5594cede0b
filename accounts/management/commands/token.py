from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.enums import TokenScope
from accounts.models import Tenant
from accounts.queries import person_by_email
from accounts.services.tokens import create_token
from accounts.tenancy import tenant_scope
from toolkit.clock import now
from toolkit.errors import DomainError


class Command(BaseCommand):
    """Makes an API token and shows it once."""

    help = "Make an API token: manage.py token TENANT EMAIL --scope tickets:read --scope tickets:write"
    requires_system_checks: list[str] = []  # setup_database has made them

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("tenant", help="the tenant's slug")
        parser.add_argument("email", help="whom the program acts as")
        parser.add_argument("--name", default="command line")
        parser.add_argument("--scope", action="append", choices=[s.value for s in TokenScope])

    def handle(self, *args: Any, **options: Any) -> None:
        tenant = Tenant.objects.filter(slug=options["tenant"]).first()
        if tenant is None:
            known = ", ".join(Tenant.objects.values_list("slug", flat=True))
            raise CommandError(f"There is no tenant {options['tenant']!r}. Known: {known}.")
        with tenant_scope(tenant):
            person = person_by_email(options["email"])
            if person is None:
                raise CommandError(f"Nobody at {tenant.name} has the address {options['email']}.")
            try:
                _token, secret = create_token(person=person, name=options["name"], by=person, at=now(),
                                              scopes=options["scope"] or ["tickets:read"])
            except DomainError as error:
                raise CommandError(error.message) from error
        self.stdout.write(secret)
