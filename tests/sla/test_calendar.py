from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sla.calendar import BusinessCalendar, CalendarSpec, EmptyCalendarError
from tests.sla.oracle import SlowCalendar

CASES = int(os.environ.get("SLA_CASES", "150"))
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns",
         "Africa/Casablanca", "Asia/Tehran", "Pacific/Chatham", "America/Santiago"]
BERLIN = BusinessCalendar(CalendarSpec("b", "Europe/Berlin", tuple((d, 360, 1080) for d in range(5))))
ALWAYS = BusinessCalendar(CalendarSpec("a", "UTC", tuple((d, 0, 1440) for d in range(7))))


def at(*parts: int) -> datetime:
    """A moment in UTC."""
    return datetime(*parts, tzinfo=UTC)


@st.composite
def calendars(draw: st.DrawFn) -> tuple[BusinessCalendar, SlowCalendar]:
    weekly = set()
    for weekday in draw(st.sets(st.integers(0, 6), min_size=1)):
        for _ in range(draw(st.integers(1, 2))):
            start = draw(st.integers(0, 1439))
            weekly.add((weekday, start, start + draw(st.integers(30, 1440))))
    weekly = [(d, s, min(e, 2880)) for d, s, e in sorted(weekly)]
    days = draw(st.lists(st.sampled_from([date(2026, 3, 27) + timedelta(days=n) for n in range(8)]), max_size=3))
    exceptions = {d: [] if draw(st.booleans()) else [(600, 720)] for d in days}
    zone = draw(st.sampled_from(ZONES))
    spec = CalendarSpec("x", zone, tuple(weekly), MappingProxyType({d: tuple(w) for d, w in exceptions.items()}))
    return BusinessCalendar(spec), SlowCalendar(zone, weekly, exceptions)


# Around the changes of the clocks in both halves of the world.
moments = st.builds(lambda start, minutes: start + timedelta(minutes=minutes),
                    st.sampled_from([at(2026, 3, 27), at(2026, 10, 23), at(2026, 4, 3), at(2026, 9, 26), at(2026, 3, 6)]),
                    st.integers(0, 4 * 1440))


@settings(max_examples=CASES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(calendars(), moments, st.integers(1, 900))
def test_adding_agrees_with_counting_minutes(pair: tuple[BusinessCalendar, SlowCalendar], start: datetime, minutes: int) -> None:
    fast, slow = pair
    due = fast.add(start, minutes * 60)
    assert due == slow.add(start, minutes)


@settings(max_examples=CASES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(calendars(), moments, st.integers(0, 6000))
def test_elapsed_agrees_with_counting_minutes(pair: tuple[BusinessCalendar, SlowCalendar], start: datetime, span: int) -> None:
    fast, slow = pair
    end = start + timedelta(minutes=span)
    assert fast.elapsed(start, end) == slow.elapsed(start, end) * 60


@settings(max_examples=CASES * 4, deadline=None)
@given(calendars(), moments, st.integers(1, 400_000))
def test_adding_and_elapsed_are_inverse(pair: tuple[BusinessCalendar, SlowCalendar], start: datetime, seconds: int) -> None:
    fast, _slow = pair
    assert fast.elapsed(start, fast.add(start, seconds)) == seconds


@pytest.mark.parametrize(("opened", "hours", "due"), [
    (at(2026, 11, 20, 16, 59), 2, at(2026, 11, 23, 6, 59)),      # Friday 17:59: one minute today, the rest on Monday
    (at(2026, 11, 22, 10, 0), 2, at(2026, 11, 23, 7, 0)),        # Sunday
    (at(2026, 3, 27, 16, 30), 2, at(2026, 3, 30, 5, 30)),        # over the spring change: Monday 07:30 is 05:30 UTC
    (at(2026, 10, 23, 15, 30), 2, at(2026, 10, 26, 6, 30)),      # over the autumn change
    (at(2026, 11, 23, 5, 0), 12, at(2026, 11, 23, 17, 0)),       # a whole day ends on its own edge, not next morning
])
def test_business_hours_in_central_europe(opened: datetime, hours: int, due: datetime) -> None:
    assert BERLIN.add(opened, hours * 3600) == due


def test_two_business_days_from_a_sunday_end_on_tuesday_evening() -> None:
    assert BERLIN.add(at(2026, 11, 22, 10, 0), 2 * BERLIN.day_seconds) == at(2026, 11, 24, 17, 0)


def test_around_the_clock_is_a_calendar_like_any_other() -> None:
    assert ALWAYS.add(at(2026, 3, 29, 0, 30), 3600) == at(2026, 3, 29, 1, 30)


def test_a_whole_day_window_has_23_and_25_hours_when_clocks_change() -> None:
    whole = BusinessCalendar(CalendarSpec("w", "Europe/Berlin", ((6, 0, 1440),)))
    assert whole.elapsed(at(2026, 3, 28, 12), at(2026, 3, 29, 23)) == 23 * 3600
    assert whole.elapsed(at(2026, 10, 24, 12), at(2026, 10, 25, 23, 30)) == 25 * 3600


def test_the_working_day_is_the_most_common_one() -> None:
    spec = CalendarSpec("x", "UTC", ((0, 0, 480), (1, 0, 480), (2, 0, 240)))
    assert BusinessCalendar(spec).day_seconds == 480 * 60


def test_far_deadlines_are_found() -> None:
    rare = BusinessCalendar(CalendarSpec("r", "UTC", ((0, 0, 60),)))
    assert rare.add(at(2026, 1, 1), 520 * 3600).year in {2035, 2036}


def test_a_calendar_without_hours_is_refused() -> None:
    with pytest.raises(EmptyCalendarError):
        BusinessCalendar(CalendarSpec("empty", "UTC", ()))
