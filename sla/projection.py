"""What the engine says of a ticket, in the form in which it is stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sla.calendar import BusinessCalendar
from sla.catalogue import carried, load_calendars, load_policies
from sla.engine import Clock, compute
from sla.enums import Metric
from sla.facts import Event, Under, facts_of
from sla.models import SlaClock

STORED = ("started_at", "state", "version_id", "target_id", "ended_at", "counted_from", "elapsed_seconds",
          "limit_seconds", "warn_at", "goal_at", "due_at", "breached_at")


@dataclass(frozen=True)
class Projection:
    """A ticket's clocks, and by which versions and calendars they were computed."""

    clocks: tuple[Clock, ...]
    versions: Mapping[str, int]
    calendars: Mapping[str, BusinessCalendar]

    def values(self, clock: Clock) -> dict[str, object]:
        """The columns of a stored clock (`STORED`)."""
        return {
            "started_at": clock.started_at, "state": clock.state, "version_id": self.versions.get(clock.policy),
            "target_id": clock.target.key or None if clock.target else None, "ended_at": clock.ended_at,
            "counted_from": clock.counted_from,
            "elapsed_seconds": clock.elapsed_seconds, "limit_seconds": clock.limit_seconds, "warn_at": clock.warn_at,
            "goal_at": clock.goal_at, "due_at": clock.due_at, "breached_at": clock.breached_at,
        }


def project(events: Sequence[Event], rows: Sequence[Under], stored: Sequence[SlaClock],
            at: datetime, revisions: Mapping[int, int] | None = None) -> Projection:
    """Compute a ticket's clocks as of `at` from its events (ordered by at, id) and its policy rows.

    Breaches among the `stored` clocks are on record and stay. `revisions` as for `load_calendars`.
    """
    policies = load_policies([carried(r) for r in rows])
    calendars = load_calendars(policies.values(), revisions)
    versions = {carried(r).key: r.version_id for r in rows}
    recorded = {(Metric(c.metric), c.cycle): c.breached_at for c in stored if c.breached_at}
    clocks = compute(facts_of(events, rows), policies, calendars, at, recorded) if rows else ()
    return Projection(clocks, versions, calendars)
