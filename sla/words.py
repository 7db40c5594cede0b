"""Clocks and their working in words, the same for the desk, the portal, the API and the command line."""

from __future__ import annotations

from django.utils.translation import gettext, gettext_lazy, ngettext

from sla.durations import amount_words
from sla.engine import Interval, Target
from sla.enums import Unit

PAUSE_WORDS = {
    "pending": gettext_lazy("paused, waiting for the customer"),
    "on_hold": gettext_lazy("paused, on hold"),
    "solved": gettext_lazy("solved at that time"),
    "closed": gettext_lazy("closed at that time"),
    "best_effort": gettext_lazy("best effort, no deadline"),
}


def target_words(target: Target | None) -> str:
    """“2 business days”, “1 business day to aim at, 2 at most”, “best effort”."""
    if target is None or target.limit is None:
        return gettext("best effort")
    limit = _amount(target.limit.amount, target.limit.unit)
    if not target.goal:
        return limit
    return gettext("{goal} to aim at, {limit} at most").format(goal=target.goal.amount, limit=limit)


def _amount(amount: int, unit: Unit) -> str:
    if unit == Unit.MINUTES:
        return ngettext("{count} minute", "{count} minutes", amount).format(count=amount)
    return amount_words(amount, unit)


def interval_words(interval: Interval, calendar: str) -> str:
    """Why this stretch counts or not."""
    if interval.kind == "counted":
        return gettext("counted")
    if interval.kind == "closed":
        return gettext("closed by “{calendar}”").format(calendar=calendar)
    return str(PAUSE_WORDS.get(interval.reason, interval.reason.replace("_", " ")))
