"""Model objects from hand-written SQL, for reads that are too frequent for the query builder."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any, TypeVar

from django.db import connection, models

M = TypeVar("M", bound=models.Model)


def columns(model: type[models.Model], alias: str) -> str:
    """All columns of a model's table under an alias, in the order in which `objects` takes their values."""
    return ", ".join(f'{alias}."{field.column}"' for field in model._meta.concrete_fields)


def objects(model: type[M], rows: Iterable[Sequence[Any]]) -> list[M]:
    """The stored objects that rows of `columns` are."""
    names, kept_as_text = _names(model)
    found = []
    for row in rows:
        values = list(row)
        for at, read in kept_as_text:
            values[at] = read(values[at], None, connection)
        found.append(model.from_db(connection.alias, names, values))
    return found


def beginning(model: type[M], row: Sequence[Any]) -> tuple[M, Sequence[Any]]:
    """The stored object whose `columns` a row begins with, and the values after them."""
    width = len(model._meta.concrete_fields)
    return objects(model, [row[:width]])[0], row[width:]


@cache
def _names(model: type[models.Model]) -> tuple[list[str], list[tuple[int, Callable[..., Any]]]]:
    """Of all fields, and how those are read that Postgres gives in another form, such as JSON."""
    fields = model._meta.concrete_fields
    return [f.attname for f in fields], [(at, f.from_db_value) for at, f in enumerate(fields) if hasattr(f, "from_db_value")]
