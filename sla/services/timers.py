"""What is due happens now: claimed, recorded and passed on in one transaction per batch."""

from __future__ import annotations

from itertools import groupby

from django.db import connection, transaction

from accounts.tenancy import tenant_scope
from sla.enums import Action
from sla.events import Fired, clocks_fired
from sla.models import SlaEvent
from sla.services.steps import take_steps
from tickets.services.deadline import mark_breached
from tickets.services.snoozing import wake_all
from toolkit.queue import hints_together


def fire_due(*, most: int = 500) -> int:
    """Claim up to `most` due timers of any tenant and tell the floors above. Returns how many actions were recorded.

    The database's clock decides what is due (`app_now`). Any number of workers may call this at once.
    """
    with hints_together(), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT tenant_id, ticket_id, clock_id, event_id, action, at, fired_at, step_id"
                           " FROM claim_due_timers(%s)", [most])
            rows = cursor.fetchall()
        for tenant_id, group in groupby(rows, key=lambda row: row[0]):
            fired = [Fired(ticket, clock, event, Action(action), at, fired_at, step)
                     for _tenant, ticket, clock, event, action, at, fired_at, step in group]
            with tenant_scope(tenant_id):
                mark_breached([f.ticket_id for f in fired if f.action is Action.BREACH])
                take_steps(fired)
                wake_all({f.ticket_id for f in fired}, at=max(f.fired_at for f in fired), reason="A deadline is near")
                clocks_fired.send(sender=SlaEvent, fired=fired)
    return len(rows)
