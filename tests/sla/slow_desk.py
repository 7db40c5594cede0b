"""A ticket's clocks by other means: what the rules say, told minute by minute. Shares no code with the engine.

Time is a number of whole minutes since `START`. Calendars are looked at once for each minute of the whole period.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import accumulate
from zoneinfo import ZoneInfo

from tests.sla.oracle import SlowCalendar

START = datetime(2026, 10, 12, tzinfo=UTC)  # two weeks before Europe's clocks go back
MINUTES = 56 * 1440
REOPEN = 14 * 1440
PAUSES = {"ongoing_update": {"pending"}, "resolution": {"pending", "on_hold"}}


@cache
def _walls(zone: ZoneInfo) -> list[tuple[date, int]]:
    """What a clock on the wall there shows minute by minute: the day, and the minute of it."""
    walls = [(START + timedelta(minutes=minute)).astimezone(zone) for minute in range(MINUTES)]
    return [(wall.date(), wall.hour * 60 + wall.minute) for wall in walls]


class Hours:
    """A calendar, looked at minute by minute: `before[m]` open minutes lie before minute m."""

    def __init__(self, calendar: SlowCalendar) -> None:
        self.before = [0, *accumulate(calendar.shows_open(day, minute) for day, minute in _walls(calendar.zone))]

    def between(self, start: int, end: int) -> int:
        """Open minutes from one minute to another."""
        return self.before[end] - self.before[start]

    def after(self, start: int, minutes: int) -> int:
        """The first minute at which so many open ones have passed."""
        return start if minutes <= 0 else bisect_left(self.before, self.before[start] + minutes)


@dataclass
class Watch:
    """One cycle. `limit` in open minutes on `hours`; None: best effort."""

    metric: str
    cycle: int
    started: int
    limit: int | None = None
    hours: Hours | None = None
    paused: bool = False
    since: int = 0
    elapsed: int = 0
    ended: int | None = None
    cancelled: bool = False
    breached: int | None = None
    ever: bool = False

    @property
    def counts(self) -> bool:
        return self.ended is None and self.limit is not None and not self.paused

    def due(self) -> int | None:
        """When its limit is reached if nothing happens any more."""
        if not self.counts or self.limit is None or self.hours is None:
            return None
        return self.hours.after(self.since, self.limit - self.elapsed)

    def pass_to(self, minute: int) -> None:
        """Time passes."""
        due = self.due()
        if due is not None and self.hours is not None:
            if minute > due and self.breached is None:
                self.breached = due
            self.elapsed += self.hours.between(self.since, minute)
        self.since = minute


@dataclass
class SlowDesk:
    """`targets` maps (metric, priority) to (limit in minutes, hours)."""

    targets: dict[tuple[str, int], tuple[int, Hours]]
    priority: int = 3
    status: str = "new"
    answered: bool = False
    solved: int | None = None
    watches: list[Watch] = field(default_factory=list)

    def happen(self, minute: int, what: str) -> None:
        """`opened N`, `reply`, `wrote`, a status, or `pN`."""
        for watch in self.watches:
            if watch.ended is None:
                watch.pass_to(minute)
        if what.startswith("opened"):
            self.priority = int(what[-1])
            self._begin("first_response", minute)
            self._begin("resolution", minute)
        elif what == "reply":
            self._reply(minute)
        elif what == "wrote":
            if self.answered and self._open("next_response") is None:
                self._begin("next_response", minute)
        elif what in {"p1", "p2", "p3", "p4"}:
            self.priority = int(what[1])
            for watch in self.watches:
                if watch.ended is None:
                    self._aim(watch)
        else:
            self._status(minute, what)

    def _reply(self, minute: int) -> None:
        self.answered = True
        for metric in ("first_response", "next_response", "ongoing_update"):
            self._end(metric, minute)
        if self.status not in {"solved", "closed"}:
            self._begin("ongoing_update", minute)

    def _status(self, minute: int, status: str) -> None:
        before, self.status = self.status, status
        if status == "solved":
            if before != "solved":
                self.solved = minute
                self._end("resolution", minute)
                self._end("ongoing_update", minute)
                self._end("first_response", minute, cancelled=True)
                self._end("next_response", minute, cancelled=True)
            return
        if before == "solved":
            self._reopen(minute)
        for watch in self.watches:
            watch.paused = status in PAUSES.get(watch.metric, set())

    def _reopen(self, minute: int) -> None:
        if self.solved is None or minute - self.solved > REOPEN:
            self._begin("resolution", minute)
            return
        for metric in ("resolution",) if self.answered else ("resolution", "first_response"):
            last = [w for w in self.watches if w.metric == metric][-1]
            last.ended, last.cancelled, last.since = None, False, minute
            self._aim(last)

    def _begin(self, metric: str, minute: int) -> None:
        cycle = 1 + sum(w.metric == metric for w in self.watches)
        watch = Watch(metric, cycle, minute, since=minute, paused=self.status in PAUSES.get(metric, set()))
        self.watches.append(watch)
        self._aim(watch)

    def _aim(self, watch: Watch) -> None:
        watch.limit, watch.hours = self.targets.get((watch.metric, self.priority), (None, None))
        watch.ever = watch.ever or watch.limit is not None

    def _open(self, metric: str) -> Watch | None:
        return next((w for w in self.watches if w.metric == metric and w.ended is None), None)

    def _end(self, metric: str, minute: int, *, cancelled: bool = False) -> None:
        watch = self._open(metric)
        if watch is not None:
            watch.ended, watch.cancelled = minute, cancelled or minute == watch.started
