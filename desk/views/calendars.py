"""Business calendars: weekly hours, holidays, and the next four weeks as they will be."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from accounts.enums import AgentRole
from accounts.requests import MemberRequest
from desk.drawing import day_bars
from desk.guards import staff
from desk.shell import settings_shell
from desk.views.policies import HOME
from sla.calendar import BusinessCalendar, EmptyCalendarError
from sla.catalogue import calendar_spec
from sla.errors import TermsError
from sla.holidays import countries
from sla.hours import DAYS, HoursTextError, hours_text, hours_words, parse_hours
from sla.models import Calendar, CalendarException, CalendarWindow
from sla.rules import can_edit_policies
from sla.services import calendars as service
from toolkit.clock import now as clock_now
from toolkit.errors import ConflictError, DomainError, NotFoundError
from toolkit.paging import keyset_page
from toolkit.rendering import render_page, see_other


def calendar_for(slug: str) -> Calendar:
    """The door to a calendar of the tenant."""
    found: Calendar | None = Calendar.objects.filter(slug=slug).first()
    if found is None:
        raise NotFoundError
    return found


def _list(request: MemberRequest) -> HttpResponse:
    errors: Mapping[str, str] = {}
    if request.method == "POST":
        if not can_edit_policies(request.member):
            raise Http404
        try:
            made = service.create_calendar(request.POST.get("name", ""), request.POST.get("time_zone", ""),
                                           by=request.member, at=clock_now())
            return see_other(request, f"{HOME}/calendars/{made.slug}")
        except TermsError as error:
            errors = error.fields
    page = keyset_page(Calendar.objects.all(), order=["name", "id"], cursor=request.GET.get("after", ""))
    return render_page(request, "desk/settings/calendars.html", settings_shell(request, "calendars") | {
        "page": page, "errors": errors, "can_edit": can_edit_policies(request.member), "zones": sorted(available_timezones()),
        "typed": {"name": request.POST.get("name", ""),
                  "time_zone": request.POST.get("time_zone", "") or request.tenant.time_zone}},
        status=422 if errors else 200)


def _page(request: MemberRequest, slug: str, *, typed: Mapping[int, str] | None = None,
          errors: Mapping[str, str] | None = None, conflict: str = "") -> HttpResponse:
    calendar, now = calendar_for(slug), clock_now()
    zone, today = ZoneInfo(calendar.time_zone), service.local_day(calendar, now)
    windows = list(CalendarWindow.objects.filter(calendar=calendar, until__isnull=True))
    stored = {day: hours_text([(w.start_minute, w.end_minute) for w in windows if w.weekday == day]) for day in range(7)}
    errors = errors or {}
    shown = dict(enumerate(typed.values())) if typed is not None else stored
    exceptions = CalendarException.objects.filter(calendar=calendar, date__gte=today)
    page = keyset_page(exceptions, order=["date", "id"], cursor=request.GET.get("after", ""), size=40)
    earliest = service.first_changeable_day(calendar, now)
    context = settings_shell(request, "calendars") | {
        "calendar": calendar, "zone": zone, "weeks": _weeks(calendar, zone, today), "earliest": earliest,
        "days": [{"index": d, "name": DAYS[d], "text": shown.get(d, ""), "error": errors.get(f"day-{d}", ""),
                  "now": stored[d] or "closed" if conflict and shown.get(d, "") != stored[d] else ""} for d in range(7)],
        "since": request.POST.get("since", "") or (earliest.isoformat() if earliest else ""),
        "upcoming": sorted({w.since for w in windows if w.since and w.since > today}),
        "page": page, "exceptions": [(e, hours_words([tuple(w) for w in e.windows])) for e in page.rows],
        "countries": countries(), "errors": errors, "conflict": conflict, "today": today,
        "years": [today.year, today.year + 1], "can_edit": can_edit_policies(request.member),
        "day_words": _day_words(calendar), "day_text": request.POST.get("day_hours", "") or _day_text(calendar),
        "typed": request.POST}
    status = 409 if conflict else 422 if errors else 200
    return render_page(request, "desk/settings/calendar.html", context, status=status)


def _weeks(calendar: Calendar, zone: ZoneInfo, today: date) -> list[Any]:
    """The next four weeks, Monday first; empty when the calendar has no hours."""
    try:
        compiled = BusinessCalendar(calendar_spec(calendar))
    except EmptyCalendarError:
        return []
    monday = today - timedelta(days=today.weekday())
    bars = day_bars(compiled, zone, monday, 28)
    names = {e.date: e.name for e in CalendarException.objects.filter(calendar=calendar, date__gte=monday)}
    for bar in bars:
        bar.note = names.get(bar.day, "")
    return [bars[i:i + 7] for i in range(0, 28, 7)]


def _day_words(calendar: Calendar) -> str:
    try:
        minutes = BusinessCalendar(calendar_spec(calendar)).day_seconds // 60
    except EmptyCalendarError:
        return _("not known yet")
    return f"{minutes // 60}h {minutes % 60:02d}m" if minutes % 60 else f"{minutes // 60}h"


def _day_text(calendar: Calendar) -> str:
    return f"{calendar.day_minutes / 60:g}" if calendar.day_minutes else ""


def _week(request: MemberRequest, slug: str) -> HttpResponse:
    """Weekly hours, and how long a business day is."""
    calendar, data = calendar_for(slug), request.POST
    typed = {day: data.get(f"day-{day}", "") for day in range(7)}
    errors: dict[str, str] = {}
    weekly: list[tuple[int, int, int]] = []
    for day, text in typed.items():
        try:
            weekly += [(day, start, end) for start, end in parse_hours(text)]
        except HoursTextError as error:
            errors[f"day-{day}"] = str(error)
    if errors:
        return _page(request, slug, typed=typed, errors=errors)
    try:
        revision = int(data.get("revision", "")) if data.get("revision", "").isdigit() else 0
        with transaction.atomic():
            saved = service.set_week(calendar, weekly, since=_date(data.get("since", "")), revision=revision,
                                     by=request.member, at=clock_now())
            service.set_day_length(saved, _minutes(data.get("day_hours", ""), saved), revision=saved.revision,
                                   by=request.member, at=clock_now())
    except TermsError as error:
        return _page(request, slug, typed=typed, errors=error.fields)
    except ConflictError as error:
        return _page(request, slug, typed=typed, conflict=error.message)
    messages.success(request, _("The hours are saved. Open tickets that count on them are being computed anew."))
    return see_other(request, f"{HOME}/calendars/{slug}")


def _minutes(text: str, calendar: Calendar) -> int | None:
    """Hours of a business day in minutes; empty keeps what holds."""
    if not text.strip():
        return calendar.day_minutes
    try:
        return round(float(text.replace(",", ".")) * 60)
    except (ValueError, OverflowError) as error:
        raise TermsError({"day_minutes": _("Write the hours of a business day as a number, such as 8 or 7.5.")}) from error


def _date(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise TermsError({"since": _("Choose the day from which the new hours hold.")}) from error


def _exception(request: MemberRequest, slug: str) -> HttpResponse:
    """A date of its own."""
    data = request.POST
    try:
        day = _date(data.get("date", ""))
        if day is None:
            raise TermsError({"date": _("Choose the date.")})
        row = service.add_exception(calendar_for(slug), day, data.get("name", ""), parse_hours(data.get("hours", "")),
                                    by=request.member, at=clock_now())
    except TermsError as error:
        return _page(request, slug, errors=error.fields)
    except HoursTextError as error:
        return _page(request, slug, errors={"hours": str(error)})
    messages.success(request, _("{row} is in the calendar.").format(row=row.name))
    return see_other(request, f"{HOME}/calendars/{slug}")


def _holidays(request: MemberRequest, slug: str) -> HttpResponse:
    """A country's public holidays, copied."""
    data = request.POST
    years = [int(y) for y in data.getlist("year") if y.isdigit() and 2000 < int(y) < 2100]
    try:
        if not years:
            raise TermsError({"year": _("Choose at least one year.")})
        count = service.add_holidays(calendar_for(slug), data.get("country", ""),
                                     data.get("subdivision", "").strip().upper(), years, by=request.member, at=clock_now())
    except TermsError as error:
        return _page(request, slug, errors=error.fields)
    messages.success(request, _("{count} holidays are copied into the calendar.").format(count=count) if count else
                     _("All of these days are in the calendar already, or past."))
    return see_other(request, f"{HOME}/calendars/{slug}")


def _remove(request: MemberRequest, slug: str, exception_id: int) -> HttpResponse:
    row = CalendarException.objects.select_related("calendar").filter(calendar=calendar_for(slug), pk=exception_id).first()
    if row is None:
        raise Http404
    try:
        service.remove_exception(row, by=request.member, at=clock_now())
        messages.success(request, _("{row} is an ordinary day again.").format(row=row.name))
    except DomainError as error:
        messages.error(request, error.message)
    return see_other(request, f"{HOME}/calendars/{slug}")


listing = staff(_list, role=AgentRole.MANAGER, methods=("GET", "HEAD", "POST"))
page = staff(_page, role=AgentRole.MANAGER)
week = staff(_week, role=AgentRole.ADMIN, methods=("POST",))
exception = staff(_exception, role=AgentRole.ADMIN, methods=("POST",))
holidays = staff(_holidays, role=AgentRole.ADMIN, methods=("POST",))
remove = staff(_remove, role=AgentRole.ADMIN, methods=("POST",))
