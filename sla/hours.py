"""Working hours as people write them: “09:00–12:00, 13:00–17:30”, “22–06”, “24h”, “closed”. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from toolkit.calendarwords import words as calendar_words

DAYS = (
    gettext_lazy("Monday"),
    gettext_lazy("Tuesday"),
    gettext_lazy("Wednesday"),
    gettext_lazy("Thursday"),
    gettext_lazy("Friday"),
    gettext_lazy("Saturday"),
    gettext_lazy("Sunday"),
)
_TIME = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?")
_CLOSED = {"", "-", "–", "closed", "none"}
_ALWAYS = {"24h", "24/7", "all day", "around the clock"}


class HoursTextError(ValueError):
    """The text is no hours; the message says what to write instead."""


def parse_hours(text: str) -> list[tuple[int, int]]:
    """Windows of a day in minutes, sorted; an end past 1440 runs over midnight. Raises HoursTextError with a remedy."""
    plain = " ".join(text.lower().split())
    if plain in _CLOSED:
        return []
    if plain in _ALWAYS:
        return [(0, 1440)]
    found = sorted(_window(part.strip(), text) for part in re.split(r"[,;]| and ", plain) if part.strip())
    for (_start, end), (start, _end) in pairwise(found):
        if start < end:
            raise HoursTextError(_("In “{text}” two windows overlap. Write one, or end the first earlier.").format(text=text))
    if found and found[-1][1] - 1440 > found[0][0]:
        raise HoursTextError(_("In “{text}” the hours after midnight meet those of the morning. End them earlier.").format(
                                 text=text))
    return found


def _window(part: str, whole: str) -> tuple[int, int]:
    first, dash, second = re.sub(r"\s*(?:–|—|-|\bto\b)\s*", "–", part).partition("–")
    start, end = _TIME.fullmatch(first.strip()), _TIME.fullmatch(second.strip())
    if not dash or start is None or end is None:
        raise HoursTextError(_("“{whole}” isn’t a time span. Write 09:00–17:00, 09:00–12:00, 13:00–17:00 or closed.").format(
                                 whole=whole))
    begin, stop = _minutes(start), _minutes(end)
    if begin >= 1440 or stop > 1440:
        raise HoursTextError(_("“{whole}” has a time past midnight. Write 22:00–06:00 for a night.").format(whole=whole))
    return begin, stop if stop > begin else stop + 1440


def _minutes(found: re.Match[str]) -> int:
    hour, minute = int(found.group(1)), int(found.group(2) or 0)
    if hour > 24 or minute > 59:
        raise HoursTextError(_("“{group}” is no time of day. Write hours from 00:00 to 24:00.").format(group=found.group()))
    return hour * 60 + minute


def hours_text(windows: Iterable[tuple[int, int]]) -> str:
    """Windows as they are typed; empty when there are none."""
    return ", ".join(f"{_clock(start)}–{_clock(end if end <= 1440 else end - 1440)}" for start, end in sorted(windows))


def hours_words(windows: Iterable[tuple[int, int]]) -> str:
    """Windows for readers: “closed”, “all day”, or the times."""
    found = sorted(windows)
    return _("closed") if not found else _("all day") if found == [(0, 1440)] else hours_text(found)


def week_words(weekly: Iterable[tuple[int, int, int]]) -> list[str]:
    """A week in lines, equal neighbours together: “Mon to Fri 06:00–18:00”."""
    by_day = [hours_words([(s, e) for day, s, e in weekly if day == weekday]) for weekday in range(7)]
    lines: list[tuple[int, int]] = []
    for day, words in enumerate(by_day):
        if lines and by_day[lines[-1][0]] == words:
            lines[-1] = (lines[-1][0], day)
        else:
            lines.append((day, day))
    open_days = {day for day, _s, _e in weekly}
    return [_line(a, b, by_day[a]) for a, b in lines if a in open_days or len(lines) == 1]


def _line(first: int, last: int, hours: str) -> str:
    days = calendar_words().days
    if first == last:
        return f"{days[first]} {hours}"
    return _("{first} to {last} {hours}").format(first=days[first], last=days[last], hours=hours)


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
