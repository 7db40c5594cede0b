from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

NAMES = ("queue", "ticket", "search", "open_ticket", "mail", "calendar", "timers", "whatif", "recompute", "live", "data")

_FILLED = "filled"


class Command(BaseCommand):
    """Measures against floors in the same run, on a database of a million tickets that it makes first."""

    help = "Run a benchmark on a database of a million tickets. `data` only makes the database."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", choices=NAMES)
        parser.add_argument("--tenants", type=int, default=200)
        parser.add_argument("--each", type=int, default=5_000, help="tickets of each tenant")
        parser.add_argument("--size", type=int, help="tickets to replay (whatif), timers that fall due (timers)")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.LOCAL:
            raise CommandError("Benchmarks make a database of their own, so they run on trial installations only.")
        if options["name"] in {"whatif", "live", "recompute"}:  # one makes the tickets that it replays, the other needs few
            options["tenants"], options["each"] = 1, 100
        if os.environ.get("SUPPORTDESK_BENCH") != "1":
            self._in_own_database(options)
            return
        if options["name"] == "data":
            from bench.data import fill

            fill(options["tenants"], options["each"], self.stderr.write)
            return
        settings.ROOT_URLCONF = "bench.urls"
        from bench import calendars, live, mail, opening, pages, recomputing, timers, whatif

        sized = {"size": options["size"]} if options["size"] else {}
        found: dict[str, Callable[..., None]] = {
            "calendar": calendars.additions, "timers": partial(timers.timers, **sized),
         "whatif": partial(whatif.whatif, **sized), "live": live.live, "recompute": recomputing.recomputing,
         "queue": pages.queue, "ticket": pages.ticket,
         "search": pages.search, "open_ticket": opening.open_tickets, "mail": mail.mails}
        found[options["name"]](self.stdout)

    def _in_own_database(self, options: dict[str, Any]) -> None:
        """Run the command again against the bench database, making and filling it when it isn't there."""
        if not os.environ.get("DATABASE_URL"):
            raise CommandError("Start the product first: python3 manage.py up --detach")
        name = f"bench_{options['tenants']}_{options['each']}"
        manage = [sys.executable, str(Path(settings.BASE_DIR) / "manage.py")]
        base = {**os.environ, "SUPPORTDESK_BENCH": "1", "SUPPORTDESK_NO_BOOTSTRAP": "1",
                "DATABASE_URL": os.environ["DATABASE_URL"].replace("/supportdesk?", f"/{name}?"),
                "REDIS_URL": _own_redis(os.environ["REDIS_URL"])}
        owner = {**base, "DATABASE_ROLE": "owner"}
        sizes = ["--tenants", str(options["tenants"]), "--each", str(options["each"])]
        is_new, began = self._create(name, os.environ["DATABASE_URL"]), time.monotonic()
        for command in (["setup_database", "--migrate", "-v", "0"], *([["bench", "data", *sizes]] if is_new else [])):
            if subprocess.run([*manage, *command], env=owner, check=False).returncode:
                if is_new:
                    self._drop(name, os.environ["DATABASE_URL"])
                raise CommandError("The bench database could not be made; the lines above say why.")
        if is_new:
            self._maintain(os.environ["DATABASE_URL"], f"COMMENT ON DATABASE \"{name}\" IS '{_FILLED}'")
            self.stderr.write(f"made {name} in {time.monotonic() - began:.0f} s")
        size = ["--size", str(options["size"])] if options["size"] else []
        if options["name"] != "data" and subprocess.run([*manage, "bench", options["name"], *sizes, *size], env=base,
                                                        check=False).returncode:
            raise CommandError("The benchmark failed; the lines above say why.")

    def _create(self, name: str, url: str) -> bool:
        """Make it, unless it is there and whole: one whose making was killed is made anew."""
        whole = "SELECT 1 FROM pg_database WHERE datname = %s AND shobj_description(oid, 'pg_database') = %s"
        if self._maintain(url, whole, [name, _FILLED]):
            return False
        self._drop(name, url)
        self._maintain(url, f'CREATE DATABASE "{name}"')
        return True

    def _drop(self, name: str, url: str) -> None:
        self._maintain(url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _maintain(self, url: str, sql: str, params: list[str] | None = None) -> bool:
        """Run a statement beside the databases, as the owner. Did it find a row?"""
        import psycopg2

        link = psycopg2.connect(url)
        link.autocommit = True
        try:
            with link.cursor() as cursor:
                cursor.execute(sql, params)
                return cursor.description is not None and cursor.fetchone() is not None
        finally:
            link.close()
            connection.close()


def _own_redis(url: str) -> str:
    """Another database of the same server: the installation's workers must not be woken by what is measured."""
    if url.startswith("unix:"):
        return f"{url.partition('?')[0]}?db=9"
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path="/9"))
