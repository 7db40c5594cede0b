"""Every test runs as the app's own database role, under row-level security, against a real Postgres."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Any

import psycopg2
import pytest
from django.db import connection
from redis import Redis
from xdist.scheduler import LoadScopeScheduling

from accounts.models import Tenant
from accounts.tenancy import tenant_scope
from tests.databases import begin_with_template, fresh_database
from tests.factories.desk import Desk, make_desk, versions

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's loop runs in the tests' thread

GIVES_WAY = "gw2"  # the third test process
if os.environ.get("PYTEST_XDIST_WORKER") == GIVES_WAY:
    os.nice(10)

NOON = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)  # a Wednesday


class JourneysByFile(LoadScopeScheduling):  # type: ignore[misc]
    """Journeys of one file share an installation, so one process walks them; any other test goes where there is room.

    Whoever walks a journey waits for half of the time. The third process fills these gaps with tests that need no installation.
    """

    def _split_scope(self, nodeid: str) -> str:
        return nodeid.partition("::")[0] if nodeid.startswith("tests/journeys/") else nodeid

    def _assign_work_unit(self, node: Any) -> None:
        if node.gateway.id == GIVES_WAY:
            small = (scope for scope in self.workqueue if not scope.startswith(("tests/journeys/", "tests/launcher/")))
            if not (scope := next(small, "")):
                node.shutdown()
                return
            self.workqueue.move_to_end(scope, last=False)
        super()._assign_work_unit(node)


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("numprocesses") and not hasattr(config, "workerinput"):
        begin_with_template()


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> JourneysByFile:
    return JourneysByFile(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest test isn't left for the end, when only one process has still something to do."""
    items.sort(key=lambda item: not item.nodeid.startswith("tests/launcher/"))


def pytest_collection_finish() -> None:
    """What is loaded by now stays: to look through it again and again for rubbish takes a tenth of the tests' time."""
    gc.collect()
    gc.freeze()


@cache
def _redis() -> Redis:
    return Redis.from_url(os.environ["REDIS_URL"])


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any, worker_name: str) -> Iterator[None]:
    """A fresh database, entered as the app."""
    name = f"test_supportdesk_{worker_name}"
    url = fresh_database(name)
    link = psycopg2.connect(url)
    with link, link.cursor() as cursor:
        cursor.execute("GRANT TRUNCATE ON ALL TABLES IN SCHEMA public TO supportdesk_app")
    link.close()
    with django_db_blocker.unblock():
        connection.close()
        connection.settings_dict["NAME"] = name
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
    desk = existing_desk("acme")
    with tenant_scope(desk.tenant):
        yield desk


@pytest.fixture
def globex(db: None) -> Desk:
    """Another tenant: nothing of it may ever show up at acme's."""
    return existing_desk("globex")


def existing_desk(slug: str) -> Desk:
    """The tenant that was made with the database, or a new one after a test that emptied it.

    What earlier tests changed was rolled back, so versions of the settings must not come twice: processes remember them.
    """
    if not Tenant.objects.filter(slug=slug).update(settings_version=next(versions)):
        return make_desk(slug, at=NOON)
    return Desk(Tenant.objects.get(slug=slug))


@pytest.fixture
def now() -> datetime:
    """Wednesday 18 November 2026, 12:00 UTC."""
    return NOON


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    """Neither hosts (kept for half a minute) nor counters and signs in Redis go from test to test."""
    from accounts.middleware import forget_hosts
    from sla import catalogue

    forget_hosts()
    catalogue._policies.clear()  # tests take published versions back and change them
    _redis().flushdb()


@pytest.fixture
def tenants(db: None) -> Any:
    """All tenants."""
    return Tenant.objects
