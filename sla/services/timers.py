"""What is due happens now: claimed and recorded in one transaction per batch, whatever tenants it is of."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from django.db import connection, transaction

from accounts.tenancy import tenant_scope
from sla.enums import Escalation
from sla.services.steps import ON_TICKETS, Due, take_steps
from tickets.services.snoozing import wake_all
from toolkit.queue import hints_together
from toolkit.quiet import is_quiet


def record_due(*, most: int = 500) -> int:
    """Claim up to `most` due timers of any tenant and record their actions. Returns how many.

    The database's clock decides what is due (`app_now`). Any number of workers may call this at once. A batch is one
    statement; only tenants whose tickets an escalation step changes, or that wake from a snooze, cost some more. Who is
    told is found out after (`tell_recorded`), so that nothing there can hold up or undo what is on record.
    """
    if not _any_due():
        return 0
    with hints_together(), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT fired, fired_at, busy FROM claim_due_timers(%s, %s)", [most, is_quiet()])
            fired, at, busy = cursor.fetchone()
        if busy:
            _work_on_tickets([Due(one["tenant"], one["ticket"], one["step"],
                                  Escalation(one["escalation"]) if one["escalation"] else None, one["is_snoozed"])
                              for one in json.loads(busy)], at)
    return int(fired)


def _any_due() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT timers_are_due()")
        return bool(cursor.fetchone()[0])


def _work_on_tickets(busy: list[Due], at: datetime) -> None:
    """Escalation steps that change tickets, and the end of snoozes: few, so each in its tenant by the ordinary services."""
    for tenant_id in sorted({d.tenant_id for d in busy}):
        with tenant_scope(tenant_id):
            own = [d for d in busy if d.tenant_id == tenant_id]
            take_steps([d for d in own if d.escalation in ON_TICKETS], at=at)
            _wake((d.ticket_id for d in own if d.is_snoozed), at)


def _wake(ids: Iterable[int], at: datetime) -> None:
    if wanted := set(ids):
        wake_all(wanted, at=at, reason="A deadline is near")
