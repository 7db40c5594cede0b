"""Why a clock stands where it stands: every counted, paused and closed interval, adding up to the second."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sla.calendar import BusinessCalendar
from sla.engine.types import Clock


@dataclass(frozen=True, slots=True)
class Interval:
    """`kind` is counted, closed (outside the calendar's hours) or paused; `reason` says which pause."""

    start: datetime
    end: datetime
    kind: str
    reason: str = ""

    @property
    def seconds(self) -> int:
        """Length on the wall clock, whole seconds as the calendar counts them."""
        return int(self.end.timestamp()) - int(self.start.timestamp())


def ledger(clock: Clock, calendars: Mapping[str, BusinessCalendar], until: datetime) -> list[Interval]:
    """The clock's life from its start to its end, or to `until` while it is open, without gaps."""
    found: list[Interval] = []
    for segment in clock.segments:
        end = segment.end or until
        if end <= segment.start:
            continue
        if segment.reason or not segment.calendar:
            found.append(Interval(segment.start, end, "paused", segment.reason))
        else:
            found.extend(_counted(calendars[segment.calendar], segment.start, end))
    return found


def explain(clock: Clock, calendars: Mapping[str, BusinessCalendar], now: datetime) -> list[Interval]:
    """The ledger up to the due moment of an open clock, so that its counted part adds up to the limit."""
    return ledger(clock, calendars, clock.due_at or clock.breached_at or now)


def _counted(calendar: BusinessCalendar, start: datetime, end: datetime) -> Iterator[Interval]:
    at = start
    for opened, closed in calendar.windows(start, end):
        if int(opened.timestamp()) > int(at.timestamp()):
            yield Interval(at, opened, "closed")
        yield Interval(opened, closed, "counted")
        at = closed
    if int(end.timestamp()) > int(at.timestamp()):
        yield Interval(at, end, "closed")
