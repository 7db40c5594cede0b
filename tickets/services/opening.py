"""Opening a ticket: the one way, whatever channel it came by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection

from accounts.models import Organization, Person, Product, Project, Team
from accounts.tenancy import current_tenant_id
from tickets.enums import AuthorKind, ChannelKind, Environment, EventKind, Status
from tickets.events import record
from tickets.models import Attachment, Comment, Ticket, TicketCc, TicketEvent
from tickets.reference import channel_ranks
from tickets.services.attachments import attach
from tickets.services.indexing import index_ticket
from toolkit.together import id_sequence, insert, together

DEFAULT_PRIORITY = 3  # S40
_LAST_RANK = 5


@dataclass(frozen=True)
class NewTicket:
    """What a ticket is opened with.

    `by` is who filed it when that isn't the requester (a receptionist); `requested_priority` None means that nobody
    asked for one; `triage_flags` say in words what couldn't be made out.
    """

    requester: Person
    subject: str
    body: str
    channel: ChannelKind
    project: Project | None = None
    organization: Organization | None = None
    product: Product | None = None
    product_version: str = ""
    environment: Environment = Environment.PRODUCTION
    requested_priority: int | None = None
    url: str = ""
    callback_number: str = ""
    team: Team | None = None
    quoted: str = ""
    html: str = ""
    message_id: str = ""
    attachments: Sequence[Attachment] = ()
    ccs: Sequence[Person] = ()
    tags: Sequence[str] = ()
    triage_flags: Sequence[str] = field(default_factory=tuple)
    follows: Ticket | None = None


def open_ticket(new: NewTicket, *, at: datetime, by: Person | None = None) -> Ticket:
    """Open a ticket at a moment (UTC) and write its opening comment and event; clocks and mails follow from the event.

    Runs inside a tenant scope. The ticket takes its organization and contract from the project.
    """
    with together():
        return _open(new, at, by or new.requester)


def _open(new: NewTicket, at: datetime, by: Person) -> Ticket:
    project = new.project
    number, ticket_id, comment_id, event_id = _next_number()
    ticket = Ticket(
        id=ticket_id, number=number, subject=" ".join(new.subject.split())[:300] or "No subject", requester=new.requester,
        organization=project.organization if project else new.organization, project=project,
        contract_id=project.contract_id if project else None, channel=new.channel,
        channel_rank=channel_ranks().get(str(new.channel), _LAST_RANK), status=Status.NEW,
        requested_priority=new.requested_priority,
        priority=new.requested_priority or DEFAULT_PRIORITY, environment=new.environment,
        product=new.product or (project.product if project else None), product_version=new.product_version,
        url=new.url, callback_number=new.callback_number, team=new.team, tags=list(new.tags),
        triage_flags=list(new.triage_flags), follows=new.follows, opened_at=at, updated_at=at)
    comment = Comment(
        id=comment_id, ticket=ticket, author=new.requester, author_kind=AuthorKind.REQUESTER, channel=new.channel,
        body=new.body, quoted=new.quoted, html=new.html, message_id=new.message_id, is_opening=True, created_at=at)
    insert(ticket, comment)
    attach(new.attachments, ticket=ticket, comment=comment)
    if new.ccs:
        insert(*[TicketCc(ticket=ticket, person=p) for p in new.ccs if p.pk != new.requester.pk], or_leave=True)
    index_ticket(ticket, public=new.body, fresh=True)
    record(ticket, EventKind.OPENED, at=at, by=by, event_id=event_id,
           actor_kind=AuthorKind.REQUESTER if by.pk == new.requester.pk else AuthorKind.STAFF,
           priority=ticket.priority, environment=ticket.environment, channel=str(new.channel), comment=comment.pk)
    return ticket


_NEXT = f"""
WITH counted AS (
    INSERT INTO tickets_ticketcounter (tenant_id, last_number) VALUES (%s, 1)
    ON CONFLICT (tenant_id) DO UPDATE SET last_number = tickets_ticketcounter.last_number + 1 RETURNING last_number)
SELECT last_number, {", ".join(f"nextval('{id_sequence(m)}')" for m in (Ticket, Comment, TicketEvent))} FROM counted
"""  # noqa: S608 -- names of our own tables


def _next_number() -> tuple[int, int, int, int]:
    """The tenant's next number, and ids for the ticket, its opening comment and event.

    The counter row is locked until commit, so numbers have no gaps by races.
    """
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [current_tenant_id()])
        number, ticket_id, comment_id, event_id = cursor.fetchone()
    return number, ticket_id, comment_id, event_id
