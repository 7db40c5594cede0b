"""Business time. Pure: no I/O, no clock.

A calendar becomes sorted UTC edges (whole epoch seconds) with running totals of working seconds, so adding and
subtracting business time is two bisections, exact across summer time, holidays and windows over midnight. A moment is
inside a window when the wall clock of the calendar's zone shows a time inside it: a window 00:00–24:00 has 23 hours on
the day the clocks go forward and 25 on the day they go back. Fractions of a second are cut off.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

_EPOCH = date(1970, 1, 1)
_DAY = 86_400
_MOST_YEARS = 200

Windows = tuple[tuple[int, int], ...]


class EmptyCalendarError(ValueError):
    """A calendar in which no time ever passes can't carry a target."""


@dataclass(frozen=True)
class CalendarSpec:
    """`weekly`: (weekday 0 = Monday, start minute, end minute), local wall time; an end past 1440 runs over midnight.

    `exceptions` replace a date's windows: () is a holiday, others are half days. `day_seconds` is one business day
    of a target (default: the most common day's length). `past` are the hours of earlier days: (the first date on which
    they no longer hold, the weekly windows), in the order of time.
    """

    name: str
    zone: str
    weekly: tuple[tuple[int, int, int], ...]
    exceptions: Mapping[date, Windows] = field(default_factory=lambda: MappingProxyType({}))
    day_seconds: int | None = None
    past: tuple[tuple[date, tuple[tuple[int, int, int], ...]], ...] = ()


class BusinessCalendar:
    """A compiled calendar. Not thread-safe while growing is harmless: growth replaces whole lists at once."""

    def __init__(self, spec: CalendarSpec) -> None:
        if not any(end > start for _day, start, end in spec.weekly):
            raise EmptyCalendarError(f"The calendar “{spec.name}” has no working hours. Add some.")
        self.spec = spec
        self.zone = ZoneInfo(spec.zone)
        self.day_seconds = spec.day_seconds or _common_day(spec)
        self._by_day = _by_weekday(spec.weekly)
        self._past = [(_days(until), _by_weekday(weekly)) for until, weekly in spec.past]
        self._edges: tuple[int, int, list[int], list[int], list[int], list[int]] = (0, 0, [], [], [], [])

    def add(self, moment: datetime, seconds: int) -> datetime:
        """The first moment at which `seconds` of business time have passed; between two windows, the earlier edge.

        Zero or less gives the moment itself.
        """
        return datetime.fromtimestamp(self.add_ts(int(moment.timestamp()), seconds), UTC)

    def elapsed(self, start: datetime, end: datetime) -> int:
        """Business seconds from `start` to `end`; negative when `end` is earlier."""
        return self.elapsed_ts(int(start.timestamp()), int(end.timestamp()))

    def add_ts(self, moment: int, seconds: int) -> int:
        """`add` in epoch seconds."""
        if seconds <= 0:
            return moment
        edges = self._covering(moment, moment)
        wanted = _total_at(edges, moment) + seconds
        years = 1
        while edges[5][-1] < wanted:
            edges = self._covering(moment, moment + years * 366 * _DAY)
            years *= 2
            if years > _MOST_YEARS:
                raise OverflowError(f"The calendar “{self.spec.name}” has too few working hours for that target.")
        at = bisect_left(edges[5], wanted)
        return edges[2][at] + wanted - edges[4][at]

    def elapsed_ts(self, start: int, end: int) -> int:
        """`elapsed` in epoch seconds."""
        edges = self._covering(min(start, end), max(start, end))
        return _total_at(edges, end) - _total_at(edges, start)

    def windows(self, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
        """The open intervals between two moments, clipped to them, in order."""
        first, last = int(start.timestamp()), int(end.timestamp())
        edges = self._covering(first, last)
        at = max(0, bisect_right(edges[2], first) - 1)
        found = []
        while at < len(edges[2]) and edges[2][at] < last:
            opened, closed = max(edges[2][at], first), min(edges[3][at], last)
            if opened < closed:
                found.append((datetime.fromtimestamp(opened, UTC), datetime.fromtimestamp(closed, UTC)))
            at += 1
        return found

    def is_open(self, moment: datetime) -> bool:
        """Does business time pass at this moment."""
        second = int(moment.timestamp())
        return self.elapsed_ts(second, second + 1) > 0

    @property
    def never_closes(self) -> bool:
        """Around the clock, every day: an hour is an hour."""
        open_minutes = {(day * 1440 + minute) % 10_080 for day, start, end in self.spec.weekly
                        for minute in range(start, end)}
        return len(open_minutes) == 10_080 and not self.spec.exceptions

    def _covering(self, start: int, end: int) -> tuple[int, int, list[int], list[int], list[int], list[int]]:
        """Edges that cover [start, end]: (from, to, starts, ends, totals before, totals after)."""
        edges = self._edges
        if edges[0] <= start and end < edges[1]:
            return edges
        low = min(_year(start) - 1, _year(edges[0]) if edges[2] else 9999)
        high = max(_year(end) + 2, _year(edges[1]) if edges[2] else 0)
        starts: list[int] = []
        ends: list[int] = []
        for opened, closed in self._intervals(low, high):
            if ends and opened <= ends[-1]:
                ends[-1] = max(ends[-1], closed)
            else:
                starts.append(opened)
                ends.append(closed)
        before, after, total = [], [], 0
        for opened, closed in zip(starts, ends, strict=True):
            before.append(total)
            total += closed - opened
            after.append(total)
        edges = (_days(date(low, 1, 1)) * _DAY + 2 * _DAY, _days(date(high, 1, 1)) * _DAY - 2 * _DAY,
                 starts, ends, before, after)
        self._edges = edges
        return edges

    def _intervals(self, low: int, high: int) -> Iterator[tuple[int, int]]:
        """Open UTC intervals of the local dates from 1 January `low` to 1 January `high`, sorted."""
        segments = _offsets(self.zone, low, high)
        found = []
        day, last = _days(date(low, 1, 1)), _days(date(high, 1, 1))
        exceptions = {_days(d): w for d, w in self.spec.exceptions.items()}
        past = list(self._past)
        at = 0
        while day < last:
            while past and day >= past[0][0]:
                past.pop(0)
            replaced = exceptions.get(day)
            by_day = past[0][1] if past else self._by_day
            windows = by_day[(day + 3) % 7] if replaced is None else [(s * 60, e * 60) for s, e in replaced]
            for start, end in windows:
                opened, closed = day * _DAY + start, day * _DAY + end
                while at + 1 < len(segments) and segments[at][1] < opened - segments[at][2] - 3 * _DAY:
                    at += 1
                for begin, stop, offset in segments[at:at + 4]:
                    first, final = max(opened - offset, begin), min(closed - offset, stop)
                    if first < final:
                        found.append((first, final))
            day += 1
        found.sort()
        return iter(found)


def _total_at(edges: tuple[int, int, list[int], list[int], list[int], list[int]], moment: int) -> int:
    at = bisect_right(edges[2], moment) - 1
    if at < 0:
        return 0
    return edges[4][at] + min(moment, edges[3][at]) - edges[2][at]


def _by_weekday(weekly: Iterable[tuple[int, int, int]]) -> list[list[tuple[int, int]]]:
    found: list[list[tuple[int, int]]] = [[] for _ in range(7)]
    for weekday, start, end in weekly:
        found[weekday].append((start * 60, end * 60))
    return found


def _common_day(spec: CalendarSpec) -> int:
    lengths: Counter[int] = Counter()
    for weekday in range(7):
        length = sum(end - start for day, start, end in spec.weekly if day == weekday)
        if length:
            lengths[length] += 1
    return max(lengths, key=lambda length: (lengths[length], length)) * 60


def _days(day: date) -> int:
    return (day - _EPOCH).days


def _year(moment: int) -> int:
    return (_EPOCH + timedelta(days=moment // _DAY)).year


def _offset(zone: ZoneInfo, moment: int) -> int:
    shift = datetime.fromtimestamp(moment, zone).utcoffset()
    return int(shift.total_seconds()) if shift else 0


def _offsets(zone: ZoneInfo, low: int, high: int) -> list[tuple[int, int, int]]:
    """(from, to, UTC offset in seconds) over whole years; changes are found by halving the day they fall on."""
    moment, last = (_days(date(low, 1, 1)) - 3) * _DAY, (_days(date(high, 1, 1)) + 3) * _DAY
    found, begin, offset = [], moment, _offset(zone, moment)
    while moment < last:
        following = moment + _DAY
        if _offset(zone, following) != offset:
            left, right = moment, following
            while right - left > 1:
                middle = (left + right) // 2
                if _offset(zone, middle) == offset:
                    left = middle
                else:
                    right = middle
            found.append((begin, right, offset))
            begin, offset = right, _offset(zone, right)
            following = max(following, right)
        moment = following
    found.append((begin, last, offset))
    return found
