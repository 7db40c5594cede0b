"""Who is told when a priority is changed, proposed, disputed or decided (S10, S41, S42)."""

from __future__ import annotations

from collections.abc import Callable

from accounts.queries import email_of
from notifications.enums import Template
from notifications.services.outbox import Mail
from notifications.services.responsible import Desk
from tickets.enums import EventKind, ProposalKind, ProposalState
from tickets.models import PriorityLevel, PriorityProposal, Ticket, TicketEvent


def waiting_proposal(ticket: Ticket) -> str:
    """The priority that waits for the customer's yes or no, in the tenant's words; empty without one."""
    found = PriorityProposal.objects.filter(ticket=ticket, state=ProposalState.WAITING).first()
    return _label(found.rank) if found else ""


def _label(rank: int) -> str:
    return str(PriorityLevel.objects.filter(rank=rank).first() or f"P{rank}")


def _tell_requester(event: TicketEvent, ticket: Ticket, news: str, **extra: object) -> list[Mail]:
    person, data = ticket.requester, event.data
    ranks = {name: _label(data[name]) for name in ("before", "rank") if name in data}
    return [Mail(cause=f"priority:{event.pk}", template=Template.TICKET_PRIORITY, to_address=email_of(person),
                 person=person, ticket=ticket, context={"news": news, "reason": data.get("reason", ""), **ranks, **extra})]


def _tell_desk(event: TicketEvent, ticket: Ticket, news: str) -> list[Mail]:
    desk = Desk.of([ticket])
    who = event.actor.name if event.actor else ""
    return [Mail(cause=f"priority:{event.pk}", template=Template.STAFF_PRIORITY,
                 to_address=desk.addresses.get(agent.person_id, ""), person=agent.person, ticket=ticket,
                 context={"news": news, "who": who, "reason": event.data.get("reason", "")})
            for agent in desk.responsible(ticket)]


def _changed(event: TicketEvent, ticket: Ticket) -> list[Mail]:
    """By an engineer: the customer is told why, unless the mail that it is reviewed follows and says so (S7)."""
    cause = event.data.get("cause")
    if cause == "customer":
        return _tell_desk(event, ticket, "set")
    if cause == "engineer" and ticket.priority_confirmed_at is not None:
        return _tell_requester(event, ticket, "changed")
    return []


def _proposed(event: TicketEvent, ticket: Ticket) -> list[Mail]:
    """A workaround's proposal is told with the workaround, a first review's with the review."""
    if event.data["source"] == ProposalKind.WORKAROUND or ticket.priority_confirmed_at is None:
        return []
    return _tell_requester(event, ticket, "proposed")


def _recorded(event: TicketEvent, ticket: Ticket) -> list[Mail]:
    return _tell_requester(event, ticket, "workaround", lowered=event.data["before"] != event.data["rank"],
                           waiting=bool(waiting_proposal(ticket)))


def _answered(event: TicketEvent, ticket: Ticket) -> list[Mail]:
    return _tell_desk(event, ticket, "accepted" if event.data["accepted"] else "declined")


def _disputed(event: TicketEvent, ticket: Ticket) -> list[Mail]:
    return _tell_desk(event, ticket, "disputed")


def _decided(event: TicketEvent, ticket: Ticket) -> list[Mail]:
    return _tell_requester(event, ticket, "decided", upheld=event.data["upheld"])


priority_news: dict[EventKind, Callable[[TicketEvent, Ticket], list[Mail]]] = {
    EventKind.PRIORITY_CHANGED: _changed,
    EventKind.PRIORITY_PROPOSED: _proposed,
    EventKind.WORKAROUND_RECORDED: _recorded,
    EventKind.PROPOSAL_ANSWERED: _answered,
    EventKind.PRIORITY_DISPUTED: _disputed,
    EventKind.DISPUTE_DECIDED: _decided,
}
