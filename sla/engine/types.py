"""What goes into the engine and what comes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from sla.calendar import BusinessCalendar
from sla.enums import ClockState, Metric, Unit


class FactKind(StrEnum):
    """What happened, as far as a clock cares."""

    OPENED = "opened"
    REQUESTER_MESSAGE = "requester_message"
    PUBLIC_REPLY = "public_reply"  # by staff, or a logged call; automatic mail is no fact
    STATUS_CHANGED = "status_changed"
    PRIORITY_CHANGED = "priority_changed"
    ENVIRONMENT_CHANGED = "environment_changed"
    POLICY_CHANGED = "policy_changed"
    PROMISED = "promised"
    CANCELLED = "cancelled"  # the ticket became part of another: nothing is owed here any more


class Fact(NamedTuple):
    """One event of a ticket. Only the fields its kind needs are set; `policy` is a key into the policies."""

    at: datetime
    kind: FactKind
    status: str = ""
    priority: int = 0
    environment: str = ""
    policy: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Duration:
    """An amount in the words of the contract."""

    amount: int
    unit: Unit

    def seconds(self, calendar: BusinessCalendar) -> int:
        """Business seconds on a calendar; a business day is that calendar's working day."""
        if self.unit is Unit.MINUTES:
            return self.amount * 60
        if self.unit is Unit.BUSINESS_HOURS:
            return self.amount * 3600
        return self.amount * calendar.day_seconds


@dataclass(frozen=True, slots=True)
class Target:
    """Priority × metric (× environment; empty = both). Best effort is shown and never a clock (S21).

    `key` identifies the stored row; `calendar` is a key into the calendars.
    """

    metric: Metric
    priority: int
    limit: Duration | None
    calendar: str = ""
    goal: Duration | None = None
    environment: str = ""
    key: int = 0

    @property
    def best_effort(self) -> bool:
        """No limit, no clock, no breach."""
        return self.limit is None


@dataclass(frozen=True, slots=True)
class Step:
    """An escalation by time: when `share` (0–1) of the limit has passed, or `after_breach` seconds after the breach.

    `metric` None and `priority` 0 mean each; `key` identifies the stored row.
    """

    key: int
    share: float | None = None
    after_breach: int = 0
    metric: Metric | None = None
    priority: int = 0

    def concerns(self, metric: Metric, target: Target | None) -> bool:
        """Does a clock with this target take the step."""
        return self.metric in (None, metric) and target is not None and self.priority in (0, target.priority)


DEFAULT_PAUSES: Mapping[Metric, frozenset[str]] = {
    Metric.ONGOING_UPDATE: frozenset({"pending"}),
    Metric.RESOLUTION: frozenset({"pending", "on_hold"}),
}


@dataclass(frozen=True)
class Policy:
    """A published policy version. A clock is due soon when `warn_share` of its limit is left, `warn_seconds` at most."""

    key: str
    targets: tuple[Target, ...]
    pauses: Mapping[Metric, frozenset[str]] = field(default_factory=lambda: DEFAULT_PAUSES)
    reopen_seconds: int = 14 * 86_400
    warn_share: float = 0.25
    warn_seconds: int = 3600
    steps: tuple[Step, ...] = ()

    def target(self, metric: Metric, priority: int, environment: str) -> Target | None:
        """The row for a priority; one for this environment wins over one for both."""
        found = self._targets.get((metric, priority, environment)) if environment else None
        return found or self._targets.get((metric, priority, ""))

    @cached_property
    def _targets(self) -> dict[tuple[Metric, int, str], Target]:
        return {(row.metric, row.priority, row.environment): row for row in self.targets}


class Segment(NamedTuple):
    """A stretch of a clock's life under one target: counted when `reason` is empty, else standing still because of it."""

    start: datetime
    end: datetime | None
    reason: str
    calendar: str


class Clock(NamedTuple):
    """One cycle of a metric.

    `elapsed_seconds` of business time had been counted at `counted_from`; a running clock goes on from there. `due_at`
    is None while it stands still. `breached_at` is the true moment, however late it was noticed.
    """

    metric: Metric
    cycle: int
    state: ClockState
    policy: str
    target: Target | None
    started_at: datetime
    ended_at: datetime | None
    counted_from: datetime
    elapsed_seconds: int
    limit_seconds: int | None
    warn_at: datetime | None
    goal_at: datetime | None
    due_at: datetime | None
    breached_at: datetime | None
    segments: tuple[Segment, ...]
    steps: tuple[tuple[int, datetime], ...] = ()  # each escalation step of an open clock: its key and moment

    @property
    def is_open(self) -> bool:
        """Not answered, not cancelled: it still wants something done."""
        return self.ended_at is None
