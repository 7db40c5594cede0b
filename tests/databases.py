"""Databases for tests: migrated once, then copied."""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import psycopg2

ROOT = Path(__file__).resolve().parents[1]
_TEMPLATE = "tests_template"
_TENANTS = ("from tests.conftest import NOON; from tests.factories.desk import make_desk\n"
            "for slug in ('acme', 'globex'): make_desk(slug, at=NOON)")


_NEXT_IDS = "SELECT setval(format('%%I.%%I', schemaname, sequencename), coalesce(last_value, 0) + %s) FROM pg_sequences"


def fresh_database(name: str, *, next_ids: int = 0) -> str:
    """Make the database anew, with acme and globex in it, as a copy of one that is made once a run. Gives its URL.

    New rows have ids beyond `next_ids`: processes that have known the database of before must not take them for its own.
    """
    with _one_at_a_time() as folder:
        _make_template(folder)
        _statements(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE}")
    url = _named(os.environ["DATABASE_URL"], name)
    if next_ids:
        link = psycopg2.connect(url)
        with link, link.cursor() as cursor:
            cursor.execute(_NEXT_IDS, [next_ids])
        link.close()
    return url


def begin_with_template() -> None:
    """Make what all databases are copied from while the tests are still being collected. Who needs one waits for it."""
    def make() -> None:
        with _one_at_a_time() as folder:
            _make_template(folder)

    Thread(target=make, daemon=True).start()


def _make_template(folder: Path) -> None:
    ready = folder / "template.ready"
    if ready.exists():
        return
    url = _named(os.environ["DATABASE_URL"], _TEMPLATE)
    _statements(f"DROP DATABASE IF EXISTS {_TEMPLATE} WITH (FORCE)", f"CREATE DATABASE {_TEMPLATE}")
    _tables(url)
    _manage(url, "app", "shell", "-v", "0", "-c", _TENANTS)
    ready.touch()


@contextmanager
def _one_at_a_time() -> Iterator[Path]:
    """Processes that make databases side by side take turns: roles belong to the whole server. Gives the run's folder."""
    folder = Path(os.environ["SUPPORTDESK_VAR"])
    with (folder / "setup.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield folder


def _tables(url: str) -> None:
    """Migrate. Against the embedded Postgres, what came out is kept until a migration changes: it takes a quarter minute."""
    programs = os.environ.get("POSTGRES_PROGRAMS")
    if not programs:
        _manage(url, "owner", "setup_database", "--migrate")
        return
    kept = ROOT / "var" / "tests" / f"{_digest()}.dump"
    if kept.exists():
        _manage(url, "owner", "setup_database")
        subprocess.run([f"{programs}/pg_restore", "--exit-on-error", "--dbname", url, kept], check=True)
        return
    _manage(url, "owner", "setup_database", "--migrate")
    kept.parent.mkdir(parents=True, exist_ok=True)
    for old in kept.parent.glob("*.dump"):
        old.unlink()
    part = kept.with_suffix(".part")
    subprocess.run([f"{programs}/pg_dump", "--format=custom", "--file", part, url], check=True)
    part.rename(kept)


def _digest() -> str:
    """Changes with all that migrating depends on."""
    found = hashlib.sha256()
    beside = [ROOT / path for path in ("accounts/walls.py", "accounts/tenancy.py", "toolkit/migrating.py",
                                       "supportdesk/management/commands/setup_database.py")]
    for path in sorted([*ROOT.glob("*/migrations/*.py"), *ROOT.glob("requirements*.txt"), *beside]):
        found.update(path.name.encode() + path.read_bytes())
    return found.hexdigest()[:16]


def _manage(url: str, role: str, *command: str) -> None:
    environment = {**os.environ, "DATABASE_URL": url, "DATABASE_ROLE": role, "SUPPORTDESK_NO_BOOTSTRAP": "1",
                   "DJANGO_SETTINGS_MODULE": "supportdesk.settings"}
    subprocess.run([sys.executable, str(ROOT / "manage.py"), *command], env=environment, cwd=ROOT, check=True,
                   stdout=subprocess.DEVNULL)


def _statements(*statements: str) -> None:
    """Run statements beside the test databases, as the owner."""
    link = psycopg2.connect(os.environ["DATABASE_URL"])
    link.autocommit = True
    with link.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    link.close()


def _named(url: str, name: str) -> str:
    return urlsplit(url)._replace(path=f"/{name}").geturl()
