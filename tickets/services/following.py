"""Who is told without having the ticket: followers, and whom a note mentions."""

from __future__ import annotations

import re
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.members import Member
from accounts.models import Agent
from tickets.enums import AuthorKind, EventKind
from tickets.errors import NotAllowedError
from tickets.events import record
from tickets.models import Ticket, TicketFollower


def follow(ticket: Ticket, *, by: Member, at: datetime, on: bool = True) -> None:
    """Be told what the customer writes here, or no longer."""
    if by.agent is None:
        raise NotAllowedError(_("Only staff follow tickets."))
    rows = TicketFollower.objects.filter(ticket=ticket, agent=by.agent)
    if on == rows.exists():
        return
    if on:
        TicketFollower.objects.create(ticket=ticket, agent=by.agent)
    else:
        rows.delete()
    record(ticket, EventKind.FOLLOWED, at=at, by=by.person, actor_kind=AuthorKind.STAFF, on=on)


def mentioned(body: str) -> list[Agent]:
    """The active agents that a note names: “@Priya Nair”, or “@Priya” where that is one person only."""
    if "@" not in body:
        return []
    agents = list(Agent.objects.filter(is_active=True).select_related("person").order_by("id"))
    firsts = [a.person.name.split(" ")[0].lower() for a in agents]
    found = []
    for agent, first in zip(agents, firsts, strict=True):
        names = [re.escape(agent.person.name), *([re.escape(first)] if firsts.count(first) == 1 else [])]
        if re.search(rf"(?<!\w)@(?:{'|'.join(names)})(?!\w)", body, re.IGNORECASE):
            found.append(agent)
    return found
