"""The event in a mail's calendar part (RFC 5545, 5546): what, when, where. Bounded, and never raises."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from intake.parsing.text import decode_bytes

_MOST, _LINES, _WORDS = 256 * 1024, 4_000, 200
_FOLD = re.compile(r"\r?\n[ \t]")
_NAME = re.compile(r'^([A-Za-z-]{1,40})((?:;[^:;"]{0,200}(?:"[^"]{0,200}"[^:;"]{0,200})*)*):(.*)$', re.DOTALL)
_ZONE = re.compile(r';TZID="?([^";:]{1,120})', re.IGNORECASE)
_WHEN = re.compile(r"^\s*(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)?(Z?))?\s*$")
_LENGTH = re.compile(r"^\s*\+?P(?:(\d{1,4})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,5})M)?(?:\d{1,6}S)?)?\s*$")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\s]+")
# What Outlook calls the zones that most of its users live in.
_OUTLOOK = {
    "w. europe standard time": "Europe/Berlin", "romance standard time": "Europe/Paris",
    "central europe standard time": "Europe/Budapest", "central european standard time": "Europe/Warsaw",
    "gmt standard time": "Europe/London", "greenwich standard time": "Atlantic/Reykjavik", "utc": "UTC",
    "fle standard time": "Europe/Helsinki", "gtb standard time": "Europe/Bucharest",
    "turkey standard time": "Europe/Istanbul",
    "russian standard time": "Europe/Moscow", "israel standard time": "Asia/Jerusalem", "arabian standard time": "Asia/Dubai",
    "pakistan standard time": "Asia/Karachi", "india standard time": "Asia/Kolkata", "china standard time": "Asia/Shanghai",
    "singapore standard time": "Asia/Singapore", "tokyo standard time": "Asia/Tokyo", "korea standard time": "Asia/Seoul",
    "aus eastern standard time": "Australia/Sydney", "new zealand standard time": "Pacific/Auckland",
    "eastern standard time": "America/New_York", "central standard time": "America/Chicago",
    "mountain standard time": "America/Denver", "pacific standard time": "America/Los_Angeles",
    "e. south america standard time": "America/Sao_Paulo", "south africa standard time": "Africa/Johannesburg",
}


@dataclass(frozen=True)
class Invitation:
    """`start` and `end` are days, or moments; those without a zone are meant where the reader is (`zone` empty), or in a zone
    that nobody knows, as it was called.
    """

    start: date
    end: date | None = None
    summary: str = ""
    place: str = ""
    zone: str = ""
    is_cancelled: bool = False
    is_answer: bool = False


def read_invitation(content: bytes, charset: str = "") -> Invitation | None:
    """The first event; None where there is none with a date. Repetitions are left out."""
    text = _FOLD.sub("", decode_bytes(content[:_MOST], charset, is_cut=True))
    values: dict[str, Any] = {}
    method, is_inside = "", False
    for line in text.splitlines()[:_LINES]:
        match = _NAME.match(line)
        if match is None:
            continue
        name, value = match[1].upper(), match[3]
        if name == "METHOD":
            method = value.strip().upper()
        elif name in {"BEGIN", "END"} and value.strip().upper() == "VEVENT":
            if name == "END":
                break
            is_inside = True
        elif name == "BEGIN" and is_inside:  # a reminder, with words of its own
            break
        elif is_inside:
            values.setdefault(name, (match[2], value))
    try:
        return _event(values, method)
    except (ValueError, OverflowError):
        return None


def _event(values: dict[str, tuple[str, str]], method: str) -> Invitation | None:
    if "DTSTART" not in values:
        return None
    start, zone = _moment(*values["DTSTART"])
    end = None
    if "DTEND" in values:
        end = _moment(*values["DTEND"])[0]
    elif "DURATION" in values and (length := _length(values["DURATION"][1])):
        end = start + length
    if end is not None and not isinstance(end, datetime):
        end -= timedelta(days=1)  # the day after the last
    if end is not None and (_kind(start) != _kind(end) or end < start):
        end = None
    status = values.get("STATUS", ("", ""))[1].strip().upper()
    return Invitation(start, end, _words(values, "SUMMARY"), _words(values, "LOCATION"), zone,
                      is_cancelled="CANCEL" in method or status == "CANCELLED",
                      is_answer=method in {"REPLY", "COUNTER", "DECLINECOUNTER", "REFRESH"})


def _kind(moment: date) -> str:
    if not isinstance(moment, datetime):
        return "day"
    return "moment" if moment.tzinfo else "floating"


def _moment(parameters: str, value: str) -> tuple[date, str]:
    """(a day, a moment, or a time of the reader's; the name of a zone that isn't known)."""
    match = _WHEN.match(value)
    if match is None:
        raise ValueError("no date")
    day = date(int(match[1]), int(match[2]), int(match[3]))
    if not date(1900, 1, 2) < day < date(9999, 1, 1):
        raise ValueError("no date that anybody is invited for")
    if match[4] is None:
        return day, ""
    moment = datetime.combine(day, time(int(match[4]), int(match[5])))
    named = _ZONE.search(parameters)
    if match[7]:
        return moment.replace(tzinfo=UTC), ""
    zone = _zone(named[1]) if named else None
    return (moment.replace(tzinfo=zone), "") if zone else (moment, _plain(named[1])[:60] if named else "")


def _zone(name: str) -> ZoneInfo | None:
    """A zone by its IANA name, also at the end of a path as some programs write it, or by Outlook's."""
    name = name.strip()
    parts = name.strip("/").split("/")
    for known in (_OUTLOOK.get(name.lower(), name), "/".join(parts[-2:]), "/".join(parts[-3:])):
        try:
            return ZoneInfo(known)
        except (ValueError, KeyError, OSError):
            continue
    return None


def _length(value: str) -> timedelta | None:
    match = _LENGTH.match(value)
    if match is None:
        return None
    weeks, days, hours, minutes = (int(part or 0) for part in match.groups())
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes)


def _words(values: dict[str, tuple[str, str]], name: str) -> str:
    text = _ESCAPE.sub(lambda m: " " if m[1] in "nN" else m[1], values.get(name, ("", ""))[1][:2_000])
    return _plain(text)[:_WORDS]


def _plain(text: str) -> str:
    return _INVISIBLE.sub(" ", text).strip()
