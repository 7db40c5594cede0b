"""Model objects from hand-written SQL, for reads that are too frequent for the query builder."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, TypeVar

from django.db import connection, models

M = TypeVar("M", bound=models.Model)


def columns(model: type[models.Model], alias: str) -> str:
    """All columns of a model's table under an alias, in the order in which `objects` takes their values."""
    return ", ".join(f'{alias}."{field.column}"' for field in model._meta.concrete_fields)


def objects(model: type[M], rows: Iterable[Sequence[Any]]) -> list[M]:
    """The stored objects that rows of `columns` are."""
    return [model.from_db(connection.alias, _names(model), row) for row in rows]


@cache
def _names(model: type[models.Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]
