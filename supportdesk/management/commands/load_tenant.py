from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from supportdesk.reference.loader import load_tenant
from supportdesk.reference.schema import TenantFileError, read_tenant_file
from toolkit.clock import now


class Command(BaseCommand):
    """Makes or updates a tenant from its file."""

    help = "Load a tenant's configuration from a TOML file (see supportdesk/reference/data for examples)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with transaction.atomic():
                tenant = load_tenant(read_tenant_file(options["file"]), at=now())
        except TenantFileError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{tenant.name} is loaded")
