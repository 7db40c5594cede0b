"""Databases of earlier versions."""

from __future__ import annotations

import pytest
from django.core.management.base import CommandError
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from supportdesk.management.commands.setup_database import _migrate

EARLIER = {key for key, migration in MigrationLoader(None).disk_migrations.items() if migration.replaces}


def _applied(monkeypatch: pytest.MonkeyPatch, *, but: tuple[str, str] | None = None) -> None:
    loader = MigrationLoader(None)
    new = {key for key in loader.disk_migrations if key not in EARLIER}
    old = {name for key in EARLIER for name in loader.disk_migrations[key].replaces} - {but}
    monkeypatch.setattr(MigrationRecorder, "applied_migrations", lambda _self: dict.fromkeys(new | old))


@pytest.mark.django_db
def test_a_database_with_all_earlier_migrations_goes_on_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    _applied(monkeypatch)
    _migrate()


@pytest.mark.django_db
def test_a_database_with_some_of_them_is_refused_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    _applied(monkeypatch, but=("tickets", "0015_rating_score"))
    with pytest.raises(CommandError, match=r"Updating.*docs/operations.md"):
        _migrate()


@pytest.mark.django_db
def test_nothing_is_planned_as_if_an_empty_table_stayed_empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace "
                       "AND reltuples = 0")
        assert cursor.fetchall() == []
