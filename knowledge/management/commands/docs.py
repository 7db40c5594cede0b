from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts.models import Tenant
from accounts.tenancy import tenant_scope
from knowledge.services import ImportReport, doc_set_for_import, import_folder
from toolkit.clock import now
from toolkit.errors import DomainError


class Command(BaseCommand):
    """Imports documentation from folders of Markdown or HTML."""

    help = "Import documentation: manage.py docs import TENANT FOLDER --set NAME [--product SLUG --version NAME]"

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        bring = actions.add_parser("import", help="bring a set in line with a folder; again changes nothing")
        bring.add_argument("tenant", help="the tenant's slug")
        bring.add_argument("folder", type=Path)
        bring.add_argument("--set", required=True, dest="set_name", help="the set's name")
        bring.add_argument("--product", default="", help="the product's slug or name")
        bring.add_argument("--version", default="", dest="of_version", help="one of its versions")
        bring.add_argument("--language", default="", help="of articles that name none, such as de")
        publicity = bring.add_mutually_exclusive_group()
        publicity.add_argument("--public", action="store_true", default=None, dest="is_public",
                               help="visitors may read it without signing in")
        publicity.add_argument("--private", action="store_false", default=None, dest="is_public")

    def handle(self, *args: Any, **options: Any) -> None:
        tenant = Tenant.objects.filter(slug=options["tenant"]).first()
        if tenant is None:
            known = ", ".join(Tenant.objects.values_list("slug", flat=True))
            raise CommandError(f"There is no tenant {options['tenant']!r}. Known: {known}.")
        try:
            with transaction.atomic(), tenant_scope(tenant):
                report = self._import(options)
        except DomainError as error:
            raise CommandError(error.message) from error
        for name, reason in report.refused:
            self.stderr.write(f"{name}: {reason}")
        self.stdout.write(str(report))
        if report.refused:
            raise CommandError(f"{len(report.refused)} files were not taken; everything else was.")

    def _import(self, options: dict[str, Any]) -> ImportReport:
        at = now()
        doc_set = doc_set_for_import(options["set_name"], product=options["product"], version=options["of_version"],
                                     language=options["language"], is_public=options["is_public"], by=None, at=at)
        return import_folder(doc_set, options["folder"], by=None, at=at)
