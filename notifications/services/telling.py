"""Who is told of what."""

from __future__ import annotations

from collections.abc import Callable

from accounts.enums import AgentRole
from accounts.models import Agent, Person
from accounts.queries import email_of
from notifications.enums import Template
from notifications.services.outbox import Mail
from notifications.services.priorities import priority_news, waiting_proposal
from notifications.services.responsible import Desk
from tickets.enums import AuthorKind, ChannelKind, EventKind, Status
from tickets.models import Comment, Ticket, TicketCc, TicketEvent, TicketFollower


def _to_requester(ticket: Ticket, template: Template, cause: str, **extra: object) -> list[Mail]:
    person = ticket.requester
    return [Mail(cause=cause, template=template, to_address=email_of(person), person=person, ticket=ticket,
                 context=dict(extra))]


def _opened(event: TicketEvent, ticket: Ticket) -> list[Mail]:
    """Received, at once (S7). A sender we can't place is told nothing that they didn't know.

    A chat is answered in its thread, by intake, as soon as the thread is known.
    """
    if ticket.channel == ChannelKind.CHAT:
        return []
    is_stranger = ticket.organization_id is None and ticket.channel == ChannelKind.EMAIL
    # Anybody can write under a stranger's name, so the short answer goes to an address once a day at most.
    cause = f"stranger:{event.at:%Y-%m-%d}" if is_stranger else f"received:{ticket.pk}"
    return _to_requester(ticket, Template.TICKET_RECEIVED, cause,
                         is_known=ticket.organization_id is not None,
                         by_phone=ticket.channel == ChannelKind.PHONE)


def _confirmed(event: TicketEvent, ticket: Ticket) -> list[Mail]:
    """Reviewed: the priority is confirmed, and the promise stands (S7)."""
    asked = ticket.requested_priority
    return _to_requester(ticket, Template.TICKET_REVIEWED, f"reviewed:{ticket.pk}",
                         reason=event.data.get("reason", ""), changed=asked is not None and asked != ticket.priority,
                         proposed=waiting_proposal(ticket))


def _replied(event: TicketEvent, ticket: Ticket) -> list[Mail]:
    comment = Comment.objects.get(pk=event.data["comment"])
    ccs = [c.person for c in TicketCc.objects.filter(ticket=ticket).select_related("person")]
    return [Mail(cause=f"reply:{comment.pk}", template=Template.TICKET_REPLY, to_address=email_of(person),
                 person=person, ticket=ticket, comment=comment) for person in [ticket.requester, *ccs]]


def _status_changed(event: TicketEvent, ticket: Ticket) -> list[Mail]:
    """Solved by staff: say so, unless their words went along, and ask how it was, once per ticket."""
    if event.data.get("status") != Status.SOLVED or event.actor_kind != AuthorKind.STAFF:
        return []
    if Comment.objects.filter(ticket=ticket, author_kind=AuthorKind.STAFF, created_at=event.at).exists():
        return [] if ticket.channel == ChannelKind.CHAT else _to_requester(
            ticket, Template.TICKET_RATE, f"rate:{ticket.pk}")
    return _to_requester(ticket, Template.TICKET_SOLVED, f"solved:{event.pk}")


def _requester_wrote(event: TicketEvent, ticket: Ticket) -> list[Mail]:
    comment = Comment.objects.get(pk=event.data["comment"])
    return [Mail(cause=f"wrote:{comment.pk}", template=Template.STAFF_REQUESTER_WROTE,
                 to_address=email_of(agent.person), person=agent.person, ticket=ticket, comment=comment,
                 context={"by": event.actor.name if event.actor else ""})
            for agent in [*_assignee(ticket), *_followers(ticket)] if agent.person_id != event.actor_id]


def _noted(event: TicketEvent, ticket: Ticket) -> list[Mail]:
    """Named in an internal note: told by whom and where, never what it says."""
    agents = Agent.objects.select_related("person").filter(pk__in=event.data.get("mentions", []), is_active=True)
    return [Mail(cause=f"mentioned:{event.pk}", template=Template.STAFF_MENTIONED, to_address=email_of(agent.person),
                 person=agent.person, ticket=ticket, context={"by": event.actor.name if event.actor else ""})
            for agent in agents]


def _assigned(event: TicketEvent, ticket: Ticket) -> list[Mail]:
    """Given to somebody by somebody else."""
    return [Mail(cause=f"assigned:{event.pk}", template=Template.STAFF_ASSIGNED, to_address=email_of(agent.person),
                 person=agent.person, ticket=ticket, context={"by": event.actor.name if event.actor else ""})
            for agent in _assignee(ticket) if agent.person_id != event.actor_id]


def _attention(event: TicketEvent, ticket: Ticket) -> list[Mail]:
    """A customer says that a ticket needs attention: whoever holds it and the managers; with no manager, the admins."""
    staff = Agent.objects.select_related("person").filter(is_active=True)
    people = list(staff.filter(role=AgentRole.MANAGER)) or list(staff.filter(role=AgentRole.ADMIN))
    agents = {agent.pk: agent for agent in [*_assignee(ticket), *people]}
    return [Mail(cause=f"attention:{event.pk}", template=Template.STAFF_ATTENTION, to_address=email_of(agent.person),
                 person=agent.person, ticket=ticket,
                 context={"reason": event.data.get("reason", ""), "by": event.actor.name if event.actor else ""})
            for agent in agents.values()]


def _failed(event: TicketEvent, ticket: Ticket) -> list[Mail]:
    """A held reply that a rule stopped: its author."""
    author = Person.objects.get(pk=event.data["person"])
    return [Mail(cause=f"failed:{event.pk}", template=Template.STAFF_FAILED, to_address=email_of(author), person=author,
                 ticket=ticket, context={"reason": event.data.get("reason", "")})]


def _bounced(event: TicketEvent, ticket: Ticket) -> list[Mail]:
    """A mail came back: whoever answers for the ticket has to find another way."""
    desk = Desk.of([ticket])
    return [Mail(cause=f"bounced:{event.pk}", template=Template.STAFF_BOUNCED,
                 to_address=desk.addresses.get(agent.person_id, ""), person=agent.person, ticket=ticket,
                 context={"address": event.data["address"], "reason": event.data.get("reason", "")})
            for agent in desk.responsible(ticket)]


def _assignee(ticket: Ticket) -> list[Agent]:
    return list(Agent.objects.select_related("person").filter(pk=ticket.assignee_id, is_active=True))


def _followers(ticket: Ticket) -> list[Agent]:
    return list(Agent.objects.select_related("person").filter(
        pk__in=TicketFollower.objects.filter(ticket=ticket).values("agent_id"), is_active=True)
        .exclude(pk=ticket.assignee_id))


audience: dict[EventKind, Callable[[TicketEvent, Ticket], list[Mail]]] = {
    EventKind.OPENED: _opened,
    EventKind.PRIORITY_CONFIRMED: _confirmed,
    EventKind.REPLIED: _replied,
    EventKind.STATUS_CHANGED: _status_changed,
    EventKind.REQUESTER_WROTE: _requester_wrote,
    EventKind.ASSIGNED: _assigned,
    EventKind.NOTED: _noted,
    EventKind.ATTENTION_ASKED: _attention,
    EventKind.REPLY_FAILED: _failed,
    EventKind.MAIL_BOUNCED: _bounced,
    **priority_news,
}
