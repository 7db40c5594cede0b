"""One clock while the facts pass by."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sla.calendar import BusinessCalendar
from sla.engine.types import Clock, Policy, Segment, Target
from sla.enums import ClockState, Metric

BEST_EFFORT = "best_effort"


class Run:
    """A cycle being computed. Methods are called in the order of time; each takes the moment it happens."""

    __slots__ = ("breached", "calendars", "cancelled", "cycle", "elapsed", "ended", "fixed_due", "goal_passed",
                 "last_target", "metric", "policy", "segments", "since", "started", "stopped", "target")

    def __init__(self, metric: Metric, cycle: int, at: datetime, calendars: Mapping[str, BusinessCalendar],
                 policy: Policy | None, target: Target | None, stopped: str) -> None:
        self.metric, self.cycle, self.started = metric, cycle, at
        self.calendars = calendars
        self.policy = policy
        self.target = self.last_target = None if target is None or target.limit is None else target
        self.elapsed = 0
        self.since = at
        self.stopped = stopped if self.target else BEST_EFFORT  # why it stands still; empty while it counts
        self.segments: list[Segment] = []
        self.ended: datetime | None = None
        self.cancelled = False
        self.breached: datetime | None = None
        self.goal_passed: datetime | None = None
        self.fixed_due: datetime | None = None

    @property
    def counts(self) -> bool:
        """Was it ever more than best effort."""
        return self.last_target is not None or self.fixed_due is not None

    def retarget(self, at: datetime, policy: Policy | None, target: Target | None, stopped: str) -> None:
        """Another target from now on: what has elapsed stays, what is left counts on the new calendar."""
        self._close(at)
        self.policy = policy
        self.target = None if target is None or target.best_effort else target
        self.last_target = self.target or self.last_target
        self.stopped = stopped if self.target else BEST_EFFORT

    def pause(self, at: datetime, reason: str) -> None:
        """Stand still from now on (a reason) or go on (empty)."""
        wanted = reason if self.target else BEST_EFFORT
        if wanted != self.stopped and self.fixed_due is None:
            self._close(at)
            self.stopped = wanted

    def end(self, at: datetime, *, cancelled: bool = False) -> None:
        """Answered, or no longer wanted."""
        self._close(at)
        if self.fixed_due is not None and at > self.fixed_due:
            self.breached = self.breached or self.fixed_due
        self.ended, self.cancelled = at, cancelled or at == self.started

    def revive(self, at: datetime, stopped: str) -> None:
        """Solved too early: the same cycle goes on, and the time in between didn't count."""
        if self.ended is None:
            return
        self.segments.append(Segment(self.ended, at, "solved", self._calendar_key()))
        self.since, self.ended, self.cancelled = at, None, False
        self.stopped = stopped if self.target else BEST_EFFORT

    def due(self) -> datetime | None:
        """When the limit is reached if nothing changes; None while it stands still."""
        if self.fixed_due is not None:
            return self.fixed_due
        limit = self._seconds("limit")
        return None if limit is None or self.stopped else self._reached(limit)

    def finish(self, now: datetime, recorded: datetime | None) -> Clock:
        """The clock as of `now`; a breach on record stays whatever the facts say."""
        due = self.due() if self.ended is None else None
        breached = recorded or self.breached
        if breached is None and due is not None and now > due:
            breached = due
        goal, warn = self._goal(), None
        if due is not None and self.fixed_due is None:
            warn = self._warn(due)
        target = self.target or self.last_target
        limit = self._seconds("limit", target)
        segments = [*self.segments]
        if self.ended is None:
            segments.append(Segment(self.since, None, self.stopped, self._calendar_key()))
        return Clock(
            metric=self.metric, cycle=self.cycle, state=self._state(breached), policy=self.policy.key if self.policy
            else "", target=target, started_at=self.started, ended_at=self.ended, counted_from=self.since,
            elapsed_seconds=self.elapsed, limit_seconds=limit, warn_at=warn, goal_at=goal,
            due_at=breached if breached and self.ended is None and due is None else due, breached_at=breached,
            segments=tuple(segments), steps=self._steps(due, breached))

    def _steps(self, due: datetime | None, breached: datetime | None) -> tuple[tuple[int, datetime], ...]:
        """When each escalation step of an open clock comes; a share doesn't come while the clock stands still."""
        if self.ended is not None or self.policy is None:
            return ()
        limit, late, found = self._seconds("limit"), breached or due, []
        for step in self.policy.steps:
            if not step.concerns(self.metric, self.target):
                continue
            if step.share is None:
                moment = late + timedelta(seconds=step.after_breach) if late else None
            else:
                moment = self._reached(int(limit * step.share)) if limit is not None and not self.stopped else None
            if moment is not None:
                found.append((step.key, moment))
        return tuple(found)

    def _state(self, breached: datetime | None) -> ClockState:
        if breached is not None:
            return ClockState.BREACHED
        if self.ended is not None:
            return ClockState.CANCELLED if self.cancelled else ClockState.MET
        if self.stopped == BEST_EFFORT and self.fixed_due is None:
            return ClockState.CANCELLED
        return ClockState.PAUSED if self.stopped and self.fixed_due is None else ClockState.RUNNING

    def _close(self, at: datetime) -> None:
        """End the current stretch; count it, and note what was passed on the way."""
        if self.ended is not None or at == self.since:
            return
        if not self.stopped and self.target is not None:
            due, goal = self.due(), self._seconds("goal")
            if due is not None and at > due and self.breached is None:
                self.breached = due
            if goal is not None and self.goal_passed is None:
                reached = self._reached(goal)
                self.goal_passed = reached if at > reached else None
            self.elapsed += max(0, self.calendars[self.target.calendar].elapsed(self.since, at))
        if at > self.since:
            self.segments.append(Segment(self.since, at, self.stopped, self._calendar_key()))
        self.since = at

    def _reached(self, seconds: int) -> datetime:
        """When `seconds` in all will have been counted; at once when they have been already (never backdated)."""
        if self.target is None or seconds <= self.elapsed:
            return self.since
        return self.calendars[self.target.calendar].add(self.since, seconds - self.elapsed)

    def _goal(self) -> datetime | None:
        if self.goal_passed is not None:
            return self.goal_passed
        goal = self._seconds("goal")
        return None if goal is None or self.stopped or self.ended is not None else self._reached(goal)

    def _warn(self, due: datetime) -> datetime | None:
        limit = self._seconds("limit")
        if limit is None or self.policy is None:
            return None
        early = min(int(limit * self.policy.warn_share), self.policy.warn_seconds)
        return min(due, self._reached(limit - early))

    def _seconds(self, which: str, target: Target | None = None) -> int | None:
        target = target or self.target
        duration = getattr(target, which) if target else None
        return None if duration is None or target is None else duration.seconds(self.calendars[target.calendar])

    def _calendar_key(self) -> str:
        target = self.target or self.last_target
        return target.calendar if target else ""
