from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import Person
from tickets.enums import AuthorKind, EventKind, Snooze, Status
from tickets.errors import TransitionError
from tickets.events import record
from tickets.models import Ticket
from tickets.services.locking import save
from tickets.words import STATUS_WORDS
from tickets.workflow import may_follow
from toolkit.wording import in_sentence


def move_status(ticket: Ticket, to: Status, *, by: Person | None, actor_kind: AuthorKind, at: datetime,
                reason: str = "") -> None:
    """Give a locked ticket another status. Staying is nothing; raises TransitionError when the workflow forbids it."""
    before = Status(ticket.status)
    if before == to:
        return
    if not may_follow(before, to):
        raise TransitionError(
            _("A ticket can’t go from {status_words} to {status_words2}.").format(
                status_words=in_sentence(STATUS_WORDS[before]), status_words2=in_sentence(STATUS_WORDS[to])
            ),
            field="status",
        )
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
