"""An invitation in words: what its calendar file says, for people who read the conversation."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.languages import language_for
from accounts.models import Organization
from accounts.queries import current_tenant
from intake.parsing import Invitation, ParsedMail
from toolkit.calendarwords import clock
from toolkit.timefmt import short_day, zone_name


def with_invitation(body: str, mail: ParsedMail, organization: Organization | None) -> str:
    """A text and the line that a mail's calendar part adds to it, in the customer's time zone or the desk's."""
    if mail.invitation is None:
        return body
    tenant = current_tenant()
    zone = ZoneInfo((organization.time_zone if organization else "") or tenant.time_zone)
    with override(language_for(None, tenant)):
        line = invitation_line(mail.invitation, zone)
    return f"{body}\n\n{line}".strip()


def invitation_line(event: Invitation, zone: ZoneInfo) -> str:
    """“Invitation: Go-live, Tue 24 Nov 2026 14:00–15:00 CET, Room 4”."""
    head = _("Invitation: {words}")
    if event.is_cancelled:
        head = _("Cancelled invitation: {words}")
    elif event.is_answer:
        head = _("Answer to the invitation: {words}")
    return head.format(words=", ".join(part for part in (event.summary, _when(event, zone), event.place) if part))


def _when(event: Invitation, zone: ZoneInfo) -> str:
    if not isinstance(event.start, datetime):
        days = [event.start, event.end] if event.end and event.end != event.start else [event.start]
        return "–".join(short_day(day) for day in days)
    start, end = _local(event.start, zone), _local(event.end, zone) if isinstance(event.end, datetime) else None
    said = f"{short_day(start)} {clock(start)}"
    if end is not None and end != start:
        said += f"–{clock(end)}" if end.date() == start.date() else f" – {short_day(end)} {clock(end)}"
    return f"{said} {zone_name(start) if start.tzinfo else event.zone}".strip()


def _local(moment: date, zone: ZoneInfo) -> datetime:
    assert isinstance(moment, datetime)  # noqa: S101 -- asked by the caller
    return moment.astimezone(zone) if moment.tzinfo else moment
