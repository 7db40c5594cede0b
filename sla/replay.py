"""Tickets computed again from their stored facts, under other terms. Reads only."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from accounts.tenancy import current_tenant_id
from sla.calendar import BusinessCalendar
from sla.catalogue import Carried, carried, load_calendars, load_policies
from sla.durations import amount_text
from sla.engine import Clock, Duration, Fact, FactKind, Policy, Target, compute
from sla.enums import ClockState, Metric
from sla.facts import CLOCK_KINDS, Event, Happened, Terms, Under, facts_of
from tickets.models import Ticket
from toolkit.prepared import Prepared

# The terms that shall count instead of those that a ticket was under.
Instead = Callable[[Carried], Carried]


class Stored(NamedTuple):
    """What is on record of a ticket, in the order of time."""

    events: list[Event]
    rows: list[Under]


_HEARD = ", ".join(f"'{kind}'" for kind in sorted(CLOCK_KINDS))
_EVENTS = Prepared("clock_events", "bigint, bigint[]", f"""
SELECT ticket_id, id, kind, at, CASE WHEN data <> '{{}}' THEN data::text END
FROM tickets_ticketevent WHERE tenant_id = $1 AND ticket_id = ANY($2) AND kind IN ({_HEARD}) ORDER BY ticket_id, at, id
""")  # noqa: S608 -- kinds of our own
_TERMS = Prepared("clock_terms", "bigint, bigint[]", """
SELECT ticket_id, from_at, version_id, calendar_id, agreement_id FROM sla_ticketpolicy
WHERE tenant_id = $1 AND ticket_id = ANY($2) ORDER BY ticket_id, from_at
""")
# All that one ticket's clocks are computed from, in one round trip: each answer to a customer waits for it.
_OF_TICKET = Prepared("clock_facts", "bigint, bigint", f"""
SELECT kind, id, at, CASE WHEN data <> '{{}}' THEN data::text END, NULL::bigint, NULL::bigint
FROM tickets_ticketevent WHERE tenant_id = $1 AND ticket_id = $2 AND kind IN ({_HEARD})
UNION ALL SELECT 'terms', version_id, from_at, NULL, calendar_id, agreement_id FROM sla_ticketpolicy
WHERE tenant_id = $1 AND ticket_id = $2
UNION ALL SELECT 'calendar', id, NULL, NULL, revision, NULL FROM sla_calendar WHERE tenant_id = $1 ORDER BY 3, 2
""")  # noqa: S608 -- kinds of our own
_NOTHING: dict[str, Any] = {}


def stored_facts(ticket_ids: Sequence[int]) -> dict[int, Stored]:
    """Events and policies of many tickets (2 queries)."""
    found = {pk: Stored([], []) for pk in ticket_ids}
    of = [current_tenant_id(), list(ticket_ids)]
    for ticket_id, pk, kind, at, data in _EVENTS.rows(of):  # of a million no objects are made
        found[ticket_id].events.append(Happened(pk, kind, at, json.loads(data) if data else _NOTHING))
    for ticket_id, *row in _TERMS.rows(of):
        found[ticket_id].rows.append(Terms(*row))
    return found


def facts_of_ticket(ticket_id: int) -> tuple[Stored, dict[int, int]]:
    """Events and policies of one ticket, and the revisions of the tenant's calendars by their ids (1 query)."""
    found, revisions = Stored([], []), {}
    for kind, pk, at, data, first, second in _OF_TICKET.rows([current_tenant_id(), ticket_id]):
        if kind == "terms":
            found.rows.append(Terms(at, pk, first, second))
        elif kind == "calendar":
            revisions[pk] = first
        else:
            found.events.append(Happened(pk, kind, at, json.loads(data) if data else _NOTHING))
    return found, revisions


class Replay:
    """Computes tickets as of one moment; compiled policies and calendars are kept between batches."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.policies: dict[str, Policy] = {}
        self.calendars: dict[str, BusinessCalendar] = {}
        self._known: set[Carried] = set()

    def know(self, terms: Iterable[Carried]) -> None:
        """Compile what isn't known yet."""
        missing = {one for one in terms if one not in self._known}
        if missing:
            self._known |= missing
            self.take(load_policies(missing))

    def take(self, policies: Mapping[str, Policy]) -> None:
        """Know these policies too, by their keys."""
        self.policies |= policies
        self.calendars |= load_calendars(policies.values())

    def pair(self, stored: Stored, instead: Instead) -> tuple[tuple[Clock, ...], tuple[Clock, ...]]:
        """The ticket's clocks with its policies as they were, and `instead`. Breaches on record play no part."""
        swapped = {one: instead(one) for one in map(carried, stored.rows)}
        self.know([*swapped, *swapped.values()])
        facts = facts_of(stored.events, stored.rows)
        others = {one.key: self.policies[other.key] for one, other in swapped.items()}
        return (compute(facts, self.policies, self.calendars, self.now),
                compute(facts, others, self.calendars, self.now))

    def clocks(self, stored: Stored) -> tuple[Clock, ...]:
        """The ticket's clocks under its policies."""
        self.know(map(carried, stored.rows))
        return compute(facts_of(stored.events, stored.rows), self.policies, self.calendars, self.now)

    def moved(self, stored: Stored, to: str) -> tuple[Clock, ...]:
        """The ticket's clocks if it moved to other terms (a key of known ones) at this moment."""
        self.know(map(carried, stored.rows))
        facts = facts_of(stored.events, stored.rows)
        facts.append(Fact(self.now, FactKind.POLICY_CHANGED, policy=to))
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
    return _duration_text(target.limit) if target and target.limit else "best effort"


@lru_cache(maxsize=1_000)
def _duration_text(limit: Duration) -> str:
    return amount_text(limit.amount, limit.unit)


class Effect(NamedTuple):
    """What a move would do to one open clock. `was` and `will` are its due moments, None while it stands still."""

    metric: str
    was: datetime | None
    will: datetime | None
    is_late: bool


def effects_of_move(tickets: Sequence[Ticket], to: Mapping[int, Carried | Policy],
                    now: datetime) -> list[tuple[Ticket, list[Effect]]]:
    """For each ticket, its open clocks that would be due at another moment if it moved now to the terms named for its
    id, stored ones or compiled ones (3 queries and those of the terms)."""
    replay, stored = Replay(now), stored_facts([t.pk for t in tickets])
    replay.take({p.key: p for p in to.values() if isinstance(p, Policy)})
    replay.know(c for c in to.values() if isinstance(c, Carried))
    found = []
    for ticket in tickets:
        facts = stored[ticket.pk]
        if not facts.rows or not facts.events:
            continue
        before = {(c.metric, c.cycle): c for c in replay.clocks(facts) if c.is_open}
        after = {(c.metric, c.cycle): c for c in replay.moved(facts, to[ticket.pk].key) if c.is_open}
        effects = []
        for key in sorted({*before, *after}):
            was = before[key].due_at if key in before else None
            will = after[key].due_at if key in after else None
            on_record = key in before and before[key].breached_at is not None  # which never un-happens
            if was != will and not on_record:
                effects.append(Effect(key[0], was, will, is_late=bool(will and will <= now)))
        found.append((ticket, effects))
    return found
