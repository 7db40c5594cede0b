from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from psycopg2 import sql

from accounts.walls import APP_ROLE, SEARCH_ROLE, WORKER_ROLE
from supportdesk.env import app_database_password


class Command(BaseCommand):
    """Makes the database's roles and what they may do; safe to run again."""

    help = "Create the database roles (run as the owner, before migrate)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--migrate", action="store_true", help="then bring the tables up to date")

    def handle(self, *args: Any, **options: Any) -> None:
        prepare_database(app_database_password(settings.SECRET_KEY))
        if options["verbosity"]:
            self.stdout.write("roles are in place")
        if options["migrate"]:
            _migrate()


def _migrate() -> None:
    """Bring the tables up to date. Columns and indexes that are new have no statistics yet, and bad plans until they do.
    An empty table stays without: Postgres would plan as if it stayed empty, and connections keep such plans.

    Raises CommandError for tables that are older than the oldest migration.
    """
    executor = MigrationExecutor(connection)
    if executor.loader.detect_conflicts():
        raise CommandError("This database is older than the oldest version that can be brought up to date from here. Nothing "
                           "was changed. See “Updating” in docs/operations.md.")
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return
    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' "
                       "AND relnamespace = 'public'::regnamespace AND pg_relation_size(oid) > 0")
        cursor.execute(f"ANALYZE {', '.join(name for (name,) in cursor.fetchall())}")


def prepare_database(app_password: str) -> None:
    """Roles are of the whole server, grants of this database. The app's role can't bypass row-level security."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(7330601)")
        cursor.execute("SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)", [[APP_ROLE, WORKER_ROLE, SEARCH_ROLE]])
        present = {row[0] for row in cursor.fetchall()}
        for role in (WORKER_ROLE, SEARCH_ROLE):
            if role not in present:
                cursor.execute(f"CREATE ROLE {role} NOLOGIN NOSUPERUSER NOBYPASSRLS")
        verb = "ALTER" if APP_ROLE in present else "CREATE"
        cursor.execute(sql.SQL(f"{verb} ROLE {APP_ROLE} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE "
                               "PASSWORD {}").format(sql.Literal(app_password)))
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if not cursor.fetchone()[0]:
            # An ordinary owner hands functions over to these roles, for which it must be a member of them.
            cursor.execute(f"GRANT {WORKER_ROLE}, {SEARCH_ROLE} TO CURRENT_USER WITH SET TRUE, INHERIT TRUE")
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {APP_ROLE}")
        # Owning a function in a schema takes CREATE on it.
        cursor.execute(f"GRANT USAGE, CREATE ON SCHEMA public TO {WORKER_ROLE}, {SEARCH_ROLE}")
        cursor.execute("ALTER DEFAULT PRIVILEGES IN SCHEMA public "
                       f"GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {APP_ROLE}")
        cursor.execute(f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {APP_ROLE}")
        cursor.execute("SELECT pg_advisory_unlock(7330601)")
