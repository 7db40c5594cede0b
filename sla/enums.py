"""Closed sets of the SLA floor. Values are stored; keep them."""

from __future__ import annotations

from enum import StrEnum


class Metric(StrEnum):
    """What a clock measures."""

    FIRST_RESPONSE = "first_response"
    NEXT_RESPONSE = "next_response"
    ONGOING_UPDATE = "ongoing_update"
    RESOLUTION = "resolution"
    PROMISE = "promise"


class ClockState(StrEnum):
    """Where one cycle of a metric stands."""

    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    BREACHED = "breached"
    CANCELLED = "cancelled"


class Unit(StrEnum):
    """In what a target is said."""

    MINUTES = "minutes"
    BUSINESS_HOURS = "business_hours"
    BUSINESS_DAYS = "business_days"


class Action(StrEnum):
    """What a timer does, mildest first."""

    WARN = "warn"
    GOAL = "goal"
    BREACH = "breach"
    ESCALATE = "escalate"


class StepAfter(StrEnum):
    """From what an escalation step counts: a share of the limit in percent, or minutes after the breach."""

    SHARE = "share"
    BREACH = "breach"


class Escalation(StrEnum):
    """What an escalation step does. `page` is only recorded here; whoever pages listens for it."""

    TELL_ASSIGNEE = "tell_assignee"
    TELL_TEAM = "tell_team"
    TELL_MANAGERS = "tell_managers"
    TELL_SUCCESS_MANAGER = "tell_success"
    REASSIGN = "reassign"
    RAISE = "raise"
    PAGE = "page"


class JobState(StrEnum):
    """How far work on many tickets is. `stale`: what it was about has changed meanwhile."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    STALE = "stale"
    FAILED = "failed"


class Change(StrEnum):
    """How a ticket would have gone otherwise: late where it was in time, in time where it was late, or another limit."""

    LATE = "late"
    IN_TIME = "in_time"
    LIMIT = "limit"
