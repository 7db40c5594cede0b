"""Targets as people write and read them: “30m”, “4h”, “1d–2d”, “best effort”. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sla.enums import Metric, Unit

EXAMPLES = gettext_lazy("Write 30m, 4h, 2 business days, 1d–2d (goal and limit) or best effort.")
_PART = re.compile(r"(\d+(?:[.,]\d+)?)\s*([a-zµ ]*)")
_UNITS = {
    "m": 1, "min": 1, "mins": 1, "minute": 1, "minutes": 1,
    "h": 60, "hr": 60, "hrs": 60, "hour": 60, "hours": 60, "bh": 60, "business hour": 60, "business hours": 60,
    "working hour": 60, "working hours": 60,
}
_DAYS = {"d", "bd", "day", "days", "business day", "business days", "working day", "working days"}
_WEEKS = {"w", "week", "weeks"}
_BEST = {"best effort", "besteffort", "best-effort"}
_NOTHING = {"", "-", "–", "none"}
_MOST_MINUTES, _MOST_DAYS = 525_600, 365

METRIC_TITLES = {
    Metric.FIRST_RESPONSE: (gettext_lazy("First reply"), gettext_lazy("opening to first public reply")),
    Metric.NEXT_RESPONSE: (gettext_lazy("Next reply"), gettext_lazy("after each customer message")),
    Metric.ONGOING_UPDATE: (gettext_lazy("Next update"), gettext_lazy("between public replies, until solved")),
    Metric.RESOLUTION: (gettext_lazy("Resolve"), gettext_lazy("opening to resolved")),
}


class DurationTextError(ValueError):
    """The text is no duration; the message says what to write instead."""


@dataclass(frozen=True)
class Wording:
    """What a text asks for: nothing, best effort, or a limit (and a goal) in one unit; `minutes` until the hours are
    known: an hour of a 24/7 calendar is sixty minutes, one of office hours is a business hour."""

    best_effort: bool = False
    limit: int | None = None
    goal: int | None = None
    days: bool = False

    @property
    def is_empty(self) -> bool:
        """No promise at all, and not even best effort."""
        return not self.best_effort and self.limit is None

    def unit(self, *, always_open: bool) -> tuple[Unit, int | None, int]:
        """Unit, goal and limit as stored, for hours that are open around the clock or not."""
        limit = self.limit or 0
        if self.days:
            return Unit.BUSINESS_DAYS, self.goal, limit
        if not always_open and limit % 60 == 0 and (self.goal or 0) % 60 == 0:
            return Unit.BUSINESS_HOURS, self.goal // 60 if self.goal else None, limit // 60
        return Unit.MINUTES, self.goal, limit


def parse_target(text: str) -> Wording:
    """The target that a text asks for. Raises DurationTextError with a remedy."""
    plain = " ".join(text.lower().replace("\xa0", " ").split())
    if plain in _NOTHING:
        return Wording()
    if plain in _BEST:
        return Wording(best_effort=True)
    first, dash, second = _split(plain)
    limit, days = _amount(second if dash else first, text)
    if not dash:
        return Wording(limit=limit, days=days)
    goal, goal_days = _amount(first if _has_unit(first) else first + _unit_of(second), text)
    if goal_days != days:
        raise DurationTextError(_("“{text}” mixes days and hours. Write goal and limit in one unit, such as 1d–2d.").format(
                                    text=text))
    if goal > limit:
        raise DurationTextError(_("In “{text}” the goal is longer than the limit. Write the shorter one first.").format(
                                    text=text))
    return Wording(limit=limit, goal=goal if goal < limit else None, days=days)


def _split(plain: str) -> tuple[str, str, str]:
    for dash in ("–", "—", "-", " to "):
        if dash in plain.strip(dash):
            first, found, second = plain.partition(dash)
            return first.strip(), found, second.strip()
    return plain, "", ""


def _has_unit(text: str) -> bool:
    return bool(re.search(r"[a-z]", text))


def _unit_of(text: str) -> str:
    found = re.search(r"[a-z][a-z ]*$", text)
    return found.group() if found else ""


def _amount(text: str, whole: str) -> tuple[int, bool]:
    """Minutes, or days with True."""
    parts = list(_PART.finditer(text))
    if not parts or "".join(m.group().replace(" ", "") for m in parts) != text.replace(" ", ""):
        raise DurationTextError(_("“{whole}” isn’t a duration. {examples}").format(whole=whole, examples=EXAMPLES))
    total, days = 0.0, False
    for part in parts:
        number, unit = float(part.group(1).replace(",", ".")), part.group(2).strip()
        if not unit:
            raise DurationTextError(_("“{whole}” has no unit. Write {group}m, {group}h or {group}d.").format(
                                        whole=whole, group=part.group(1)))
        if unit in _WEEKS:
            raise DurationTextError(_("Weeks differ in their working days. Write business days, such as 5d."))
        if unit in _DAYS and len(parts) == 1:
            days, total = True, number
        elif unit in _UNITS:
            total += number * _UNITS[unit]
        else:
            raise DurationTextError(_("“{unit}” isn’t a unit here. {examples}").format(unit=unit, examples=EXAMPLES)
                                    if unit not in _DAYS else _("Write either days or hours, not both: 2d, or 16h."))
    return _whole(total, days=days, whole=whole), days


def _whole(total: float, *, days: bool, whole: str) -> int:
    if total != int(total):
        raise DurationTextError((
            _("“{whole}” isn’t a whole number of days. Write hours for a part of a day.") if days
            else _("“{whole}” isn’t a whole number of minutes. Round it.")).format(whole=whole))
    if total < 1:
        raise DurationTextError(_("A target needs some time. Write best effort if there is no deadline."))
    if total > (_MOST_DAYS if days else _MOST_MINUTES):
        raise DurationTextError(_("A target ends within a year. Write a shorter one, or best effort."))
    return int(total)


def amount_text(amount: int, unit: str) -> str:
    """An amount as it is typed: “30m”, “1h 30m”, “4h”, “2d”."""
    if unit == Unit.BUSINESS_DAYS:
        return f"{amount}d"
    hours, minutes = divmod(amount if unit == Unit.MINUTES else amount * 60, 60)
    return " ".join(t for t in (f"{hours}h" if hours else "", f"{minutes}m" if minutes else "") if t)


def target_text(*, best_effort: bool, unit: str, limit: int | None, goal: int | None) -> str:
    """A stored target as it is typed; empty when nothing is promised."""
    if best_effort:
        return "best effort"
    if limit is None:
        return ""
    return f"{amount_text(goal, unit)}–{amount_text(limit, unit)}" if goal else amount_text(limit, unit)


def amount_words(amount: int, unit: str) -> str:
    """An amount as a customer reads it: “4 business hours”, “1 hour 30 minutes”."""
    if unit == Unit.BUSINESS_HOURS:
        return ngettext("{count} business hour", "{count} business hours", amount).format(count=amount)
    if unit == Unit.BUSINESS_DAYS:
        return ngettext("{count} business day", "{count} business days", amount).format(count=amount)
    hours, minutes = divmod(amount, 60)
    parts = [ngettext("{count} hour", "{count} hours", hours).format(count=hours) if hours else "",
             ngettext("{count} minute", "{count} minutes", minutes).format(count=minutes) if minutes else ""]
    return " ".join(p for p in parts if p)
