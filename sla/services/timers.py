"""What is due happens now: claimed, recorded and passed on in one transaction per batch, whatever tenants it is of."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection, transaction

from accounts.remembering import settings_stand
from accounts.tenancy import tenant_scope
from sla.enums import Action, Escalation
from sla.events import Fired, clocks_fired
from sla.models import SlaEvent
from sla.services.steps import ON_TICKETS, take_steps
from tickets.services.snoozing import wake_all
from toolkit.queue import hints_together


def fire_due(*, most: int = 500) -> int:
    """Claim up to `most` due timers of any tenant and tell the floors above. Returns how many actions were recorded.

    The database's clock decides what is due (`app_now`). Any number of workers may call this at once. A batch is claimed
    by one statement; only tenants whose tickets an escalation step changes, or that wake from a snooze, cost some more.
    """
    if not _any_due():
        return 0
    with hints_together(), transaction.atomic(), settings_stand():
        fired, snoozed = _claim(most)
        if fired:
            clocks_fired.send(sender=SlaEvent, fired=_work_on_tickets(fired, snoozed))
    return len(fired)


def _any_due() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT timers_are_due()")
        return bool(cursor.fetchone()[0])


def _claim(most: int) -> tuple[list[Fired], set[int]]:
    """What has just been recorded, and which of its tickets are snoozed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM claim_due_timers(%s)", [most])
        rows = cursor.fetchall()
    fired = [Fired(*row[:4], Action(row[4]), *row[5:8], Escalation(row[8]) if row[8] else None, *row[9:18])
             for row in rows]
    return fired, {row[1] for row in rows if row[18]}


def _work_on_tickets(fired: list[Fired], snoozed: set[int]) -> list[Fired]:
    """Escalation steps that change tickets, and the end of snoozes: few, so each in its tenant and by the ordinary
    services. Returns all that fired, with whoever answers for the tickets from now on.
    """
    busy = [f for f in fired if f.escalation in ON_TICKETS or f.ticket_id in snoozed]
    if not busy:
        return fired
    moved: dict[int, tuple[int | None, int | None]] = {}
    for tenant_id in sorted({f.tenant_id for f in busy}):
        with tenant_scope(tenant_id):
            own = [f for f in busy if f.tenant_id == tenant_id]
            moved |= take_steps(own)
            _wake(own, snoozed)
    return [f._replace(assignee_id=moved[f.ticket_id][0], team_id=moved[f.ticket_id][1]) if f.ticket_id in moved else f
            for f in fired]


def _wake(own: Sequence[Fired], snoozed: set[int]) -> None:
    ids = {f.ticket_id for f in own} & snoozed
    if ids:
        wake_all(ids, at=max(f.fired_at for f in own), reason="A deadline is near")
