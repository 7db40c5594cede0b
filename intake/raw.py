"""The raw bytes of a mail on their way into Postgres and out of it.

A large one goes as bytes, by COPY, and comes back in pieces: spelled out as a literal of a statement, 50 MB take seconds
and half a gigabyte of memory.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from intake.models import InboundMessage

# What stands in place of a mail whose words were redacted.
GONE = b"Subject: redacted\r\n\r\nThis mail was taken out for good. The ticket says by whom and why.\r\n"
LARGE = 1024 * 1024
_READ, _WRITTEN = 4 * 1024 * 1024, 256 * 1024
_BEGIN, _END = b"PGCOPY\n\xff\r\n\0" + bytes(8), struct.pack(">h", -1)  # COPY's binary form: one row of one column
_PIECE = "SELECT substring(raw FROM %s FOR %s) FROM intake_inboundmessage WHERE tenant_id = %s AND id = %s"


def raw_of(row: InboundMessage) -> bytes:
    """The message as it arrived; asked for in pieces where the row was read without it."""
    here = row.__dict__.get("raw")
    if here is not None:
        return bytes(here)
    pieces = []
    with connection.cursor() as cursor:
        for start in range(1, row.size + 1, _READ):
            cursor.execute(_PIECE, [start, _READ, row.tenant_id, row.pk])
            pieces.append(bytes(cursor.fetchone()[0]))
    return b"".join(pieces)


def is_gone(row: InboundMessage) -> bool:
    """Was it redacted: then there is nothing left to read."""
    return row.size == len(GONE) and raw_of(row) == GONE


@contextmanager
def as_value(raw: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """How a statement inside names the bytes: an SQL expression and its parameters.

    Those of a large mail lie in a table of this transaction, which goes with it and is never written ahead.
    """
    if len(raw) < LARGE:
        yield "%s", [raw]
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE arriving_mail (raw bytea STORAGE EXTERNAL) ON COMMIT DROP")
        cursor.copy_expert("COPY pg_temp.arriving_mail FROM STDIN (FORMAT binary)", _Copied(raw), _WRITTEN)
        yield "(SELECT raw FROM pg_temp.arriving_mail)", []
        cursor.execute("DROP TABLE pg_temp.arriving_mail")


class _Copied:
    """What COPY reads, as a file: the bytes between a head and a tail."""

    def __init__(self, raw: bytes) -> None:
        self._pieces = self._cut(memoryview(raw))

    def read(self, _size: int) -> bytes:
        """The next piece, of at most `_WRITTEN` bytes, as asked for."""
        return next(self._pieces, b"")

    @staticmethod
    def _cut(raw: memoryview) -> Iterator[bytes]:
        yield _BEGIN + struct.pack(">hi", 1, len(raw))
        for start in range(0, len(raw), _WRITTEN):
            yield raw[start:start + _WRITTEN].tobytes()
        yield _END
