"""An independent answer to when business time passes: one minute at a time, by looking at the wall clock.

Shares no code with the engine, and is far too slow for anything but checking it.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)


class SlowCalendar:
    """`weekly` and `exceptions` as the product stores them."""

    def __init__(self, zone: str, weekly: list[tuple[int, int, int]], exceptions: dict[date, list[tuple[int, int]]]) -> None:
        self.zone, self.weekly, self.exceptions = ZoneInfo(zone), weekly, exceptions

    def is_open(self, moment: datetime) -> bool:
        """Is the minute that begins here inside a window of today, or of yesterday running over midnight."""
        wall = moment.astimezone(self.zone)
        minute = wall.hour * 60 + wall.minute
        return self._inside(wall.date(), minute) or self._inside(wall.date() - timedelta(days=1), minute + 1440)

    def _inside(self, day: date, minute: int) -> bool:
        if day in self.exceptions:
            windows = self.exceptions[day]
        else:
            windows = [(start, end) for weekday, start, end in self.weekly if weekday == day.weekday()]
        return any(start <= minute < end for start, end in windows)

    def add(self, moment: datetime, minutes: int) -> datetime:
        """When so many open minutes have passed."""
        moment = moment.astimezone(UTC)
        while minutes > 0:
            if self.is_open(moment):
                minutes -= 1
            moment += MINUTE
        return moment

    def elapsed(self, start: datetime, end: datetime) -> int:
        """Open minutes between two moments."""
        count, moment = 0, start.astimezone(UTC)
        while moment < end:
            count += self.is_open(moment)
            moment += MINUTE
        return count
