from __future__ import annotations

from datetime import UTC, datetime

from notifications.models import OutboxMessage
from sla.models import SlaClock, SlaTimer
from tests.factories.desk import Desk
from tickets.enums import DueState, EventKind
from tickets.models import Ticket


def test_open_ticket_numbers_from_one_per_tenant(acme: Desk, now: datetime) -> None:
    assert [acme.ticket(at=now).number, acme.ticket(at=now).number] == [1, 2]


def test_open_ticket_without_a_priority_is_rank_3(acme: Desk, now: datetime) -> None:
    ticket = acme.ticket(at=now)
    assert (ticket.priority, ticket.requested_priority) == (3, None)


def test_open_ticket_starts_clocks_and_timers_in_its_transaction(acme: Desk, now: datetime) -> None:
    ticket = acme.ticket(at=now)
    clock = SlaClock.objects.get(ticket=ticket)
    # 8 business hours from Wednesday 12:00, open until 17:00: five today, three tomorrow from 09:00.
    assert clock.due_at == datetime(2026, 11, 19, 12, 0, tzinfo=UTC)
    assert SlaTimer.objects.get(clock=clock).state == 0
    ticket.refresh_from_db()
    assert (ticket.due_at, ticket.due_state) == (clock.due_at, DueState.RUNNING)


def test_open_ticket_best_effort_has_no_deadline(acme: Desk, now: datetime) -> None:
    ticket = acme.ticket(at=now, requested_priority=4)
    assert ticket.due_at is None
    assert not SlaClock.objects.filter(ticket=ticket).exists()


def test_open_ticket_is_acknowledged_once(acme: Desk, now: datetime) -> None:
    ticket = acme.ticket(at=now)
    mail = OutboxMessage.objects.get(ticket=ticket)
    assert (mail.template, mail.to_address) == ("ticket_received", acme.email("carol"))
    assert Ticket.objects.get().events.get().kind == EventKind.OPENED


def test_open_ticket_query_count_is_bounded(acme: Desk, now: datetime, django_assert_max_num_queries) -> None:
    acme.ticket(at=now)
    project, person = acme.project(), acme.member("carol").person
    with django_assert_max_num_queries(20):
        acme.ticket(at=now, project=project, requester=person)
