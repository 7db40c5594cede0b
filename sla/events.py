"""How news of clocks travels up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.dispatch import Signal

from sla.enums import Action

# Sent with `fired`: a list of Fired, all of one tenant, in its scope and in the transaction that recorded them.
clocks_fired = Signal()

# Sent with `check`, a ClockCheck that found differences, in its tenant's scope and transaction.
clocks_differ = Signal()


@dataclass(frozen=True)
class Fired:
    """A timer's action that has just been recorded; `at` is its true moment, `fired_at` when it was noticed."""

    ticket_id: int
    clock_id: int
    event_id: int
    action: Action
    at: datetime
    fired_at: datetime
    step_id: int | None = None
