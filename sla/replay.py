"""Tickets computed again from their stored facts, under other terms. Reads only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sla.calendar import BusinessCalendar
from sla.catalogue import load_calendars, load_policies, policy_key
from sla.durations import amount_text
from sla.engine import Clock, Duration, Fact, FactKind, Policy, Target, compute
from sla.enums import ClockState, Metric
from sla.facts import CLOCK_KINDS, facts_of
from sla.models import TicketPolicy
from tickets.models import Ticket, TicketEvent

# The version and the contract's own calendar under which a ticket's policy row shall count instead.
Instead = Callable[[Any], tuple[int, int | None]]


class Stored(NamedTuple):
    """What is on record of a ticket, in the order of time."""

    events: list[Any]
    rows: list[Any]


def stored_facts(ticket_ids: Sequence[int]) -> dict[int, Stored]:
    """Events and policies of many tickets (2 queries)."""
    found = {pk: Stored([], []) for pk in ticket_ids}
    columns = [f.attname for f in TicketEvent._meta.concrete_fields]
    events = (TicketEvent.objects.filter(ticket_id__in=ticket_ids, kind__in=CLOCK_KINDS).order_by("ticket_id", "at", "id")
              .values_list(*columns, named=True))
    for event in events.iterator(chunk_size=5_000):
        found[event.ticket_id].events.append(event)
    rows = (TicketPolicy.objects.filter(ticket_id__in=ticket_ids).order_by("ticket_id", "from_at")
            .values_list("ticket_id", "from_at", "version_id", "calendar_id", named=True))
    for row in rows:
        found[row.ticket_id].rows.append(row)
    return found


class Replay:
    """Computes tickets as of one moment; compiled policies and calendars are kept between batches."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.policies: dict[str, Policy] = {}
        self.calendars: dict[str, BusinessCalendar] = {}

    def know(self, keys: Iterable[tuple[int, int | None]]) -> None:
        """Compile the versions (with a contract's calendar, or None) that aren't known yet."""
        missing = {vc for vc in keys if policy_key(*vc) not in self.policies}
        if missing:
            loaded = load_policies(missing)
            self.policies |= loaded
            self.calendars |= load_calendars(loaded.values())

    def pair(self, stored: Stored, instead: Instead) -> tuple[tuple[Clock, ...], tuple[Clock, ...]]:
        """The ticket's clocks with its policies as they were, and `instead`. Breaches on record play no part."""
        swapped = {policy_key(r.version_id, r.calendar_id): instead(r) for r in stored.rows}
        self.know([*((r.version_id, r.calendar_id) for r in stored.rows), *swapped.values()])
        facts = facts_of(stored.events, stored.rows)
        others = {key: self.policies[policy_key(*terms)] for key, terms in swapped.items()}
        return (compute(facts, self.policies, self.calendars, self.now),
                compute(facts, others, self.calendars, self.now))

    def clocks(self, stored: Stored) -> tuple[Clock, ...]:
        """The ticket's clocks under its policies."""
        self.know((r.version_id, r.calendar_id) for r in stored.rows)
        return compute(facts_of(stored.events, stored.rows), self.policies, self.calendars, self.now)

    def moved(self, stored: Stored, to: tuple[int, int | None]) -> tuple[Clock, ...]:
        """The ticket's clocks if it moved to other terms at this moment."""
        self.know([*((r.version_id, r.calendar_id) for r in stored.rows), to])
        facts = facts_of(stored.events, stored.rows)
        facts.append(Fact(self.now, FactKind.POLICY_CHANGED, policy=policy_key(*to)))
        return compute(facts, self.policies, self.calendars, self.now)


class Outcome(NamedTuple):
    """What became of one clock."""

    limit: str
    late: bool
    is_met: bool


BEST_EFFORT = Outcome("best effort", late=False, is_met=False)


def outcomes(clocks: Iterable[Clock]) -> dict[tuple[Metric, int], Outcome]:
    """By metric and cycle; cancelled clocks are left out."""
    return {(c.metric, c.cycle): Outcome(limit_text(c.target), c.breached_at is not None, c.state is ClockState.MET)
            for c in clocks if c.state is not ClockState.CANCELLED}


def limit_text(target: Target | None) -> str:
    """“4h”: a target's limit as it is typed."""
    limit: Duration | None = target.limit if target else None
    return amount_text(limit.amount, limit.unit) if limit else "best effort"


class Effect(NamedTuple):
    """What a move would do to one open clock. `was` and `will` are its due moments, None while it stands still."""

    metric: str
    was: datetime | None
    will: datetime | None
    is_late: bool


def effects_of_move(tickets: Sequence[Ticket], to: Mapping[int, tuple[int, int | None]],
                    now: datetime) -> list[tuple[Ticket, list[Effect]]]:
    """For each ticket, its open clocks that would be due at another moment if it moved now to the terms named for its id
    (3 queries and those of the terms)."""
    replay, stored = Replay(now), stored_facts([t.pk for t in tickets])
    found = []
    for ticket in tickets:
        facts = stored[ticket.pk]
        if not facts.rows or not facts.events:
            continue
        before = {(c.metric, c.cycle): c for c in replay.clocks(facts) if c.is_open}
        after = {(c.metric, c.cycle): c for c in replay.moved(facts, to[ticket.pk]) if c.is_open}
        effects = []
        for key in sorted({*before, *after}):
            was = before[key].due_at if key in before else None
            will = after[key].due_at if key in after else None
            on_record = key in before and before[key].breached_at is not None  # which never un-happens
            if was != will and not on_record:
                effects.append(Effect(key[0], was, will, is_late=bool(will and will <= now)))
        found.append((ticket, effects))
    return found
