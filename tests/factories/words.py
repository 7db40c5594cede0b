"""Words that must not stay, and where they still stand."""

from __future__ import annotations

from django.db import connection

SECRET = "hunter2-canary"


def places_of(words: str) -> set[str]:
    """The tables that hold words, as text or in bytes."""
    found = set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' "
                       "AND table_type = 'BASE TABLE'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT count(*) FROM "{table}" AS t WHERE t::text LIKE %s OR t::text LIKE %s',
                           [f"%{words}%", f"%{words.encode().hex()}%"])
            if cursor.fetchone()[0]:
                found.add(table)
    return found
