"""Out of the queue for a while. A snooze never outlives a word of the customer or a deadline that comes near."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import connection
from django.utils.translation import gettext as _

from accounts.members import Member
from accounts.tenancy import tenant_scope
from tickets.enums import AuthorKind, EventKind, Snooze, StepKind
from tickets.events import record
from tickets.models import Ticket, UndoStep
from tickets.rules import require_work
from tickets.services.locking import lock, save
from tickets.services.steps import remember_step
from toolkit.errors import DomainError


def snooze(ticket: Ticket, *, until: datetime | None, by: Member, at: datetime) -> UndoStep:
    """Take a ticket out of the queue until a moment, or (None) until the customer writes. Its clocks go on."""
    require_work(by)
    if until is not None and until <= at:
        raise DomainError(_("Choose a moment that is still to come."), field="until")
    lock(ticket)
    if not ticket.is_active:
        raise DomainError(_("It is out of the queue already."), field="until")
    ticket.snooze, ticket.snoozed_until = Snooze.TIME if until else Snooze.REPLY, until
    save(ticket, ["snooze", "snoozed_until"], at=at)
    record(ticket, EventKind.SNOOZED, at=at, by=by.person, actor_kind=AuthorKind.STAFF,
           until=until.isoformat() if until else None)
    return remember_step(ticket, StepKind.SNOOZE, _("Snoozed"), {}, by=by, at=at)


def wake_up(ticket: Ticket, *, by: Member | None, at: datetime, reason: str) -> None:
    """Back into the queue. Nothing happens to a ticket that is there."""
    lock(ticket)
    if not ticket.snooze:
        return
    ticket.snooze, ticket.snoozed_until = Snooze.NONE, None
    save(ticket, ["snooze", "snoozed_until"], at=at)
    record(ticket, EventKind.WOKEN, at=at, by=by.person if by else None, reason=reason,
           actor_kind=AuthorKind.STAFF if by else AuthorKind.SYSTEM)


def wake_all(ticket_ids: Iterable[int], *, at: datetime, reason: str) -> None:
    """Wake those of the tickets that are snoozed (1 query when none is)."""
    for ticket in Ticket.objects.filter(pk__in=list(ticket_ids)).exclude(snooze=Snooze.NONE).order_by("pk"):
        wake_up(ticket, by=None, at=at, reason=reason)


def wake_due(*, now: datetime, most: int = 100) -> int:
    """Wake the tickets of any tenant whose time has come. Returns how many were due."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenant_id, id FROM due_snoozes(%s)", [most])
        due = cursor.fetchall()
    for tenant_id, ticket_id in due:
        with tenant_scope(tenant_id):
            wake_all([ticket_id], at=now, reason="The time is over")
    return len(due)


def undo_snooze(step: UndoStep, ticket: Ticket, by: Member, at: datetime) -> None:
    """Back into the queue at once."""
    wake_up(ticket, by=by, at=at, reason="Undone")
