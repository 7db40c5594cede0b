from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.members import Member
from tickets.enums import StepKind
from tickets.models import Ticket, UndoStep


def remember_step(ticket: Ticket, kind: StepKind, label: str, data: dict[str, Any], *, by: Member,
                  at: datetime) -> UndoStep:
    """Keep how to take something back. `data` is plain JSON."""
    return UndoStep.objects.create(ticket=ticket, person=by.person, kind=kind, label=label[:200], data=data, at=at)


def snapshot(ticket: Ticket) -> dict[str, Any]:
    """The fields that macros and quick edits change."""
    return {"status": str(ticket.status), "priority": ticket.priority, "assignee": ticket.assignee_id,
            "team": ticket.team_id, "tags": list(ticket.tags)}


def remember_fields(ticket: Ticket, before: dict[str, Any], label: str, *, by: Member, at: datetime) -> UndoStep | None:
    """Keep how to take back what changed since `before` (of `snapshot`); None when nothing did."""
    after = snapshot(ticket)
    changed = {name: [before[name], after[name]] for name in before if before[name] != after[name]}
    return remember_step(ticket, StepKind.FIELDS, label, changed, by=by, at=at) if changed else None
