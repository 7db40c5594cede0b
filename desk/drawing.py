"""Days as bars: shapes for inline SVG, a quarter of an hour being one unit."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from sla.calendar import BusinessCalendar
from toolkit.timefmt import weekday

Span = tuple[float, float]


@dataclass
class DayBar:
    """A local date: `open` and `used` are (x, width); `pin` is where something falls due."""

    day: date
    open: list[Span] = field(default_factory=list)
    used: list[Span] = field(default_factory=list)
    pin: float | None = None
    words: list[str] = field(default_factory=list)
    note: str = ""
    change: str = ""


def day_bars(calendar: BusinessCalendar, zone: ZoneInfo, first: date, days: int, *, start: datetime | None = None,
             due: datetime | None = None) -> list[DayBar]:
    """The open hours of some days in a zone; those between `start` and `due` are used, and `due` is pinned."""
    found = []
    for index in range(days):
        day = first + timedelta(days=index)
        begin, end = (datetime.combine(d, time(), zone) for d in (day, day + timedelta(days=1)))
        bar = DayBar(day, change=_clock_change(begin, end))
        for opened, closed in calendar.windows(begin, end):
            bar.open.append(_span(opened, closed, zone, day))
            bar.words.append(f"{opened.astimezone(zone):%H:%M}–{_end(closed, zone, day)}")
            if start is not None and due is not None and max(opened, start) < min(closed, due):
                bar.used.append(_span(max(opened, start), min(closed, due), zone, day))
        if due is not None and begin <= due < end:
            bar.pin = _at(due, zone, day)
        found.append(bar)
    return found


def bars_words(bars: list[DayBar], what: str) -> str:
    """The drawing in a sentence."""
    days = [f"{weekday(bar.day)} {', '.join(bar.words)}" for bar in bars if bar.used]
    if not days:
        return _("{what} doesn’t run on these days.").format(what=what)
    return _("{what} runs within {days}.").format(what=what, days="; ".join(days))


def _span(opened: datetime, closed: datetime, zone: ZoneInfo, day: date) -> Span:
    left, right = _at(opened, zone, day), _at(closed, zone, day)
    return round(left, 2), round(max(right - left, 0.5), 2)


def _at(moment: datetime, zone: ZoneInfo, day: date) -> float:
    local = moment.astimezone(zone)
    if local.date() > day:
        return 96.0
    return (local.hour * 60 + local.minute) / 15


def _end(moment: datetime, zone: ZoneInfo, day: date) -> str:
    local = moment.astimezone(zone)
    return "24:00" if local.date() > day else f"{local:%H:%M}"


def _clock_change(begin: datetime, end: datetime) -> str:
    """What the clocks do on this day, if anything."""
    before, after = begin.utcoffset(), end.utcoffset()
    if before is None or after is None or before == after:
        return ""
    return _("Clocks go forward") if after > before else _("Clocks go back")
