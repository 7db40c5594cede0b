from __future__ import annotations

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from intake.services.receiving import NobodyReadsError, receive_mail
from toolkit.clock import now

# What mail servers understand (sysexits.h).
_BAD_DATA, _NO_USER, _TRY_AGAIN = 65, 67, 75


class Command(BaseCommand):
    """Keeps one raw mail from standard input: for pipes of mail servers, and to read a saved mail again."""

    help = "Keep a raw mail: `manage.py receive_mail [--to ADDRESS] [--from ADDRESS] < raw`."
    requires_system_checks: list[str] = []  # setup_database has made them

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", action="append", default=[], help="envelope recipient; else the headers tell")
        parser.add_argument("--from", dest="sender", help="envelope sender; else Return-Path or From tells")

    def handle(self, *args: Any, **options: Any) -> None:
        most = settings.MAX_MAIL_BYTES
        raw = sys.stdin.buffer.read(most + 1)
        if len(raw) > most:
            raise CommandError(f"Larger than {most // 1_048_576} MB.", returncode=_BAD_DATA)
        try:
            ids = receive_mail(raw, at=now(), rcpt_tos=options["to"], mail_from=options["sender"])
        except NobodyReadsError as error:
            raise CommandError(error.message, returncode=_NO_USER) from error
        except DatabaseError as error:
            raise CommandError(f"Could not be stored now: {error}", returncode=_TRY_AGAIN) from error
        self.stdout.write("kept as " + ", ".join(str(pk) for pk in ids))
