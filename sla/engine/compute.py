"""From a ticket's facts to all its clocks (architecture §4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sla.calendar import BusinessCalendar
from sla.engine.run import Run
from sla.engine.types import Clock, Fact, FactKind, Policy, Target
from sla.enums import Metric

_DONE = frozenset({"solved", "closed"})


def compute(facts: Sequence[Fact], policies: Mapping[str, Policy], calendars: Mapping[str, BusinessCalendar],
            now: datetime, recorded: Mapping[tuple[Metric, int], datetime] | None = None) -> tuple[Clock, ...]:
    """Every clock of a ticket as of `now`, in the order in which they started.

    `facts` are sorted by time, the first being OPENED (with priority, environment and policy). `recorded` holds the
    breaches already on record, which never un-happen. Clocks that were best effort all along are left out (S21).
    """
    desk = _Desk(policies, calendars)
    for fact in facts:
        desk.take(fact)
    known = recorded or {}
    return tuple(run.finish(now, known.get((run.metric, run.cycle))) for run in desk.runs if run.counts)


class _Desk:
    """The ticket's state while the facts pass by."""

    def __init__(self, policies: Mapping[str, Policy], calendars: Mapping[str, BusinessCalendar]) -> None:
        self.policies, self.calendars = policies, calendars
        self.policy: Policy | None = None
        self.status, self.priority, self.environment = "new", 3, ""
        self.runs: list[Run] = []
        self.latest: dict[Metric, Run] = {}
        self.answered = False
        self.solved_at: datetime | None = None

    def take(self, fact: Fact) -> None:
        _TAKERS[fact.kind](self, fact)

    def _opened(self, fact: Fact) -> None:
        self.priority, self.environment = fact.priority, fact.environment
        self.policy = self.policies.get(fact.policy)
        self._start(Metric.FIRST_RESPONSE, fact.at)
        self._start(Metric.RESOLUTION, fact.at)

    def _requester_message(self, fact: Fact) -> None:
        if self.answered and not self._open(Metric.NEXT_RESPONSE):
            self._start(Metric.NEXT_RESPONSE, fact.at)

    def _public_reply(self, fact: Fact) -> None:
        self.answered = True
        for metric in (Metric.FIRST_RESPONSE, Metric.NEXT_RESPONSE, Metric.PROMISE, Metric.ONGOING_UPDATE):
            self._end(metric, fact.at)
        if self.status not in _DONE:
            self._start(Metric.ONGOING_UPDATE, fact.at)

    def _status_changed(self, fact: Fact) -> None:
        before, self.status = self.status, fact.status
        if fact.status in _DONE:
            if before not in _DONE:
                self._solved(fact.at)
            return
        if before in _DONE:
            self._reopened(fact.at)
        for metric, run in self.latest.items():
            if run.ended is None:
                run.pause(fact.at, self._stopped(metric))

    def _solved(self, at: datetime) -> None:
        self.solved_at = at
        self._end(Metric.RESOLUTION, at)
        self._end(Metric.ONGOING_UPDATE, at)
        # Solved without an answer: the wait ends, but nobody met a target.
        for metric in (Metric.FIRST_RESPONSE, Metric.NEXT_RESPONSE, Metric.PROMISE):
            self._end(metric, at, cancelled=True)

    def _reopened(self, at: datetime) -> None:
        window = self.policy.reopen_seconds if self.policy else 0
        in_time = self.solved_at is not None and (at - self.solved_at).total_seconds() <= window
        if not in_time:
            self._start(Metric.RESOLUTION, at)
            return
        for metric in (Metric.RESOLUTION,) if self.answered else (Metric.RESOLUTION, Metric.FIRST_RESPONSE):
            if metric in self.latest:
                self.latest[metric].revive(at, self._stopped(metric))
                self._retarget(metric, at)

    def _terms_changed(self, fact: Fact) -> None:
        self.priority = fact.priority or self.priority
        self.environment = fact.environment or self.environment
        if fact.policy:
            self.policy = self.policies.get(fact.policy)
        for metric, run in self.latest.items():
            if run.ended is None and run.fixed_due is None:
                self._retarget(metric, fact.at)

    def _promised(self, fact: Fact) -> None:
        self._end(Metric.PROMISE, fact.at, cancelled=True)
        run = self._start(Metric.PROMISE, fact.at)
        run.fixed_due = fact.until

    def _cancelled(self, fact: Fact) -> None:
        self.status = "closed"
        for metric in self.latest:
            self._end(metric, fact.at, cancelled=True)

    def _start(self, metric: Metric, at: datetime) -> Run:
        before = self.latest.get(metric)
        run = Run(metric, before.cycle + 1 if before else 1, at, self.calendars, self.policy, self._target(metric),
                  self._stopped(metric))
        self.latest[metric] = run
        self.runs.append(run)
        return run

    def _retarget(self, metric: Metric, at: datetime) -> None:
        self.latest[metric].retarget(at, self.policy, self._target(metric), self._stopped(metric))

    def _target(self, metric: Metric) -> Target | None:
        return self.policy.target(metric, self.priority, self.environment) if self.policy else None

    def _end(self, metric: Metric, at: datetime, *, cancelled: bool = False) -> None:
        run = self.latest.get(metric)
        if run is not None and run.ended is None:
            run.end(at, cancelled=cancelled)

    def _open(self, metric: Metric) -> Run | None:
        run = self.latest.get(metric)
        return run if run is not None and run.ended is None else None

    def _stopped(self, metric: Metric) -> str:
        """Why a clock of this metric stands still in the present status; empty when it counts."""
        pauses = self.policy.pauses.get(metric, frozenset()) if self.policy else frozenset()
        return self.status if self.status in pauses else ""


_TAKERS: dict[FactKind, Callable[[_Desk, Fact], None]] = {
    FactKind.OPENED: _Desk._opened,
    FactKind.REQUESTER_MESSAGE: _Desk._requester_message,
    FactKind.PUBLIC_REPLY: _Desk._public_reply,
    FactKind.STATUS_CHANGED: _Desk._status_changed,
    FactKind.PRIORITY_CHANGED: _Desk._terms_changed,
    FactKind.ENVIRONMENT_CHANGED: _Desk._terms_changed,
    FactKind.POLICY_CHANGED: _Desk._terms_changed,
    FactKind.PROMISED: _Desk._promised,
    FactKind.CANCELLED: _Desk._cancelled,
}
