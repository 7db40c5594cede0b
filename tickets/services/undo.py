"""Taking a step back, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from accounts.members import Member
from accounts.models import Agent, Team
from tickets.enums import AuthorKind, Status, StepKind
from tickets.errors import TicketChangedError
from tickets.models import Ticket, UndoStep
from tickets.rules import require_work
from tickets.services.changes import assign, change_status, set_tags
from tickets.services.locking import lock
from tickets.services.merging import undo_link, undo_merge
from tickets.services.priority import change_priority
from tickets.services.snoozing import undo_snooze
from tickets.services.splitting import undo_split
from tickets.services.steps import snapshot
from tickets.workflow import may_follow
from toolkit.errors import DomainError, NotFoundError

WINDOW = timedelta(hours=1)


def undo(ticket: Ticket, step_id: int, *, by: Member, at: datetime) -> UndoStep:
    """Take back one's own step of the last hour.

    Raises NotFoundError for another's step, DomainError when it is too late or done, TicketChangedError when somebody
    has changed the same things since.
    """
    step = UndoStep.objects.select_for_update().filter(pk=step_id, ticket=ticket, person=by.person).first()
    if step is None:
        raise NotFoundError(_("There is nothing to undo."))
    if step.undone_at is not None or at - step.at > WINDOW:
        raise DomainError(_("That can’t be undone any more."))
    lock(ticket)
    _UNDOERS[StepKind(step.kind)](step, ticket, by, at)
    step.undone_at = at
    step.save(update_fields=["undone_at"])
    return step


def _fields(step: UndoStep, ticket: Ticket, by: Member, at: datetime) -> None:
    now = snapshot(ticket)
    if any(now[name] != after for name, (_before, after) in step.data.items()):
        raise TicketChangedError(_("Somebody has changed the same things since. Change them by hand."))
    before = {name: values[0] for name, values in step.data.items()}
    if "status" in before:
        wanted = Status(before["status"])
        change_status(ticket, wanted if may_follow(ticket.status, wanted) else Status.OPEN, by=by, at=at,
                      reason="Undone")
    if "priority" in before:
        require_work(by)
        change_priority(ticket, before["priority"], by=by.person, actor_kind=AuthorKind.STAFF, at=at, reason="Undone",
                        cause="engineer")
    if "tags" in before:
        set_tags(ticket, before["tags"], by=by, at=at)
    if "assignee" in before or "team" in before:
        assign(ticket, to=Agent.objects.filter(pk=before.get("assignee", ticket.assignee_id)).first(),
               team=Team.objects.filter(pk=before.get("team", ticket.team_id)).first(), by=by, at=at)


_UNDOERS: dict[StepKind, Callable[[UndoStep, Ticket, Member, datetime], None]] = {
    StepKind.FIELDS: _fields, StepKind.MERGE: undo_merge, StepKind.SPLIT: undo_split, StepKind.LINK: undo_link,
    StepKind.SNOOZE: undo_snooze}
