from __future__ import annotations

from sla.models.calendar import Calendar, CalendarException, CalendarWindow
from sla.models.check import ClockCheck
from sla.models.clock import SlaClock, SlaEvent, SlaNotice, SlaTimer, TicketPolicy
from sla.models.jobs import Job, Recalculation, WhatIfChange, WhatIfRun
from sla.models.policy import Agreement, Coverage, EscalationStep, SlaPolicy, SlaPolicyVersion, SlaTarget

__all__ = [
    "Agreement",
    "Calendar",
    "CalendarException",
    "CalendarWindow",
    "ClockCheck",
    "Coverage",
    "EscalationStep",
    "Job",
    "Recalculation",
    "SlaClock",
    "SlaEvent",
    "SlaNotice",
    "SlaPolicy",
    "SlaPolicyVersion",
    "SlaTarget",
    "SlaTimer",
    "TicketPolicy",
    "WhatIfChange",
    "WhatIfRun",
]
