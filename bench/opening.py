"""Opening tickets, against the same rows inserted by bare SQL."""

from __future__ import annotations

from typing import Any

from django.core.management.base import OutputWrapper
from django.db import connection, transaction

from accounts.models import Person, Project, Tenant
from accounts.queries import email_of
from accounts.tenancy import tenant_scope
from bench.measure import rate, tell
from notifications.models import OutboxMessage
from sla.models import SlaClock, SlaTimer, TicketPolicy
from tickets.enums import ChannelKind
from tickets.models import Comment, Ticket, TicketEvent, TicketSearch
from tickets.services import NewTicket, open_ticket
from toolkit.clock import now

_TABLES = (Ticket, Comment, TicketEvent, TicketSearch, TicketPolicy, SlaClock, SlaTimer, OutboxMessage)


def open_tickets(out: OutputWrapper) -> None:
    """Tickets a second of one worker: the service with everything that it causes, each in a transaction of its own.

    In the second tenant: the pages are measured in the first, which must not grow.
    """
    tenant = Tenant.objects.get(slug="bench1")
    with tenant_scope(tenant):
        project = Project.objects.select_related("contract__plan", "organization", "product").order_by("id")[0]
        person = Person.objects.filter(memberships__organization=project.organization).order_by("id")[0]
        assert email_of(person)

    def by_service() -> None:
        with tenant_scope(tenant):
            open_ticket(NewTicket(requester=person, subject="Bench", body="It stops.", channel=ChannelKind.PORTAL,
                                  project=project, requested_priority=2), at=now())

    by_service()
    rows = _rows_of_last_ticket(tenant)

    def by_sql() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.tenant', %s, true)", [str(tenant.pk)])
            _insert(cursor, rows)

    values = sorted(rate(by_service, 3) for _ in range(3))
    floors = sorted(rate(by_sql, 3) for _ in range(3))
    tell(out, "open_ticket", values[1], floors[1], "1/s")


def _rows_of_last_ticket(tenant: Tenant) -> list[tuple[Any, dict[str, Any]]]:
    """What the service wrote, column by column."""
    with tenant_scope(tenant):
        ticket = Ticket.objects.latest("id")
        found = []
        for model in _TABLES:
            key = {"pk": ticket.pk} if model is Ticket else {"ticket_id": ticket.pk}
            with connection.cursor() as cursor:
                column = "id" if model is Ticket else "ticket_id"
                cursor.execute(f'SELECT * FROM "{model._meta.db_table}" WHERE {column} = %s', [ticket.pk])
                names = [c.name for c in cursor.description]
                found += [(model, dict(zip(names, row, strict=True))) for row in cursor.fetchall()]
            assert model._base_manager.filter(**key).exists(), model
    return found


def _insert(cursor: Any, rows: list[tuple[Any, dict[str, Any]]]) -> None:
    import json

    ids: dict[str, int] = {}
    for model, row in rows:
        values = {k: json.dumps(v) if isinstance(v, dict) else v for k, v in row.items() if k != "id"}
        if "number" in values:
            cursor.execute("UPDATE tickets_ticketcounter SET last_number = last_number + 1 WHERE tenant_id = %s "
                           "RETURNING last_number", [values["tenant_id"]])
            values["number"] = cursor.fetchone()[0]
        for name in ("ticket_id", "comment_id", "clock_id"):
            if values.get(name) and name in ids:
                values[name] = ids[name]
        if "cause" in values:
            values["cause"] = f"bench:{ids['ticket_id']}"
        columns = ", ".join(f'"{k}"' for k in values)
        cursor.execute(f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES ({", ".join(["%s"] * len(values))}) '
                       "RETURNING id", list(values.values()))
        ids[{Ticket: "ticket_id", Comment: "comment_id", SlaClock: "clock_id"}.get(model, "other")] = cursor.fetchone()[0]
