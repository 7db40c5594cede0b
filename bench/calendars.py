"""Business time, against one bisection on a list of the same length."""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta

from django.core.management.base import OutputWrapper

from bench.measure import rate, tell
from sla.calendar import BusinessCalendar, CalendarSpec

_WEEK = tuple((day, 6 * 60, 18 * 60) for day in range(5))
_BATCH = 1000


def additions(out: OutputWrapper) -> None:
    """Additions a second of five business days on a calendar with summer time and holidays."""
    calendar = BusinessCalendar(CalendarSpec(
        name="Berlin", zone="Europe/Berlin", weekly=_WEEK,
        exceptions={date(year, 12, day): () for year in range(2026, 2029) for day in (24, 25, 26)}))
    start = datetime(2026, 1, 1, tzinfo=UTC)
    moments = [start + timedelta(minutes=521 * n) for n in range(_BATCH)]
    edges = list(range(0, 2 * 261 * 3 * 3600, 3600))
    probes = [int(m.timestamp()) % edges[-1] for m in moments]

    def add() -> None:
        for moment in moments:
            calendar.add(moment, 5 * 12 * 3600)

    def bisect() -> None:
        for probe in probes:
            bisect_right(edges, probe)

    values, floors = [], []
    for _ in range(5):
        values.append(rate(add, 0.5) * _BATCH)
        floors.append(rate(bisect, 0.5) * _BATCH)
    tell(out, "calendar", sorted(values)[2], sorted(floors)[2], "1/s")
