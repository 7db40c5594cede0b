from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.models import AuditEvent
from sla.calendar import BusinessCalendar
from sla.catalogue import calendar_spec
from sla.errors import TermsError
from sla.models import Calendar, CalendarException, CalendarWindow, Recalculation, SlaClock
from sla.services.calendars import (
    add_exception,
    add_holidays,
    create_calendar,
    remove_exception,
    set_day_length,
    set_week,
)
from sla.services.jobs import run_open_jobs
from tests.factories.desk import Desk
from tickets.services import Entry, reply
from toolkit.errors import ConflictError, ForbiddenError

LONGER = [(day, 480, 1200) for day in range(5)]  # 08:00–20:00
OFFICE = "office"


def office() -> Calendar:
    return Calendar.objects.get(slug=OFFICE)


def compiled() -> BusinessCalendar:
    return BusinessCalendar(calendar_spec(office()))


def test_new_hours_begin_tomorrow_and_the_past_keeps_its_own(acme: Desk, now: datetime) -> None:
    set_week(office(), LONGER, since=None, revision=office().revision, by=acme.member("alice"), at=now)
    hours = compiled()
    day = datetime(2026, 11, 18, tzinfo=UTC)
    assert hours.elapsed(day, day + timedelta(days=1)) == 8 * 3600
    assert hours.elapsed(day + timedelta(days=1), day + timedelta(days=2)) == 12 * 3600
    assert hours.day_seconds == 8 * 3600  # a business day of a published target keeps its length
    assert hours.elapsed(day - timedelta(days=700), day) == 8 * 3600 * 500


def test_a_change_that_never_came_into_force_leaves_no_trace(acme: Desk, now: datetime) -> None:
    alice = acme.member("alice")
    set_week(office(), LONGER, since=date(2026, 12, 1), revision=office().revision, by=alice, at=now)
    set_week(office(), [(0, 600, 660)], since=date(2026, 11, 23), revision=office().revision, by=alice, at=now)
    hours = compiled()
    assert hours.elapsed(datetime(2026, 11, 19, tzinfo=UTC), datetime(2026, 11, 20, tzinfo=UTC)) == 8 * 3600
    assert hours.elapsed(datetime(2026, 11, 23, tzinfo=UTC), datetime(2026, 12, 7, tzinfo=UTC)) == 2 * 3600


def test_hours_of_the_past_and_none_at_all_are_refused(acme: Desk, now: datetime) -> None:
    alice = acme.member("alice")
    with pytest.raises(TermsError, match="at least one day"):
        set_week(office(), [], since=None, revision=office().revision, by=alice, at=now)
    with pytest.raises(TermsError, match="19 November or a later day"):
        set_week(office(), LONGER, since=date(2026, 11, 18), revision=office().revision, by=alice, at=now)
    with pytest.raises(ConflictError, match="Your input is kept"):
        set_week(office(), LONGER, since=None, revision=99, by=alice, at=now)
    with pytest.raises(TermsError, match="new calendar"):
        set_day_length(office(), 600, revision=office().revision, by=alice, at=now)
    with pytest.raises(ForbiddenError):
        set_week(office(), LONGER, since=None, revision=office().revision, by=acme.member("mia"), at=now)


def test_open_tickets_follow_a_changed_calendar(acme: Desk, now: datetime) -> None:
    evening = datetime(2026, 11, 18, 16, 0, tzinfo=UTC)
    answered = acme.ticket(at=now, requested_priority=2)
    reply(answered, Entry("Done."), by=acme.member("bob"), at=now + timedelta(hours=1))
    ticket = acme.ticket(at=evening, requested_priority=2)
    clock = SlaClock.objects.get(ticket=ticket, metric="first_response")
    assert clock.due_at == datetime(2026, 11, 19, 12, 0, tzinfo=UTC)
    before = list(SlaClock.objects.filter(ticket=answered, ended_at__isnull=False).values())
    set_week(office(), LONGER, since=None, revision=office().revision, by=acme.member("alice"), at=evening)
    run_open_jobs(clock=lambda: evening)
    clock.refresh_from_db()
    assert clock.due_at == datetime(2026, 11, 19, 11, 0, tzinfo=UTC)
    assert list(SlaClock.objects.filter(ticket=answered, ended_at__isnull=False).values()) == before
    job = Recalculation.objects.get()
    assert (job.state, job.done, job.total) == ("done", 2, 2)


def test_public_holidays_are_copied_once_and_stay(acme: Desk, now: datetime) -> None:
    alice = acme.member("alice")
    add_exception(office(), date(2026, 12, 25), "Office party", [(540, 720)], by=alice, at=now)
    assert add_holidays(office(), "DE", "BE", [2026, 2027], by=alice, at=now) > 8
    assert add_holidays(office(), "DE", "BE", [2026, 2027], by=alice, at=now) == 0
    rows = {e.date: e for e in CalendarException.objects.filter(calendar=office())}
    assert rows[date(2026, 12, 25)].windows == [[540, 720]]  # an own date isn't overwritten
    assert (rows[date(2027, 3, 8)].region, rows[date(2027, 3, 8)].windows) == ("DE-BE", [])
    assert date(2026, 10, 3) not in rows  # past: what was counted stays
    with pytest.raises(TermsError, match="no region of DE"):
        add_holidays(office(), "DE", "XX", [2027], by=alice, at=now)
    with pytest.raises(TermsError, match="country from the list"):
        add_holidays(office(), "Q9", "", [2027], by=alice, at=now)


def test_a_half_day_counts_half_and_goes_again(acme: Desk, now: datetime) -> None:
    alice = acme.member("alice")
    row = add_exception(office(), date(2026, 12, 24), "Christmas Eve", [(540, 720)], by=alice, at=now)
    day = datetime(2026, 12, 24, tzinfo=UTC)
    assert compiled().elapsed(day, day + timedelta(days=1)) == 3 * 3600
    remove_exception(row, by=alice, at=now)
    assert compiled().elapsed(day, day + timedelta(days=1)) == 8 * 3600
    with pytest.raises(TermsError, match="a later day"):
        add_exception(office(), date(2026, 11, 18), "Today", [], by=alice, at=now)
    assert AuditEvent.objects.filter(action="calendar.changed").count() == 2


def test_a_new_calendar_is_free_until_something_counts_on_it(acme: Desk, now: datetime) -> None:
    alice = acme.member("alice")
    calendar = create_calendar("Night shift", "Asia/Kathmandu", by=alice, at=now)
    set_week(calendar, [(d, 1320, 1800) for d in range(7)], since=None, revision=1, by=alice, at=now)
    set_week(calendar, [(d, 1260, 1800) for d in range(7)], since=None, revision=2, by=alice, at=now)
    assert CalendarWindow.objects.filter(calendar=calendar).count() == 7
    set_day_length(calendar, 480, revision=3, by=alice, at=now)
    calendar.refresh_from_db()
    assert (calendar.day_minutes, calendar.revision) == (480, 4)
    assert not Recalculation.objects.exists()
    for name, zone in (("Night shift", "UTC"), ("", "UTC"), ("Other", "Mars/Olympus")):
        with pytest.raises(TermsError):
            create_calendar(name, zone, by=alice, at=now)
