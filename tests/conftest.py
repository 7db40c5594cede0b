"""Every test runs as the app's own database role, under row-level security, against a real Postgres."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from accounts.models import Tenant
from accounts.tenancy import tenant_scope
from supportdesk.env import app_database_password
from tests.factories.desk import Desk, make_desk

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's loop runs in the tests' thread

NOON = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)  # a Wednesday


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Roles belong to the whole server: processes that make databases side by side take turns with their grants."""
    with (Path(os.environ["SUPPORTDESK_VAR"]) / "setup.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _maintenance(sql: str) -> None:
    """Run a statement beside the test database, as the owner."""
    connection.close()
    name = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = "postgres"
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = name


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any, worker_name: str) -> Iterator[None]:
    """A fresh database, migrated by the owner and then entered as the app."""
    values = connection.settings_dict
    app, name = dict(values), f"test_supportdesk_{worker_name}"
    with django_db_blocker.unblock():
        values |= {"USER": "supportdesk", "PASSWORD": "", "NAME": name}
        if os.environ.get("DATABASE_OWNER"):
            values["USER"] = os.environ["DATABASE_OWNER"]
        _maintenance(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        _maintenance(f"CREATE DATABASE {name}")
        with one_at_a_time():
            call_command("setup_database", verbosity=0)
            call_command("migrate", verbosity=0)
        with connection.cursor() as cursor:
            cursor.execute("GRANT TRUNCATE ON ALL TABLES IN SCHEMA public TO supportdesk_app")
        connection.close()
        values |= {"USER": app["USER"], "PASSWORD": app_database_password(settings.SECRET_KEY)}
    yield
    with django_db_blocker.unblock():
        connection.close()


@pytest.fixture(scope="session")
def worker_name() -> str:
    """Tells parallel test processes apart."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture
def acme(db: None) -> Iterator[Desk]:
    """The tenant that most tests live in, inside its scope."""
    desk = make_desk("acme", at=NOON)
    with tenant_scope(desk.tenant):
        yield desk


@pytest.fixture
def globex(db: None) -> Desk:
    """Another tenant: nothing of it may ever show up at acme's."""
    return make_desk("globex", at=NOON)


@pytest.fixture
def now() -> datetime:
    """Wednesday 18 November 2026, 12:00 UTC."""
    return NOON


@pytest.fixture(autouse=True)
def _forget_hosts() -> None:
    """Hosts are remembered for half a minute; tests make new tenants each time."""
    from accounts.middleware import forget_hosts

    forget_hosts()


@pytest.fixture
def tenants(db: None) -> Any:
    """All tenants."""
    return Tenant.objects
