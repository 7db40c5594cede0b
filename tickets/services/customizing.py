"""Values of the tenant's own fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.members import Member
from tickets.enums import AuthorKind, EventKind, FieldKind
from tickets.events import record
from tickets.models import CustomField, Ticket
from tickets.rules import require_work
from tickets.services.locking import lock, save
from toolkit.errors import DomainError


def set_custom(ticket: Ticket, values: Mapping[str, str], *, by: Member, at: datetime) -> Ticket:
    """Set fields from what was typed, by their keys; empty takes a value away. Raises DomainError naming the field."""
    require_work(by)
    lock(ticket)
    before, after, changes = dict(ticket.custom), dict(ticket.custom), {}
    for field in CustomField.objects.filter(is_active=True, key__in=list(values)):
        value = _read(field, values[field.key].strip())
        if value is None:
            after.pop(field.key, None)
        else:
            after[field.key] = value
        if before.get(field.key) != after.get(field.key):
            changes[field.label] = [str(before.get(field.key, "")), str(after.get(field.key, ""))]
    if changes:
        ticket.custom = after
        save(ticket, ["custom"], at=at)
        record(ticket, EventKind.FIELDS_CHANGED, at=at, by=by.person, actor_kind=AuthorKind.STAFF, for_staff=True,
               changes=changes, environment=ticket.environment)
    return ticket


def _read(field: CustomField, text: str) -> Any:
    """The typed text as the field's kind of value; None when it is empty."""
    if field.kind == FieldKind.CHECKBOX:
        return True if text else None
    if not text:
        return None
    try:
        return _READERS[FieldKind(field.kind)](field, text)
    except (ValueError, InvalidOperation) as error:
        raise DomainError(f"{field.label}: {_HINTS[FieldKind(field.kind)]}", field=field.key) from error


def _number(_field: CustomField, text: str) -> str:
    value = Decimal(text.replace(",", "."))
    if not value.is_finite():
        raise ValueError(text)
    return format(value, "f")


def _choice(field: CustomField, text: str) -> str:
    if text not in field.options:
        raise ValueError(text)
    return text


_READERS: dict[FieldKind, Callable[[CustomField, str], str]] = {
    FieldKind.TEXT: lambda _field, text: text[:1000], FieldKind.NUMBER: _number, FieldKind.CHOICE: _choice,
    FieldKind.DATE: lambda _field, text: date.fromisoformat(text).isoformat()}
_HINTS = {FieldKind.TEXT: _("write a text"), FieldKind.NUMBER: _("write a number, such as 12.5"),
          FieldKind.CHOICE: _("choose one of the list"), FieldKind.DATE: _("write a date, such as 2026-11-30")}
