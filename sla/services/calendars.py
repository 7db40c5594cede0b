"""Calendars change from a day on. What has been counted stays: hours of the past are kept beside the new ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.db.models import Q
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.members import Member
from accounts.services.audit import record_audit
from sla.calendar import BusinessCalendar
from sla.catalogue import calendar_spec
from sla.errors import TermsError
from sla.holidays import public_holidays
from sla.hours import week_words
from sla.models import Calendar, CalendarException, CalendarWindow, Coverage, SlaTarget
from sla.services.policies import require_editor
from sla.services.recalculation import recalculate_calendar
from toolkit.errors import ConflictError
from toolkit.timefmt import day_and_month

Week = Sequence[tuple[int, int, int]]


def create_calendar(name: str, time_zone: str, *, by: Member, at: datetime) -> Calendar:
    """A calendar without hours yet; nothing can be published on it until it has some."""
    require_editor(by)
    name = name.strip()[:80]
    slug, problems = slugify(name)[:60], {}
    if not slug:
        problems["name"] = _("Give the calendar a name.")
    elif Calendar.objects.filter(slug=slug).exists():
        problems["name"] = _("There is a calendar “{name}” already. Choose another name.").format(name=name)
    if time_zone not in available_timezones():
        problems["time_zone"] = _("Choose a time zone from the list, such as Europe/Berlin.")
    if problems:
        raise TermsError(problems)
    calendar: Calendar = Calendar.objects.create(slug=slug, name=name, time_zone=time_zone)
    record_audit(by=by.person, action="calendar.created", subject=calendar, at=at,
                 changes={"time zone": [None, time_zone]})
    return calendar


def is_in_use(calendar: Calendar) -> bool:
    """Does a published version or a contract count on it."""
    targets = SlaTarget.objects.filter(calendar=calendar)
    return (targets.filter(Q(version__published_at__isnull=False) | Q(agreement__isnull=False)).exists()
            or Coverage.objects.filter(calendar=calendar).exists())


def first_changeable_day(calendar: Calendar, at: datetime) -> date | None:
    """From which local day on a calendar in use can change (tomorrow); None when any day can."""
    return local_day(calendar, at) + timedelta(days=1) if is_in_use(calendar) else None


def local_day(calendar: Calendar, at: datetime) -> date:
    """The date at the calendar's place."""
    return at.astimezone(ZoneInfo(calendar.time_zone)).date()


def set_week(calendar: Calendar, weekly: Week, *, since: date | None, revision: int, by: Member,
             at: datetime) -> Calendar:
    """Give the calendar other weekly hours from a day on (None: the first possible).

    Raises TermsError when there are none at all or the day is past, ConflictError when it changed meanwhile.
    """
    locked = _lock(calendar, by, revision)
    if not weekly:
        raise TermsError({"week": _("Write hours for at least one day: a calendar in which no time passes can’t carry a "
                                    "target.")})
    earliest = first_changeable_day(locked, at)
    if earliest and since and since < earliest:
        raise TermsError({"since": _("Choose {day} or a later day: what has been counted stays as it was.").format(
                                       day=day_and_month(earliest))})
    since = (since or earliest) if earliest else None
    rows = CalendarWindow.objects.filter(calendar=locked)
    before = [(w.weekday, w.start_minute, w.end_minute) for w in rows.filter(until__isnull=True)]
    if sorted(before) == sorted(weekly):
        return locked
    if since is None:
        rows.delete()
    else:
        if locked.day_minutes is None and before:  # a business day of a target in use keeps its length
            locked.day_minutes = BusinessCalendar(calendar_spec(locked)).day_seconds // 60
        rows.filter(since__gte=since).delete()
        for row in rows.exclude(until__lt=since):
            row.until = since - timedelta(days=1)
            row.save(update_fields=["until"])
    CalendarWindow.objects.bulk_create([CalendarWindow(calendar=locked, weekday=d, start_minute=s, end_minute=e,
                                                       since=since) for d, s, e in sorted(set(weekly))])
    return _changed(locked, by, at, {"hours": ["; ".join(week_words(before)), "; ".join(week_words(weekly))],
                                     "from": [None, since.isoformat() if since else "always"]})


def set_day_length(calendar: Calendar, minutes: int | None, *, revision: int, by: Member, at: datetime) -> Calendar:
    """How long one business day of a target is (None: as long as the most common day)."""
    locked = _lock(calendar, by, revision)
    if locked.day_minutes == minutes:
        return locked
    if is_in_use(locked):
        raise TermsError({"day_minutes": _("Published targets count in these business days. Make a new calendar for another "
                                           "length.")})
    if minutes is not None and not 1 <= minutes <= 1440:
        raise TermsError({"day_minutes": _("A business day has between 1 minute and 24 hours.")})
    before, locked.day_minutes = locked.day_minutes, minutes
    return _changed(locked, by, at, {"business day": [before, minutes]})


def add_exception(calendar: Calendar, day: date, name: str, windows: Sequence[tuple[int, int]], *, by: Member,
                  at: datetime) -> CalendarException:
    """A date of its own: closed all day, or other hours (a half day). Replaces what was said of that date."""
    locked = _lock(calendar, by, None)
    _require_changeable(locked, day, at)
    if not name.strip():
        raise TermsError({"name": _("Name the day: customers read it.")})
    row: CalendarException
    row, _new = CalendarException.objects.update_or_create(
        calendar=locked, date=day, defaults={"name": name.strip()[:120], "windows": [list(w) for w in windows],
                                             "region": ""})
    _changed(locked, by, at, {str(day): [None, row.name]})
    return row


def remove_exception(row: CalendarException, *, by: Member, at: datetime) -> None:
    """The date is like its weekday again."""
    locked = _lock(row.calendar, by, None)
    _require_changeable(locked, row.date, at)
    day, name = row.date, row.name
    row.delete()
    _changed(locked, by, at, {str(day): [name, None]})


def add_holidays(calendar: Calendar, country: str, subdivision: str, years: Sequence[int], *, by: Member,
                 at: datetime) -> int:
    """Copy a country's (and region's) public holidays into the calendar, where no date of its own stands. A later
    version of the library never moves them. Returns how many were new.

    Raises TermsError for a country or region that isn't known.
    """
    locked = _lock(calendar, by, None)
    earliest = first_changeable_day(locked, at)
    known = set(CalendarException.objects.filter(calendar=locked).values_list("date", flat=True))
    region = f"{country}-{subdivision}" if subdivision else country
    found = public_holidays(country, subdivision, years)
    rows = [CalendarException(calendar=locked, date=day, name=name[:120], windows=[], region=region[:20])
            for day, name in sorted(found.items()) if day not in known and (earliest is None or day >= earliest)]
    if rows:
        CalendarException.objects.bulk_create(rows)
        _changed(locked, by, at, {f"public holidays of {region}": [None, ", ".join(str(r.date) for r in rows)]})
    return len(rows)


def _require_changeable(calendar: Calendar, day: date, at: datetime) -> None:
    earliest = first_changeable_day(calendar, at)
    if earliest and day < earliest:
        raise TermsError({"date": _("Choose {day} or a later day: what has been counted stays as it was.").format(
                                      day=day_and_month(earliest))})


def _lock(calendar: Calendar, by: Member, revision: int | None) -> Calendar:
    require_editor(by)
    found: Calendar = Calendar.objects.select_for_update().get(pk=calendar.pk)
    if revision is not None and found.revision != revision:
        raise ConflictError(_("Somebody changed this calendar while you worked on it. Your input is kept: look at what "
                              "stands now, then save again."))
    return found


def _changed(calendar: Calendar, by: Member, at: datetime, changes: dict[str, Any]) -> Calendar:
    """The revision grows, so that every process compiles anew; open tickets follow."""
    calendar.revision += 1
    calendar.save(update_fields=["revision", "day_minutes"])
    record_audit(by=by.person, action="calendar.changed", subject=calendar, at=at, changes=changes)
    if is_in_use(calendar):
        recalculate_calendar(calendar, by=by.person, at=at)
    return calendar
