"""One ticket's clocks computed anew after an event, when it has had a hundred."""

from __future__ import annotations

from datetime import timedelta

from django.core.management.base import OutputWrapper
from django.db import connection, transaction

from accounts.models import Tenant
from accounts.tenancy import tenant_scope
from bench.measure import side_by_side, tell
from sla.facts import CLOCK_KINDS
from sla.models import TicketPolicy
from sla.projection import project
from sla.services import recompute
from tickets.enums import EventKind
from tickets.models import Ticket, TicketEvent
from toolkit.clock import now

EVENTS = 100
_KINDS = (EventKind.REQUESTER_WROTE, EventKind.REPLIED, EventKind.REQUESTER_WROTE, EventKind.STATUS_CHANGED)


def recomputing(out: OutputWrapper) -> None:
    """From events in memory to clocks; and with all that is read and stored, beside reading the same events alone."""
    with tenant_scope(Tenant.objects.order_by("id")[0]):
        sid = transaction.savepoint()
        ticket = Ticket.objects.filter(due_at__isnull=False).order_by("id")[0]
        began = now() - timedelta(days=20)
        TicketEvent.objects.bulk_create([TicketEvent(
            ticket=ticket, kind=_KINDS[n % 4], at=began + timedelta(hours=4 * n), is_public=True,
            data={"status": ("pending", "open")[n // 4 % 2]} if n % 4 == 3 else {}) for n in range(EVENTS - 1)])
        moment = now()
        recompute(ticket, at=moment)
        rows = list(TicketPolicy.objects.filter(ticket=ticket))
        events = list(TicketEvent.objects.filter(ticket=ticket, kind__in=CLOCK_KINDS).order_by("at", "id"))

        def read() -> None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT * FROM tickets_ticketevent WHERE tenant_id = %s AND ticket_id = %s ORDER BY at, id",
                               [ticket.tenant_id, ticket.pk])
                cursor.fetchall()

        engine, floor = side_by_side(lambda: project(events, rows, [], moment), read)
        whole, _floor = side_by_side(lambda: recompute(ticket, at=moment), read)
        transaction.savepoint_rollback(sid)
    tell(out, f"recompute engine, {len(events)} events", engine, floor, "s p95")
    tell(out, f"recompute stored, {len(events)} events", whole, floor, "s p95")
