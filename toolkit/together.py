"""Rows that go to Postgres together: one round trip for what a service writes, instead of one a table.

Inside `together()`, `insert` keeps rows back until the next statement of any kind, or the end. So whoever reads finds
them, in their order, and a row that still waits can be completed without an UPDATE. Everything stays in the caller's
transaction; what Postgres refuses is raised where the rows are sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

from django.db import connection, models, transaction

_DRAW = "SELECT nextval(%s) FROM generate_series(1, %s)"


class _Waiting:
    """What is kept back: rows in their order, and statements that follow them."""

    def __init__(self) -> None:
        self.parts: list[tuple[models.Model, bool] | tuple[str, Sequence[Any]]] = []

    def send(self) -> None:
        """Send all of it as one text; Postgres takes it apart and does one after the other."""
        if not self.parts:
            return
        parts, self.parts = self.parts, []
        texts: list[str] = []
        values: list[Any] = []
        for text, bound in _statements(parts):
            texts.append(text)
            values += bound
        with connection.cursor() as cursor:
            cursor.execute(";\n".join(texts), values)
        for part in parts:
            if isinstance(part[0], models.Model):
                _is_stored(part[0])

    def before(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        """Django's hook around each statement: what waits goes first, except where its savepoint is given up."""
        if self.parts and sql is not _DRAW:
            if str(sql).startswith("ROLLBACK TO"):
                self.parts.clear()
            else:
                self.send()
        return execute(sql, params, many, context)


_waiting: ContextVar[_Waiting | None] = ContextVar("waiting", default=None)


@contextmanager
def together() -> Iterator[None]:
    """Send the rows inserted inside with as few round trips as reads between them allow. Blocks nest."""
    if _waiting.get() is not None:
        yield
        return
    waiting = _Waiting()
    token = _waiting.set(waiting)
    try:
        with connection.execute_wrapper(waiting.before):
            yield
            waiting.send()
    except BaseException:
        if waiting.parts and connection.in_atomic_block:  # half of a change must not be committed by whoever catches it
            transaction.set_rollback(True)
        raise
    finally:
        _waiting.reset(token)


def insert(*rows: models.Model, or_leave: bool = False) -> None:
    """Insert rows, those that others refer to with an id of `draw_ids`. With `or_leave`, one that a unique key forbids is
    left out.
    """
    with together():
        _kept().parts += [(row, or_leave) for row in rows]


def insert_for_id(row: models.Model) -> None:
    """Insert one row at once, after those that wait, and give it the id that Postgres draws (1 query)."""
    text, values = _insert([row], or_leave=False)
    with connection.cursor() as cursor:
        cursor.execute(f"{text} RETURNING id", values)
        (row.pk,) = cursor.fetchone()
    _is_stored(row)


def then(sql: str, params: Sequence[Any]) -> None:
    """Run a statement whose result nobody needs after the rows that wait."""
    with together():
        _kept().parts.append((sql, params))


def update(row: models.Model, *names: str) -> None:
    """Write these fields (by their attribute's name, `x_id`) of a tenant's stored row, after the rows that wait."""
    text, fields = _change(type(row), names)
    then(text, [*(f.get_db_prep_save(getattr(row, f.attname), connection) for f in fields),
                getattr(row, "tenant_id"), row.pk])  # noqa: B009 -- a tenant's row has it


def waits(row: models.Model) -> bool:
    """Is the row still to be sent: what is set on it now will be written with it."""
    waiting = _waiting.get()
    return waiting is not None and any(part[0] is row for part in waiting.parts)


def draw_ids(rows: Sequence[models.Model]) -> None:
    """Give new rows of one table their ids (1 query)."""
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_DRAW, [id_sequence(type(rows[0])), len(rows)])
            for row, (pk,) in zip(rows, cursor.fetchall(), strict=True):
                row.pk = pk


def id_sequence(model: type[models.Model]) -> str:
    """The name of the sequence that a table's ids come from."""
    return f"{model._meta.db_table}_id_seq"


def _is_stored(row: models.Model) -> None:
    row._state.adding, row._state.db = False, connection.alias


def _kept() -> _Waiting:
    waiting = _waiting.get()
    assert waiting is not None  # noqa: S101 -- asked inside together() only
    return waiting


def _statements(parts: Sequence[Any]) -> Iterator[tuple[str, list[Any]]]:
    """Neighbouring rows of one table become one INSERT."""
    at = 0
    while at < len(parts):
        first, kind = parts[at]
        if not isinstance(first, models.Model):
            yield first, list(kind)
            at += 1
            continue
        end = at + 1
        while end < len(parts) and type(parts[end][0]) is type(first) and parts[end][1] == kind and (
                (parts[end][0].pk is None) == (first.pk is None)):
            end += 1
        yield _insert([row for row, _kind in parts[at:end]], or_leave=kind)
        at = end


def _insert(rows: Sequence[models.Model], *, or_leave: bool) -> tuple[str, list[Any]]:
    head, one, fields = _shape(type(rows[0]), rows[0].pk is not None)
    values = [field.get_db_prep_save(field.pre_save(row, True), connection) for row in rows for field in fields]
    return f"{head}{', '.join([one] * len(rows))}{' ON CONFLICT DO NOTHING' if or_leave else ''}", values


@cache
def _change(model: type[models.Model], names: tuple[str, ...]) -> tuple[str, list[models.Field[Any, Any]]]:
    known = {f.attname: f for f in model._meta.local_concrete_fields}
    fields = [known[name] for name in names]
    columns = ", ".join(f'"{f.column}" = %s' for f in fields)
    return f'UPDATE "{model._meta.db_table}" SET {columns} WHERE tenant_id = %s AND id = %s', fields  # noqa: S608 -- our own


@cache
def _shape(model: type[models.Model], has_id: bool) -> tuple[str, str, list[models.Field[Any, Any]]]:
    fields = [f for f in model._meta.local_concrete_fields if has_id or not f.primary_key]
    columns = ", ".join(f'"{f.column}"' for f in fields)
    head = f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES '  # noqa: S608 -- names of our own models
    return head, f"({', '.join(['%s'] * len(fields))})", fields
