"""The stored projection: what the engine says of a ticket, kept as rows in the transaction of the event."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db.models import F

from sla.engine import Clock
from sla.enums import Action, ClockState
from sla.models import SlaClock, SlaEvent, SlaTimer, TicketPolicy
from sla.projection import STORED, project
from sla.queries import coverage_for, version_in_force
from sla.replay import Stored, facts_of_ticket
from sla.services.notices import leave_notices
from sla.services.steps import step_timers
from tickets.enums import DueState
from tickets.models import Ticket, TicketEvent
from tickets.services.deadline import set_deadline
from toolkit.prepared import Prepared
from toolkit.rows import columns, objects
from toolkit.together import draw_ids, insert, together, update

_TIMERS = Prepared("timers_of_ticket", "bigint, bigint", f"""
SELECT {columns(SlaTimer, "r")} FROM sla_slatimer r JOIN sla_slaclock c ON c.tenant_id = r.tenant_id AND c.id = r.clock_id
WHERE r.tenant_id = $1 AND c.tenant_id = $1 AND c.ticket_id = $2 ORDER BY r.id FOR UPDATE OF r
""")  # noqa: S608 -- columns of our own models
_CLOCKS = Prepared("clocks_of_ticket", "bigint, bigint", f"""
SELECT {columns(SlaClock, "r")} FROM sla_slaclock r WHERE r.tenant_id = $1 AND r.ticket_id = $2
""")  # noqa: S608 -- columns of our own models


def apply_contract(ticket: Ticket, *, at: datetime) -> TicketPolicy | None:
    """Put a ticket under its contract's policy from `at` on; None when the contract has none."""
    coverage = coverage_for(ticket.contract_id, at)
    version = version_in_force(coverage.policy_id, at) if coverage else None
    if coverage is None or version is None:
        return None
    row, _new = TicketPolicy.objects.update_or_create(
        ticket=ticket, from_at=at, defaults={"version": version, "calendar_id": coverage.calendar_id,
                                             "agreement_id": coverage.agreement_id})
    return row


def open_clocks(ticket: Ticket, opened: TicketEvent) -> None:
    """The first clocks of a new ticket: nothing is stored yet, so nothing is read."""
    coverage = coverage_for(ticket.contract_id, opened.at)
    version = version_in_force(coverage.policy_id, opened.at) if coverage else None
    if coverage is None or version is None:
        return
    row = TicketPolicy(ticket=ticket, from_at=opened.at, version=version, calendar_id=coverage.calendar_id,
                       agreement_id=coverage.agreement_id)
    insert(row)
    _store(ticket, Stored([opened], [row]), [], [], None, at=opened.at)


def recompute(ticket: Ticket, *, at: datetime) -> None:
    """Compute all clocks of a ticket from its events and store what differs, timers and queue deadline included.

    Timers are locked first and in one order, as the claim does, so that the two never wait for each other in a circle.
    """
    of = [ticket.tenant_id, ticket.pk]
    timers, stored = objects(SlaTimer, _TIMERS.rows(of)), objects(SlaClock, _CLOCKS.rows(of))
    facts, revisions = facts_of_ticket(ticket.pk)
    with together():
        _store(ticket, facts, stored, timers, revisions, at=at)


def _store(ticket: Ticket, facts: Stored, stored: Sequence[SlaClock], timers: Sequence[SlaTimer],
           revisions: Mapping[int, int] | None, *, at: datetime) -> None:
    if not facts.rows:
        return
    projection = project(facts.events, facts.rows, stored, at, revisions)
    known = {(c.metric, c.cycle): c for c in stored}
    pairs, fresh, changed = [], [], []
    for clock in projection.clocks:
        row = known.pop((clock.metric, clock.cycle), None)
        values = projection.values(clock)
        if row is None:
            row = SlaClock(ticket=ticket, metric=clock.metric, cycle=clock.cycle, **values)
            fresh.append(row)
        elif any(getattr(row, name) != values[name] for name in STORED):
            for name in STORED:
                setattr(row, name, values[name])
            changed.append(row)
        pairs.append((clock, row))
    changed += _voided(known.values(), at)
    draw_ids(fresh)
    insert(*fresh)
    for row in changed:
        update(row, *STORED)
    insert(*_set_timers(pairs, timers), *step_timers(pairs, timers))
    _record_late(ticket, pairs, at)
    _set_deadline(ticket, projection.clocks)


def _voided(rows: Iterable[SlaClock], at: datetime) -> list[SlaClock]:
    """Clocks that began with a reply which was taken back: they never were."""
    gone = [row for row in rows if row.state != ClockState.CANCELLED]
    for row in gone:
        row.state, row.ended_at, row.due_at, row.warn_at, row.goal_at = ClockState.CANCELLED, at, None, None, None
    if gone:
        timers = SlaTimer.objects.filter(clock_id__in=[row.pk for row in gone], state=0)
        timers.filter(step__isnull=False).delete()  # the cycle may begin again, and its steps with it
        timers.update(state=1, generation=F("generation") + 1)
    return gone


def _next_action(clock: Clock) -> tuple[Action, datetime] | None:
    """The earliest thing a timer has to do for an open clock, from its last change on; None when there is none."""
    if not clock.is_open or clock.due_at is None or clock.breached_at is not None:
        return None
    times = [(clock.warn_at, Action.WARN), (clock.goal_at, Action.GOAL), (clock.due_at, Action.BREACH)]
    ahead = [(moment, action) for moment, action in times if moment is not None and moment >= clock.counted_from]
    moment, action = min(ahead, key=lambda pair: pair[0])
    return action, moment


def _set_timers(pairs: list[tuple[Clock, SlaClock]], timers: Sequence[SlaTimer]) -> list[SlaTimer]:
    """One timer per open clock, at its next action; a clock that stands still or has ended needs none.

    Returns the new ones, for the caller to insert.
    """
    rows = {t.clock_id: t for t in timers if t.step_id is None}
    new = []
    for clock, row in pairs:
        wanted = _next_action(clock)
        timer = rows.get(row.pk)
        if timer is None:
            if wanted:
                new.append(SlaTimer(clock=row, ticket_id=row.ticket_id, action=wanted[0], due_at=wanted[1]))
        elif wanted is None:
            if timer.state == 0:
                timer.state, timer.generation = 1, timer.generation + 1
                update(timer, "state", "generation")
        elif timer.state == 1 or not _already_ahead(timer, clock):
            (timer.action, timer.due_at), timer.state, timer.generation = wanted, 0, timer.generation + 1
            update(timer, "action", "due_at", "state", "generation")
    return new


def _already_ahead(timer: SlaTimer, clock: Clock) -> bool:
    """The stored timer names one of the clock's moments: it may have done the earlier ones already."""
    return timer.due_at in {clock.warn_at, clock.goal_at, clock.due_at}


def _record_late(ticket: Ticket, pairs: list[tuple[Clock, SlaClock]], at: datetime) -> None:
    """A breach that no worker has noticed: it goes on record here, once."""
    late = [(c, row) for c, row in pairs if c.breached_at is not None]
    known = set(SlaEvent.objects.filter(clock_id__in=[row.pk for _c, row in late], kind=Action.BREACH)
                .values_list("clock_id", flat=True)) if late else set()
    facts = [SlaEvent(ticket=ticket, clock=row, metric=c.metric, cycle=c.cycle, kind=Action.BREACH, at=c.breached_at,
                      fired_at=at) for c, row in late if row.pk not in known and c.breached_at is not None]
    if facts:
        leave_notices(SlaEvent.objects.bulk_create(facts))


def _set_deadline(ticket: Ticket, clocks: Sequence[Clock]) -> None:
    """The nearest deadline goes with the ticket; a missed one counts as nearest until it is answered."""
    running = [c for c in clocks if c.is_open and c.due_at is not None]
    if running:
        nearest = min(running, key=lambda c: c.due_at or c.started_at)
        set_deadline(ticket, due_at=nearest.due_at, warn_at=nearest.warn_at, metric=nearest.metric, state=DueState.RUNNING)
        return
    paused = [c for c in clocks if c.is_open and c.state is ClockState.PAUSED]
    set_deadline(ticket, due_at=None, warn_at=None, metric=paused[0].metric if paused else "",
                 state=DueState.PAUSED if paused else DueState.NONE)
