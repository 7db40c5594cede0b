from __future__ import annotations

from datetime import datetime

from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from accounts.members import Member
from tickets.enums import AuthorKind, ChannelKind, Environment, EventKind, LinkKind, Status, StepKind
from tickets.events import record
from tickets.models import Attachment, Comment, Ticket, TicketLink, UndoStep
from tickets.rules import require_work
from tickets.services.attachments import store_file
from tickets.services.locking import lock
from tickets.services.merging import reader_of
from tickets.services.opening import NewTicket, open_ticket
from tickets.services.status import move_status
from tickets.services.steps import remember_step
from toolkit.errors import DomainError, NotFoundError


def split(ticket: Ticket, comment_id: int, subject: str, *, by: Member, at: datetime) -> tuple[Ticket, UndoStep]:
    """Open a second ticket from one message of the first: its words and files, its author, the same project.

    The message stays where it is, and the two are linked. Its clocks start now: nobody could answer it before.
    """
    require_work(by)
    lock(ticket)  # what is redacted meanwhile isn't copied
    comment = Comment.objects.select_related("author").filter(ticket=ticket, pk=comment_id).first()
    if comment is None:
        raise NotFoundError(_("There is no such message here."))
    if not subject.strip():
        raise DomainError(_("Say what the new ticket is about."), field="subject")
    files = [_copy(file, at) for file in Attachment.objects.filter(comment=comment).order_by("id")]
    new = open_ticket(NewTicket(
        requester=reader_of(comment, ticket), subject=subject, body=comment.body, channel=ChannelKind(comment.channel),
        project=ticket.project, organization=ticket.organization, product=ticket.product,
        product_version=ticket.product_version, environment=Environment(ticket.environment), team=ticket.team,
        quoted=comment.quoted, html=comment.html, attachments=files, tags=ticket.tags), at=at, by=by.person)
    TicketLink.objects.create(ticket=ticket, other=new, kind=LinkKind.SPLIT)
    for one, other in ((ticket, new), (new, ticket)):
        record(one, EventKind.SPLIT, at=at, by=by.person, actor_kind=AuthorKind.STAFF, other=other.number,
               comment=comment.pk)
    return new, remember_step(
        ticket, StepKind.SPLIT, _("#{number} split off").format(number=new.number), {"ticket": new.pk}, by=by, at=at
    )


def undo_split(step: UndoStep, ticket: Ticket, by: Member, at: datetime) -> None:
    """The second ticket closes. It stays on record: its requester may have read of it."""
    new = Ticket.objects.select_for_update().get(pk=step.data["ticket"])
    TicketLink.objects.filter(ticket=ticket, other=new, kind=LinkKind.SPLIT).delete()
    move_status(new, Status.CLOSED, by=by.person, actor_kind=AuthorKind.STAFF, at=at,
                reason=f"Split from #{ticket.number} undone")
    record(ticket, EventKind.LINKED, at=at, by=by.person, actor_kind=AuthorKind.STAFF, other=new.number, on=False)


def _copy(file: Attachment, at: datetime) -> Attachment:
    with default_storage.open(file.storage_key, "rb") as content:
        return store_file(content, name=file.name, content_type=file.content_type, at=at, by=file.uploaded_by,
                          content_id=file.content_id)
