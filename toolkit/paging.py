"""Keyset pages: a page costs the same at row 50 and at row 500,000."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db.models import F, Q, QuerySet

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """Up to `size` rows and the cursor of the next page (empty when this is the last)."""

    rows: list[T]
    next_cursor: str
    has_previous: bool


def encode_cursor(values: list[Any]) -> str:
    """An opaque, URL-safe text for the sort values of a row."""
    plain = [v.isoformat() if isinstance(v, datetime) else v for v in values]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def decode_cursor(cursor: str, fields: int) -> list[Any] | None:
    """The sort values of a cursor, or None when the text is not one (the first page is shown then)."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        values = json.loads(base64.urlsafe_b64decode(padded.encode()))
    except (ValueError, binascii.Error, UnicodeError):
        return None
    if not isinstance(values, list) or len(values) != fields:
        return None
    if not all(v is None or (isinstance(v, (int, str)) and not isinstance(v, bool)) for v in values):
        return None
    return values


def keyset_page(rows: QuerySet[Any, T], *, order: list[str], cursor: str = "", size: int = 50) -> Page[T]:
    """A page of `rows` in `order` (names as for order_by; the last must be unique; nulls come last when ascending).

    A cursor that doesn't fit gives the first page.
    """
    names = [name.lstrip("-") for name in order]
    after = decode_cursor(cursor, len(order)) if cursor else None
    ordering = [F(n).desc(nulls_last=True) if o.startswith("-") else F(n).asc(nulls_last=True)
                for o, n in zip(order, names, strict=True)]
    selected = rows.order_by(*ordering)
    if after is not None:
        try:
            found = list(selected.filter(_beyond(order, names, after))[: size + 1])
        except (ValueError, TypeError, OverflowError):
            after, found = None, list(selected[: size + 1])
        except Exception as error:  # a cursor of another sort: a date where a number belongs
            if type(error).__name__ not in {"ValidationError", "DataError"}:
                raise
            after, found = None, list(selected[: size + 1])
    else:
        found = list(selected[: size + 1])
    more = len(found) > size
    found = found[:size]
    next_cursor = encode_cursor([_value(found[-1], n) for n in names]) if more else ""
    return Page(found, next_cursor, has_previous=after is not None)


def neighbour(rows: QuerySet[Any, T], row: Any, *, order: list[str], forward: bool = True) -> T | None:
    """The row that comes after (or before) one, in `order` as for `keyset_page`; it needn't be among `rows` itself."""
    names = [name.lstrip("-") for name in order]
    beyond = _beyond(order, names, [_value(row, n) for n in names])
    ordering = [F(n).desc(nulls_last=True) if o.startswith("-") else F(n).asc(nulls_last=True)
                for o, n in zip(order, names, strict=True)]
    if forward:
        return rows.filter(beyond).order_by(*ordering).first()
    return rows.exclude(beyond).exclude(pk=row.pk).order_by(*ordering).reverse().first()


def place_among(rows: QuerySet[Any, T], row: Any, *, order: list[str], most: int = 1000) -> tuple[int, int] | None:
    """(place, how many) of a row in `order`, both counted up to `most`; None when it isn't among them (3 queries)."""
    if not rows.filter(pk=row.pk).exists():
        return None
    names = [name.lstrip("-") for name in order]
    beyond = _beyond(order, names, [_value(row, n) for n in names])
    before = rows.exclude(beyond).exclude(pk=row.pk).order_by()[:most].count()
    return before + 1, rows.order_by()[: most + 1].count()


def _value(row: Any, name: str) -> Any:
    value: Any = row
    for part in name.split("__"):
        value = getattr(value, part)
    return value


def _beyond(order: list[str], names: list[str], values: list[Any]) -> Q:
    """Rows strictly after `values`: (a > x) or (a = x and b > y) …, with nulls last in either direction."""
    condition = Q(pk__in=[])
    equal = Q()
    for term, name, value in zip(order, names, values, strict=True):
        if value is None:
            equal &= Q(**{f"{name}__isnull": True})
            continue
        step = "lt" if term.startswith("-") else "gt"
        condition |= equal & (Q(**{f"{name}__{step}": value}) | Q(**{f"{name}__isnull": True}))
        equal &= Q(**{name: value})
    return condition
