"""What the desk does to a ticket by itself, on nobody's behalf."""

from __future__ import annotations

from datetime import datetime

from accounts.models import Team
from tickets.enums import AuthorKind, EventKind
from tickets.events import record
from tickets.models import Ticket
from tickets.services.locking import lock, save

ESCALATED = "escalated"


def hand_over(ticket: Ticket, *, team: Team, at: datetime, reason: str) -> None:
    """Give a ticket to another team, and to nobody in it yet."""
    lock(ticket)
    if ticket.team_id == team.pk:
        return
    before = ticket.assignee_id
    ticket.team, ticket.assignee = team, None
    save(ticket, ["team", "assignee"], at=at)
    record(ticket, EventKind.ASSIGNED, at=at, by=None, actor_kind=AuthorKind.SYSTEM, before=before, assignee=None,
           team=team.pk, reason=reason)


def raise_ticket(ticket: Ticket, *, at: datetime) -> None:
    """Mark a ticket as escalated, so that queues show it and views find it."""
    lock(ticket)
    if ESCALATED in ticket.tags:
        return
    before, ticket.tags = list(ticket.tags), [*ticket.tags, ESCALATED]
    save(ticket, ["tags"], at=at)
    record(ticket, EventKind.TAGGED, at=at, by=None, actor_kind=AuthorKind.SYSTEM, before=before, tags=ticket.tags)
