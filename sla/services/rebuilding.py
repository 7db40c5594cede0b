"""Is what is stored what the engine computes? The projection's truth check (architecture: SLA engine)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from accounts.models import Tenant
from accounts.tenancy import tenant_scope
from sla.engine import Clock, explain
from sla.enums import ClockState
from sla.facts import CLOCK_KINDS
from sla.models import SlaClock, TicketPolicy
from sla.projection import STORED, Projection, project
from sla.services.clocks import recompute
from tickets.models import Ticket, TicketEvent

_BATCH = 500
_GRACE = timedelta(minutes=1)  # a breach that fell due a moment ago may still wait for its timer


@dataclass(frozen=True)
class Difference:
    """A field of a stored clock that isn't what the engine computes; `field` is “clock” when a whole clock is amiss, and
    “ledger” when a clock's intervals have a gap or don't add up to its end or due moment."""

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


def check_clocks(tenant: Tenant, *, at: datetime, repair: bool = False, ledgers: bool = False) -> Report:
    """Compute every clock of a tenant from its ticket's events and compare. `repair` stores what is computed; `ledgers`
    adds up each clock's explanation, too.

    A ticket that differs is looked at once more under its own lock, as it may just have changed.
    """
    report, last = Report(), 0
    while True:
        with tenant_scope(tenant):
            ids = list(TicketPolicy.objects.filter(ticket_id__gt=last).order_by("ticket_id")
                       .values_list("ticket_id", flat=True).distinct()[:_BATCH])
            if not ids:
                return report
            for found in _compare(ids, at, ledgers=ledgers):
                report.tickets += 1
                report.clocks += found[1]
                if found[2]:
                    report.differences += _again(found[0], at, repair=repair, ledgers=ledgers)
            last = ids[-1]


def _again(ticket_id: int, at: datetime, *, repair: bool, ledgers: bool) -> list[Difference]:
    ticket = Ticket.objects.select_for_update().get(pk=ticket_id)
    differences = next(_compare([ticket_id], at, ledgers=ledgers))[2]
    if differences and repair:
        recompute(ticket, at=at)
    return differences


def _compare(ids: list[int], at: datetime, *, ledgers: bool = False) -> Iterator[tuple[int, int, list[Difference]]]:
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
        if ledgers:
            differences += _ledgers(numbers[ticket_id], projection, at)
        yield ticket_id, len(projection.clocks), differences


def _ledgers(number: int, projection: Projection, at: datetime) -> Iterator[Difference]:
    """Clocks whose explanation doesn't add up to the second (the engine cuts fractions off)."""
    for clock in projection.clocks:
        if clock.state is ClockState.CANCELLED:
            continue
        intervals, seconds = explain(clock, projection.calendars, at), 0
        moment = int(clock.started_at.timestamp())
        for interval in intervals:
            if int(interval.start.timestamp()) != moment:
                yield Difference(number, clock.metric, clock.cycle, "ledger", moment, interval.start)
            moment = int(interval.end.timestamp())
            seconds += interval.seconds if interval.kind == "counted" else 0
        expected = _expected(clock)
        if expected is not None and expected != (moment, seconds):
            yield Difference(number, clock.metric, clock.cycle, "ledger", expected, (moment, seconds))


def _expected(clock: Clock) -> tuple[int, int | None] | None:
    """Where the ledger ends, and what it counts in all. None while that is open."""
    if clock.ended_at is not None:
        return int(clock.ended_at.timestamp()), clock.elapsed_seconds
    if clock.state is ClockState.RUNNING and clock.limit_seconds is not None and clock.due_at is not None:
        return int(clock.due_at.timestamp()), clock.limit_seconds
    return None


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
