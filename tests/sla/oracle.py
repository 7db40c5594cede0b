"""An independent answer to when business time passes: one minute at a time, by looking at the wall clock.

Shares no code with the engine, and is far too slow for anything but checking it.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


class SlowCalendar:
    """`weekly` and `exceptions` as the product stores them."""

    def __init__(self, zone: str, weekly: list[tuple[int, int, int]], exceptions: dict[date, list[tuple[int, int]]]) -> None:
        self.zone, self.weekly, self.exceptions = ZoneInfo(zone), weekly, exceptions
        self._days: dict[date, list[bool]] = {}  # what was found of the days so far

    def is_open(self, moment: datetime) -> bool:
        """Is business open in the minute that begins here."""
        wall = moment.astimezone(self.zone)
        return self.shows_open(wall.date(), wall.hour * 60 + wall.minute)

    def shows_open(self, day: date, minute: int) -> bool:
        """Is this minute on the wall inside a window of the day, or of the day before running over midnight."""
        if day not in self._days:
            hands = self._days[day] = [False] * 1440
            for before, windows in ((0, self._windows(day)), (1440, self._windows(day - DAY))):
                for start, end in windows:
                    for shown in range(max(start - before, 0), min(end - before, 1440)):
                        hands[shown] = True
        return self._days[day][minute]

    def _windows(self, day: date) -> list[tuple[int, int]]:
        if day in self.exceptions:
            return self.exceptions[day]
        return [(start, end) for weekday, start, end in self.weekly if weekday == day.weekday()]

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
