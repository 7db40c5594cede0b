"""Is what is stored what the engine computes? The projection's truth check (architecture: SLA engine)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from accounts.models import Tenant
from accounts.tenancy import tenant_scope
from sla.enums import ClockState
from sla.facts import CLOCK_KINDS
from sla.models import SlaClock, TicketPolicy
from sla.projection import STORED, project
from sla.services.clocks import recompute
from tickets.models import Ticket, TicketEvent

_BATCH = 500
_GRACE = timedelta(minutes=1)  # a breach that fell due a moment ago may still wait for its timer


@dataclass(frozen=True)
class Difference:
    """A field of a stored clock that isn't what the engine computes; `field` is “clock” when a whole clock is amiss."""

    number: int
    metric: str
    cycle: int
    field: str
    stored: object
    computed: object


@dataclass
class Report:
    """What a check found."""

    tickets: int = 0
    clocks: int = 0
    differences: list[Difference] = field(default_factory=list)


def check_clocks(tenant: Tenant, *, at: datetime, repair: bool = False) -> Report:
    """Compute every clock of a tenant from its ticket's events and compare. `repair` stores what is computed.

    A ticket that differs is looked at once more under its own lock, as it may just have changed.
    """
    report, last = Report(), 0
    while True:
        with tenant_scope(tenant):
            ids = list(TicketPolicy.objects.filter(ticket_id__gt=last).order_by("ticket_id")
                       .values_list("ticket_id", flat=True).distinct()[:_BATCH])
            if not ids:
                return report
            for found in _compare(ids, at):
                report.tickets += 1
                report.clocks += found[1]
                if found[2]:
                    report.differences += _again(found[0], at, repair=repair)
            last = ids[-1]


def _again(ticket_id: int, at: datetime, *, repair: bool) -> list[Difference]:
    ticket = Ticket.objects.select_for_update().get(pk=ticket_id)
    differences = next(_compare([ticket_id], at))[2]
    if differences and repair:
        recompute(ticket, at=at)
    return differences


def _compare(ids: list[int], at: datetime) -> Iterator[tuple[int, int, list[Difference]]]:
    """(ticket id, how many clocks, differences) of each ticket; 4 queries however many there are."""
    events = _grouped(TicketEvent.objects.filter(ticket_id__in=ids, kind__in=CLOCK_KINDS).order_by("at", "id"))
    rows = _grouped(TicketPolicy.objects.filter(ticket_id__in=ids))
    stored = _grouped(SlaClock.objects.filter(ticket_id__in=ids))
    numbers = dict(Ticket.objects.filter(pk__in=ids).values_list("pk", "number"))
    for ticket_id in ids:
        projection = project(events[ticket_id], rows[ticket_id], stored[ticket_id], at)
        known = {(c.metric, c.cycle): c for c in stored[ticket_id]}
        differences = []
        for clock in projection.clocks:
            row = known.pop((clock.metric, clock.cycle), None)
            values = projection.values(clock)
            if row is not None and _is_waiting(row, values, at):
                continue
            wrong = [name for name in STORED if getattr(row, name) != values[name]] if row is not None else ["clock"]
            differences += [Difference(numbers[ticket_id], clock.metric, clock.cycle, name,
                                       getattr(row, name, None), values.get(name, clock.state)) for name in wrong]
        differences += [Difference(numbers[ticket_id], metric, cycle, "clock", row.state, None)
                        for (metric, cycle), row in known.items() if row.state != ClockState.CANCELLED]  # a voided one
        yield ticket_id, len(projection.clocks), differences


def _is_waiting(row: SlaClock, values: dict[str, object], at: datetime) -> bool:
    """Due a moment ago, and its timer has not been claimed yet."""
    due = values["due_at"]
    return (row.state == ClockState.RUNNING and values["state"] is ClockState.BREACHED
            and isinstance(due, datetime) and at - due < _GRACE)


def _grouped(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.ticket_id].append(row)
    return found
