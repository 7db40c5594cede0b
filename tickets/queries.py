"""Reads of tickets. Each takes the member who asks; nothing here can be read without one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.members import Member
from accounts.models import Person
from tickets.enums import ACTIVE_STATUSES
from tickets.models import (
    Attachment,
    Comment,
    CustomField,
    Draft,
    InternalNote,
    Macro,
    PriorityProposal,
    Ticket,
    TicketCc,
    TicketEvent,
    TicketFollower,
    TicketLink,
)
from toolkit.errors import NotFoundError
from toolkit.planning import joins_as_written

LIST_RELATIONS = ("requester", "organization", "product", "assignee__person", "contract__plan", "team")


# What a line of the queue shows; the names beside it come from tickets.names.
QUEUE_COLUMNS = (
    "id", "number", "subject", "status", "priority", "environment", "product_version", "triage_flags", "channel_rank",
    "due_at", "warn_at", "due_metric", "due_state", "updated_at", "assignee_id", "organization_id", "product_id",
    "contract_id")


def visible_tickets(member: Member) -> QuerySet[Ticket]:
    """The tickets that a member may see: staff all of the tenant's, customers their own, their organizations' and CCs."""
    if member.is_staff:
        return Ticket.objects.all()
    cc = TicketCc.objects.filter(person=member.person).values("ticket_id")
    return Ticket.objects.filter(
        Q(requester=member.person) | Q(organization_id__in=list(member.memberships)) | Q(pk__in=cc))


def ticket_for(member: Member, number: int) -> Ticket:
    """The door to one ticket. Raises NotFoundError for absent and foreign alike."""
    with joins_as_written():
        found = visible_tickets(member).select_related(*LIST_RELATIONS, "project").filter(number=number).first()
    if found is None:
        raise NotFoundError(_("There is no such ticket."))
    return found


def attachment_for(member: Member, number: int, attachment_id: int) -> Attachment:
    """The door to one file: it must hang on a ticket that the member sees, and on a note only for staff."""
    ticket = ticket_for(member, number)
    found = Attachment.objects.filter(ticket=ticket, pk=attachment_id)
    if not member.is_staff:
        found = found.filter(note__isnull=True)
    attachment = found.first()
    if attachment is None:
        raise NotFoundError(_("There is no such file."))
    return attachment


def comments_of(ticket: Ticket) -> list[Comment]:
    """The public conversation, oldest first, with authors and files (2 queries)."""
    files = Prefetch("attachments", queryset=Attachment.objects.order_by("id"))
    return list(Comment.objects.filter(ticket=ticket).select_related("author").prefetch_related(files)
                .order_by("created_at", "id"))


def notes_of(member: Member, ticket: Ticket) -> list[InternalNote]:
    """The internal notes, oldest first; nobody but staff gets any."""
    if not member.is_staff:
        return []
    files = Prefetch("attachments", queryset=Attachment.objects.order_by("id"))
    return list(InternalNote.objects.filter(ticket=ticket).select_related("author").prefetch_related(files)
                .order_by("created_at", "id"))


def events_of(member: Member, ticket: Ticket) -> list[TicketEvent]:
    """The ticket's history, oldest first; customers see the public part."""
    rows = TicketEvent.objects.filter(ticket=ticket).select_related("actor").order_by("at", "id")
    return list(rows if member.is_staff else rows.filter(is_public=True))


def proposals_of(ticket: Ticket) -> list[PriorityProposal]:
    """The priorities that were proposed for a ticket, newest first, with the people (1 query)."""
    return list(PriorityProposal.objects.filter(ticket=ticket).select_related("made_by", "answered_by", "decided_by")
                .order_by("-id"))


def proposal_for(member: Member, number: int, proposal_id: int) -> tuple[Ticket, PriorityProposal]:
    """The door to a proposed priority: that of its ticket."""
    ticket = ticket_for(member, number)
    found = PriorityProposal.objects.filter(ticket=ticket, pk=proposal_id).first()
    if found is None:
        raise NotFoundError(_("There is no such proposal."))
    return ticket, found


def recent_tickets(member: Member, ticket: Ticket, most: int = 5) -> list[Ticket]:
    """Other tickets of the same organization that the member may see, last changed first."""
    if ticket.organization_id is None:
        return []
    others = visible_tickets(member).filter(organization_id=ticket.organization_id).exclude(pk=ticket.pk)
    return list(others.order_by("-updated_at", "-id")[:most])


@dataclass(frozen=True)
class DueCounts:
    """How many tickets are in each deadline group, and by channel rank where that was asked for."""

    breached: int
    within_hour: int
    today: int
    later: int
    paused: int
    none: int
    channels: dict[int, int] = field(default_factory=dict)

    def total(self, groups: Sequence[str] = ()) -> int:
        """How many there are in these groups, or in all."""
        wanted = groups or ("breached", "within_hour", "today", "later", "paused", "none")
        return sum(getattr(self, name) for name in wanted)


def due_group(ticket: Ticket, now: datetime, midnight: datetime) -> str:
    """The deadline group of a ticket: breached, within_hour, today, later, paused or none.

    `midnight` is the end of the reader's day.
    """
    if ticket.due_at is None:
        return "paused" if ticket.due_state == "paused" else "none"
    if ticket.due_at <= now:
        return "breached"
    if ticket.due_at <= now + timedelta(hours=1):
        return "within_hour"
    return "today" if ticket.due_at < midnight else "later"


def active_tickets(member: Member) -> QuerySet[Ticket]:
    """The member's tickets that are neither solved nor closed."""
    return visible_tickets(member).filter(status__in=[s.value for s in ACTIVE_STATUSES])


def search_ticket_ids(member: Member, words: str, most: int = 1000) -> list[int]:
    """Ids of the tenant's tickets with these words, newest first, at most `most`.

    The caller narrows them by `visible_tickets`; customers match public words only.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT search_tickets(%s, %s, %s)", [words, member.is_staff, most])
        return [row[0] for row in cursor.fetchall()]


def drafts_of_others(member: Member, ticket: Ticket) -> list[Draft]:
    """What colleagues have written but not sent on a ticket, last touched first; nobody but staff gets any."""
    if not member.is_staff:
        return []
    rows = Draft.objects.filter(ticket=ticket).exclude(person=member.person).exclude(body="")
    return list(rows.select_related("person").order_by("-updated_at", "-id"))


def macros_for(member: Member) -> QuerySet[Macro]:
    """The macros that an agent may use: everybody's and the agent's own; none for customers."""
    rows = Macro.objects.select_related("assignee__person", "team")
    if member.agent is None:
        return rows.none()
    return rows.filter(Q(owner__isnull=True) | Q(owner=member.agent))


def macro_for(member: Member, macro_id: int) -> Macro:
    """The door to one macro. Raises NotFoundError for absent ones and those of others."""
    found = macros_for(member).filter(pk=macro_id).first()
    if found is None:
        raise NotFoundError(_("There is no such macro."))
    return found


def ccs_of(ticket: Ticket) -> list[TicketCc]:
    """Who reads along, by name."""
    return list(TicketCc.objects.filter(ticket=ticket).select_related("person").order_by("person__name", "id"))


def links_of(ticket: Ticket) -> list[tuple[TicketLink, Ticket]]:
    """The tickets that belong with this one, seen from it."""
    rows = TicketLink.objects.filter(Q(ticket=ticket) | Q(other=ticket)).select_related("ticket", "other").order_by("id")
    return [(row, row.other if row.ticket_id == ticket.pk else row.ticket) for row in rows]


def follows(member: Member, ticket: Ticket) -> bool:
    """Is the agent told what happens here without having the ticket."""
    return member.agent is not None and TicketFollower.objects.filter(ticket=ticket, agent=member.agent).exists()


def custom_fields_of(ticket: Ticket) -> list[tuple[CustomField, object]]:
    """The tenant's own fields with the ticket's values, None where it has none."""
    return [(field, ticket.custom.get(field.key)) for field in CustomField.objects.filter(is_active=True)]


def cc_person(ticket: Ticket, person_id: int) -> Person | None:
    """Somebody who reads along on the ticket."""
    row = TicketCc.objects.select_related("person").filter(ticket=ticket, person_id=person_id).first()
    return row.person if row else None
