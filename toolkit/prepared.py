"""Reads that a page does each time it is opened, planned once a connection: seven joined tables take Postgres longer to
plan than to run.

Statements are prepared by name, so a pooler between must keep a client on one connection (session mode).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection

_KNOWN = "supportdesk_prepared"


class Prepared:
    """A statement with $1, $2 … of these types. List its columns: one with `*` breaks when a table gets another.

    `name` tells it apart from all others.
    """

    def __init__(self, name: str, types: str, sql: str) -> None:
        self._name, self._sql = name, f"PREPARE {name} ({types}) AS {sql}"
        self._execute = f"EXECUTE {name} ({', '.join('%s' for _type in types.split(','))})"

    def _call(self) -> str:
        """The statement that runs it, with a %s for each value. Prepares it where this connection doesn't know it yet."""
        connection.ensure_connection()
        raw = connection.connection
        known: set[str]
        of, known = getattr(connection, _KNOWN, (None, set()))
        if of is not raw:
            known = set()
            setattr(connection, _KNOWN, (raw, known))
        if self._name not in known:
            with raw.cursor() as cursor:
                cursor.execute(self._sql)
            known.add(self._name)
        return self._execute

    def rows(self, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Run it and fetch all (1 query)."""
        with connection.cursor() as cursor:
            cursor.execute(self._call(), values)
            return list(cursor.fetchall())
