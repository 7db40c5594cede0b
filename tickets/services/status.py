from __future__ import annotations

from datetime import datetime

from accounts.models import Person
from tickets.enums import STATUS_WORDS, AuthorKind, EventKind, Snooze, Status
from tickets.errors import TransitionError
from tickets.events import record
from tickets.models import Ticket
from tickets.services.locking import save
from tickets.workflow import may_follow


def move_status(ticket: Ticket, to: Status, *, by: Person | None, actor_kind: AuthorKind, at: datetime,
                reason: str = "") -> None:
    """Give a locked ticket another status. Staying is nothing; raises TransitionError when the workflow forbids it."""
    before = Status(ticket.status)
    if before == to:
        return
    if not may_follow(before, to):
        raise TransitionError(f"A ticket that is {STATUS_WORDS[before].lower()} can’t become "
                              f"{STATUS_WORDS[to].lower()}.", field="status")
    ticket.status = to
    ticket.status_reason = reason[:200]
    ticket.snooze, ticket.snoozed_until = Snooze.NONE, None
    if to == Status.SOLVED:
        ticket.solved_at = at
    elif to == Status.CLOSED:
        ticket.solved_at = ticket.solved_at or at
        ticket.closed_at = at
    else:
        ticket.closed_at = None
    save(ticket, ["status", "status_reason", "snooze", "snoozed_until", "solved_at", "closed_at"], at=at)
    record(ticket, EventKind.STATUS_CHANGED, at=at, by=by, actor_kind=actor_kind, before=before, status=to,
           reason=reason)
