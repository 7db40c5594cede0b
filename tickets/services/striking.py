"""Taking words out of rows, whatever holds them: text, lists, JSON."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models import QuerySet

from accounts.models import AuditEvent

MARK = "█████"
_TAG = re.compile(r"<[^>]*>")


def struck(value: Any, words: str) -> Any:
    """A value without the words: text, or what lies at any depth of a list or an object (its names stay)."""
    if isinstance(value, str):
        return value.replace(words, MARK)
    if isinstance(value, list):
        return [struck(item, words) for item in value]
    if isinstance(value, dict):
        return {name: struck(item, words) for name, item in value.items()}
    return value


def struck_html(page: str, words: str) -> str:
    """A page without the words, also as HTML spells them; none at all where tags stand between their letters."""
    page = page.replace(html.escape(words), MARK).replace(html.escape(words, quote=False), MARK).replace(words, MARK)
    return "" if words in html.unescape(_TAG.sub("", page)) else page


def strike(row: models.Model, fields: Iterable[str], words: str) -> list[str]:
    """Take the words out of some fields of a row. Returns those in which they stood."""
    touched = {}
    for name in fields:
        before = getattr(row, name)
        after = struck_html(before, words) if name == "html" else struck(before, words)
        if after != before:
            touched[name] = _fitting(row._meta.get_field(name), after)
            setattr(row, name, touched[name])
    if touched:
        type(row)._default_manager.filter(pk=row.pk).update(**touched)
    return list(touched)


def strike_all(rows: Iterable[models.Model], fields: Iterable[str], words: str) -> Counter[int]:
    """Take the words out of some fields of several tickets' rows. Returns in how many rows of each ticket they stood."""
    names = tuple(fields)
    return Counter(row.ticket_id for row in rows if strike(row, names, words))  # type: ignore[attr-defined]


def strike_audit(rows: QuerySet[AuditEvent], words: str) -> int:
    """Take the words out of what the audit trail says of some rows: a function of the database does it, and only where the
    entry is about something of a ticket, or about a search whose result was carried out.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT redact_audit(%s, %s)", [list(rows.values_list("pk", flat=True)), words])
        return int(cursor.fetchone()[0])


def _fitting(field: Any, value: Any) -> Any:
    """The mark may be longer than the words: what no longer fits into the column is cut."""
    if isinstance(field, ArrayField) and isinstance(value, list):
        return [_fitting(field.base_field, item) for item in value]
    most = getattr(field, "max_length", None)
    return value[:most] if most and isinstance(value, str) else value
