"""What computing a ticket's clocks costs grows with its events and no faster: bounds are ratios, so that a busy machine
doesn't matter."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from sla.calendar import BusinessCalendar, CalendarSpec
from sla.engine import Duration, Fact, FactKind, Policy, Target, compute
from sla.enums import Metric, Unit
from sla.services import recompute
from tests.factories.desk import Desk
from tickets.enums import EventKind
from tickets.models import Ticket, TicketEvent

_WHAT = (FactKind.REQUESTER_MESSAGE, FactKind.PUBLIC_REPLY, FactKind.STATUS_CHANGED, FactKind.PUBLIC_REPLY)


def facts(count: int, now: datetime) -> list[Fact]:
    opened = Fact(now, FactKind.OPENED, priority=3, policy="p")
    return [opened, *(Fact(now + timedelta(hours=3 * n), _WHAT[n % 4], status=("pending", "open")[n % 2])
                      for n in range(1, count))]


def test_a_hundred_events_cost_what_they_cost_one_by_one(now: datetime) -> None:
    office = BusinessCalendar(CalendarSpec("office", "Europe/Berlin", tuple((d, 540, 1020) for d in range(5))))
    policy = Policy("p", tuple(Target(m, 3, Duration(8, Unit.BUSINESS_HOURS), "c") for m in Metric))
    few, many = facts(20, now), facts(100, now)
    moment = now + timedelta(days=30)

    def taken(told: list[Fact]) -> float:
        began = time.process_time()
        for _ in range(20):
            compute(told, {"p": policy}, {"c": office}, moment)
        return time.process_time() - began

    taken(many)  # compiles the calendar
    ratio = min(taken(many) / taken(few) for _ in range(7))
    assert ratio < 10  # five times the events: linear is 5, quadratic 25


def test_recomputing_asks_as_few_queries_after_a_hundred_events_as_after_ten(acme: Desk, now: datetime) -> None:
    counts = []
    for events in (10, 100):
        ticket = acme.ticket(at=now, requested_priority=3)
        _tell(ticket, events, now)
        moment = now + timedelta(days=30)
        recompute(ticket, at=moment)
        with CaptureQueriesContext(connection) as queries:
            recompute(ticket, at=moment)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 8


def _tell(ticket: Ticket, count: int, now: datetime) -> None:
    kinds = (EventKind.REQUESTER_WROTE, EventKind.REPLIED)
    TicketEvent.objects.bulk_create([TicketEvent(
        ticket=ticket, kind=kinds[n % 2], at=now + timedelta(hours=3 * n), is_public=True, data={})
        for n in range(1, count)])
