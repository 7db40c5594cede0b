"""How times and spans are said (design/ui: time). Pure; every shown time names its zone or is shown in the reader's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

_NEAR = timedelta(days=6)


def zone_name(moment: datetime) -> str:
    """CET, or the offset where a zone has no letters."""
    name = moment.tzname() or ""
    return name if name.isalpha() else f"UTC{moment:%z}"[:6] + ":" + f"{moment:%z}"[3:5]


def short_moment(moment: datetime, zone: ZoneInfo, now: datetime) -> str:
    """A deadline: “14:00” today, “Tue 14:00” within six days, “Wed 2 Dec, 14:00” beyond."""
    local, today = moment.astimezone(zone), now.astimezone(zone)
    if local.date() == today.date():
        return f"{local:%H:%M}"
    if abs(moment - now) <= _NEAR:
        return f"{local:%a %H:%M}"
    return f"{local:%a} {local.day} {local:%b}{_year(local, today)}, {local:%H:%M}"


def full_moment(moment: datetime, zone: ZoneInfo) -> str:
    """“Tue 24 Nov 2026, 14:00 CET”: for mails and titles, where there is no context."""
    local = moment.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b %Y}, {local:%H:%M} {zone_name(local)}"


def local_moment(text: str, zone: ZoneInfo) -> datetime:
    """What a date-and-time field says (“2026-11-24T14:00”), in a zone.

    Raises ValueError for other text and for an hour that the change to summer time leaves out. Of an hour that comes
    twice, the first is meant.
    """
    naive = datetime.fromisoformat(text.strip())
    if naive.tzinfo is not None:
        raise ValueError("a local time has no offset")
    moment = naive.replace(tzinfo=zone)
    if moment.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != naive:
        raise ValueError("no such time on that day")
    return moment.astimezone(UTC)


def span(seconds: float) -> str:
    """“14m”, “3h 38m”, “1d 2h”: two units at most, wall-clock, cut off not rounded."""
    minutes = int(abs(seconds)) // 60
    if minutes < 60:
        return f"{minutes}m"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{hours}h {minutes:02d}m" if minutes else f"{hours}h"
    days, hours = divmod(hours, 24)
    return f"{days}d {hours}h" if hours else f"{days}d"


def ago(moment: datetime, now: datetime, zone: ZoneInfo) -> str:
    """“3 min”, “2 h”, “Yesterday”, “Mon”, “4 Nov”: how long since the last change, for tables."""
    minutes = int((now - moment).total_seconds()) // 60
    local, today = moment.astimezone(zone), now.astimezone(zone)
    days = (today.date() - local.date()).days
    if minutes < 60:
        return f"{max(minutes, 0)} min"
    if days == 0:
        return f"{minutes // 60} h"
    if days == 1:
        return "Yesterday"
    return f"{local:%a}" if days < 7 else f"{local.day} {local:%b}{_year(local, today)}"


def _year(local: datetime, today: datetime) -> str:
    return "" if local.year == today.year else f" {local.year}"
