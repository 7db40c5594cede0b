"""How news of clocks travels up."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.dispatch import Signal

from sla.enums import Action, Escalation

# Sent with `fired`: a list of Fired, perhaps of many tenants and outside of any scope, after they were recorded, and `at`:
# now. What is written by then is told once; it is lost with the transaction, and told by the next one.
clocks_fired = Signal()

# Sent with `check`, a ClockCheck that found differences, in its tenant's scope and transaction.
clocks_differ = Signal()


class Fired(NamedTuple):
    """A timer's action on record; `at` is its true moment, `fired_at` when it was noticed.

    With it comes what those who are told of it need to know of clock and ticket, so that nobody has to read them again.
    """

    tenant_id: int
    ticket_id: int
    clock_id: int
    event_id: int
    action: Action
    at: datetime
    fired_at: datetime
    escalation: Escalation | None
    metric: str
    due_at: datetime | None
    number: int
    organization_id: int | None
    requester_id: int
    contract_id: int | None
    assignee_id: int | None
    team_id: int | None
    priority: int
