"""How times and spans are said (design/ui: time), in the active language, always with 24 hours.

Every shown time names its zone or is shown in the reader's.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils.translation import get_language

from toolkit.calendarwords import Words, clock, words

NEAR_SECONDS = 6 * 86400  # beyond, a deadline is said with its date


def zone_name(moment: datetime) -> str:
    """CET, or the offset where a zone has no letters."""
    name = moment.tzname() or ""
    return name if name.isalpha() else f"UTC{moment:%z}"[:6] + ":" + f"{moment:%z}"[3:5]


def short_moment(moment: datetime, zone: ZoneInfo, now: datetime) -> str:
    """A deadline: “14:00” today, “Tue 14:00” within six days, “Wed 2 Dec, 14:00” beyond."""
    local, today, said = moment.astimezone(zone), _here(now, zone), words()
    if local.date() == today.date():
        return clock(local)
    if abs((moment - now).total_seconds()) <= NEAR_SECONDS:
        return said.fill(said.formats[0], local)
    return f"{said.fill(said.formats[1 if local.year == today.year else 2], local)}, {clock(local)}"


@lru_cache(maxsize=100)  # a page says “now” a hundred times
def _here(now: datetime, zone: ZoneInfo) -> datetime:
    return now.astimezone(zone)


def day_in(now: datetime, zone: ZoneInfo) -> date:
    """Today, where the reader is."""
    return _here(now, zone).date()


def said_age(seconds: float) -> int:
    """The same for ages that `ago` and `since` say alike on one day: whole minutes within the hour, then whole hours."""
    minutes = int(seconds) // 60
    return minutes if minutes < 60 else 60 + min(minutes // 60, 48)


def full_moment(moment: datetime, zone: ZoneInfo) -> str:
    """“Tue 24 Nov 2026, 14:00 CET”: for mails and titles, where there is no context."""
    local, said = moment.astimezone(zone), words()
    return f"{said.fill(said.formats[2], local)}, {clock(local)} {zone_name(local)}"


def weekday_moment(moment: datetime, zone: ZoneInfo) -> str:
    """“Tue 14:00”, of a day that is near."""
    said = words()
    return said.fill(said.formats[0], moment.astimezone(zone))


def near_day_moment(moment: datetime, zone: ZoneInfo) -> str:
    """“Mon 23 Nov, 10:30”: for pages that speak of days to come."""
    local, said = moment.astimezone(zone), words()
    return f"{said.fill(said.formats[1], local)}, {clock(local)}"


def short_day(day: date) -> str:
    """“Wed 2 Dec 2026”."""
    said = words()
    return said.fill(said.formats[2], day)


def long_day(day: date) -> str:
    """“2 December 2026”."""
    said = words()
    return said.fill(said.formats[4], day)


def plain_day(day: date) -> str:
    """“2 Dec 2026”."""
    said = words()
    return said.fill(said.formats[5], day)


def day_and_month(day: date) -> str:
    """“2 December”."""
    said = words()
    return said.fill(said.formats[6], day)


def weekday(day: date) -> str:
    """“Wednesday”."""
    return words().long_days[day.weekday()]


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
    return _span(int(abs(seconds)) // 60, get_language())


@lru_cache(maxsize=20_000)
def _span(minutes: int, _language: str | None) -> str:
    said = words().spans
    if minutes < 60:
        return said[0].format(minutes=minutes)
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return said[2 if minutes else 1].format(hours=hours, minutes=f"{minutes:02d}")
    days, hours = divmod(hours, 24)
    return said[4 if hours else 3].format(days=days, hours=hours)


def ago(moment: datetime, now: datetime, zone: ZoneInfo) -> str:
    """“3 min”, “2 h”, “Yesterday”, “Mon”, “4 Nov”: how long since the last change, for tables."""
    minutes, days, said = *_past(moment, now, zone), words()
    if minutes < 60:
        return said.agos[0].format(minutes=minutes)
    if days == 0:
        return said.agos[1].format(hours=minutes // 60)
    return said.agos[2] if days == 1 else _past_day(moment.astimezone(zone), days, _here(now, zone), said)


def since(moment: datetime, now: datetime, zone: ZoneInfo) -> str:
    """“3 min ago”, “yesterday”, “on Mon”: the same within a sentence."""
    minutes, days, said = *_past(moment, now, zone), words()
    if minutes < 60:
        return said.sinces[1].format(minutes=minutes) if minutes else said.sinces[0]
    if days == 0:
        return said.sinces[2].format(hours=minutes // 60)
    if days == 1:
        return said.sinces[3]
    return said.sinces[4].format(day=_past_day(moment.astimezone(zone), days, _here(now, zone), said))


def _past(moment: datetime, now: datetime, zone: ZoneInfo) -> tuple[int, int]:
    """How many minutes and how many midnights ago."""
    return (max(int((now - moment).total_seconds()) // 60, 0),
            (_here(now, zone).date() - moment.astimezone(zone).date()).days)


def _past_day(local: datetime, days: int, today: datetime, said: Words) -> str:
    if days < 7:
        return said.days[local.weekday()]
    day = said.fill(said.formats[3], local)
    return day if local.year == today.year else f"{day} {local.year}"
