"""Escalation steps: their timers, and what they do when their time comes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sla.engine import Clock
from sla.enums import Action, Escalation
from sla.models import EscalationStep, SlaClock, SlaTimer
from tickets.models import Ticket
from tickets.services.by_itself import hand_over, raise_ticket
from toolkit.together import update

ON_TICKETS = frozenset({Escalation.REASSIGN, Escalation.RAISE})  # the others only tell somebody


def step_timers(pairs: Sequence[tuple[Clock, SlaClock]], timers: Sequence[SlaTimer]) -> list[SlaTimer]:
    """One timer for each step that lies ahead of an open clock. A step that has been taken (`state` 1) stays taken.

    Those among the stored `timers` are moved or deleted; the new ones are returned for the caller to insert.
    """
    wanted = {(row.pk, key): (row, moment) for clock, row in pairs for key, moment in clock.steps}
    clocks = {row.pk for _clock, row in pairs}
    known = {(t.clock_id, t.step_id): t for t in timers if t.step_id is not None and t.clock_id in clocks}
    gone = [t.pk for key, t in known.items() if t.state == 0 and key not in wanted]
    if gone:
        SlaTimer.objects.filter(pk__in=gone).delete()
    new = []
    for (clock_id, key), (row, moment) in wanted.items():
        timer = known.get((clock_id, key))
        if timer is None:
            new.append(SlaTimer(clock_id=clock_id, ticket_id=row.ticket_id, step_id=key, action=Action.ESCALATE,
                                due_at=moment))
        elif timer.state == 0 and timer.due_at != moment:
            timer.due_at, timer.generation = moment, timer.generation + 1
            update(timer, "due_at", "generation")
    return new


class Due(NamedTuple):
    """An action that has just been recorded and that changes its ticket."""

    tenant_id: int
    ticket_id: int
    step_id: int | None
    escalation: Escalation | None
    is_snoozed: bool


def take_steps(due: Sequence[Due], *, at: datetime) -> None:
    """Do what steps of the chosen tenant that have just been recorded say, as far as it concerns the tickets themselves."""
    if not due:
        return
    steps = {s.pk: s for s in EscalationStep.objects.select_related("team").filter(pk__in=[d.step_id for d in due])}
    tickets = {t.pk: t for t in Ticket.objects.filter(pk__in=[d.ticket_id for d in due])}
    for one in due:
        _take(steps[one.step_id or 0], tickets[one.ticket_id], at)


def _take(step: EscalationStep, ticket: Ticket, at: datetime) -> None:
    if step.action == Escalation.RAISE:
        raise_ticket(ticket, at=at)
    elif step.team is not None:
        hand_over(ticket, team=step.team, at=at, reason="Escalated by time")
