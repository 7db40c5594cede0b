"""Clocks and their working in words, the same for the desk, the portal, the API and the command line."""

from __future__ import annotations

from sla.engine import Interval, Target
from sla.enums import Unit

PAUSE_WORDS = {
    "pending": "paused, waiting for the customer",
    "on_hold": "paused, on hold",
    "solved": "solved at that time",
    "closed": "closed at that time",
    "best_effort": "best effort, no deadline",
}
_UNITS = {Unit.MINUTES: ("minute", "minutes"), Unit.BUSINESS_HOURS: ("business hour", "business hours"),
          Unit.BUSINESS_DAYS: ("business day", "business days")}


def target_words(target: Target | None) -> str:
    """“2 business days”, “1 business day to aim at, 2 at most”, “best effort”."""
    if target is None or target.limit is None:
        return "best effort"
    limit = f"{target.limit.amount} {_UNITS[target.limit.unit][target.limit.amount != 1]}"
    return f"{target.goal.amount} to aim at, {limit} at most" if target.goal else limit


def interval_words(interval: Interval, calendar: str) -> str:
    """Why this stretch counts or not."""
    if interval.kind == "counted":
        return "counted"
    if interval.kind == "closed":
        return f"closed by “{calendar}”"
    return PAUSE_WORDS.get(interval.reason, interval.reason.replace("_", " "))
