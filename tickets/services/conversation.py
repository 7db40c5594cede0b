"""What is said on a ticket: public replies, the requester's words, internal notes, logged calls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.members import Member
from accounts.models import Person
from tickets.enums import AuthorKind, CallDirection, ChannelKind, EventKind, Status
from tickets.errors import NotAllowedError
from tickets.events import before_public_reply, record
from tickets.flags import FOLLOW_UP_FLAG, without_flag
from tickets.followup import NO_FOLLOW_UP, FollowUp, check_follow_up
from tickets.models import Attachment, Call, Comment, InternalNote, Ticket
from tickets.rules import can_note, can_reply
from tickets.services.attachments import attach
from tickets.services.following import follow, mentioned
from tickets.services.indexing import index_ticket
from tickets.services.locking import landing, lock, refuse_merged, save
from tickets.services.snoozing import wake_up
from tickets.services.status import move_status
from tickets.workflow import status_after_requester
from toolkit.errors import DomainError
from toolkit.together import insert_for_id


@dataclass(frozen=True)
class Entry:
    """Words to add: `body` is plain text; mails also carry what was quoted, their HTML and Message-ID.

    Staff's words may say what follows (S48); `solves` means that the ticket is solved with them, so nothing has to.
    """

    body: str
    channel: ChannelKind = ChannelKind.PORTAL
    attachments: Sequence[Attachment] = ()
    quoted: str = ""
    html: str = ""
    message_id: str = ""
    follow_up: FollowUp = NO_FOLLOW_UP
    solves: bool = False


def reply(ticket: Ticket, entry: Entry, *, by: Member, at: datetime, expected_version: int | None = None,
          held: int | None = None) -> Comment:
    """A public reply by staff; answers the requester and, on a new ticket, opens it. `held`: it was held as this one.

    Raises NotAllowedError for receptionists (S12) and customers, TicketChangedError on a conflict, DomainError for a
    follow-up that can't be kept or is missing where the ticket's policy wants one (S48).
    """
    if not (by.is_staff and can_reply(by, ticket)):
        raise NotAllowedError(_("Replies come from engineers. Write an internal note for them instead."))
    lock(ticket, expected_version=expected_version)
    refuse_merged(ticket)
    comment = _add_staff_words(ticket, entry, by=by, at=at)
    if ticket.assignee_id is None and by.agent is not None:
        ticket.assignee = by.agent
        record(ticket, EventKind.ASSIGNED, at=at, by=by.person, actor_kind=AuthorKind.STAFF, assignee=by.agent.pk,
               name=by.person.name)
    save(ticket, ["assignee"], at=at)
    data: dict[str, Any] = {"comment": comment.pk} | ({"held": held} if held else {})
    record(ticket, EventKind.REPLIED, at=at, by=by.person, actor_kind=AuthorKind.STAFF, **data)
    _promise(ticket, comment, by=by, at=at)
    if ticket.status == Status.NEW:
        move_status(ticket, Status.OPEN, by=by.person, actor_kind=AuthorKind.STAFF, at=at)
    return comment


def add_requester_message(ticket: Ticket, entry: Entry, *, by: Person, at: datetime) -> Comment:
    """The customer's words, by whichever channel; a waiting, solved or snoozed ticket becomes open again. They land on
    the ticket that this one was merged into.

    The caller has made sure that the person may write here.
    """
    ticket = landing(ticket)
    lock(ticket)
    comment = _add(ticket, entry, author=by, kind=AuthorKind.REQUESTER, at=at)
    save(ticket, [], at=at)
    record(ticket, EventKind.REQUESTER_WROTE, at=at, by=by, actor_kind=AuthorKind.REQUESTER, comment=comment.pk)
    wake_up(ticket, by=None, at=at, reason="The customer wrote")
    move_status(ticket, status_after_requester(ticket.status), by=by, actor_kind=AuthorKind.REQUESTER, at=at)
    return comment


def customer_reply(ticket: Ticket, entry: Entry, *, by: Member, at: datetime) -> Comment:
    """Like `add_requester_message`, for a customer at the portal or API. Raises NotAllowedError for viewers."""
    if by.is_staff or not can_reply(by, ticket):
        raise NotAllowedError(_("You can read this ticket but not write to it."))
    return add_requester_message(ticket, entry, by=by.person, at=at)


def add_note(ticket: Ticket, *, body: str, by: Member, at: datetime,
             attachments: Sequence[Attachment] = ()) -> InternalNote:
    """An internal note; customers never see it and no clock hears it. Who is mentioned in it is told, and follows."""
    if not can_note(by):
        raise NotAllowedError(_("Only staff write internal notes."))
    _require_words(body)
    lock(ticket)  # entries of a ticket come one after another, so that “seen up to here” holds
    note = InternalNote.objects.create(ticket=ticket, author=by.person, body=body, created_at=at)
    attach(attachments, ticket=ticket, note=note)
    index_ticket(ticket, private=body)
    named = [agent for agent in mentioned(body) if agent.person_id != by.person.pk]
    for agent in named:
        follow(ticket, by=Member(by.tenant, agent.person, agent), at=at)
    record(ticket, EventKind.NOTED, at=at, by=by.person, actor_kind=AuthorKind.STAFF, note=note.pk,
           mentions=[agent.pk for agent in named])
    return note


def log_call(ticket: Ticket, *, body: str, by: Member, at: datetime,
             direction: CallDirection = CallDirection.OUTBOUND, follow_up: FollowUp = NO_FOLLOW_UP,
             solves: bool = False) -> Comment:
    """A phone call with the requester, on the public timeline and in the call log; it counts as a response
    (architecture §4), and may promise the next update as a reply does."""
    if not can_reply(by, ticket) or not by.is_staff:
        raise NotAllowedError(_("Calls are logged by engineers."))
    lock(ticket)
    refuse_merged(ticket)
    entry = Entry(body, ChannelKind.PHONE, follow_up=follow_up, solves=solves)
    comment = _add_staff_words(ticket, entry, by=by, at=at)
    Call.objects.create(
        direction=direction, number=ticket.callback_number, person=ticket.requester, caller_name=ticket.requester.name,
        organization_id=ticket.organization_id, ticket=ticket, comment=comment, agent=by.agent, started_at=at,
        answered_at=at, ended_at=at, summary=body, handled_at=at)
    save(ticket, [], at=at)
    record(ticket, EventKind.CALL_LOGGED, at=at, by=by.person, actor_kind=AuthorKind.STAFF, comment=comment.pk)
    _promise(ticket, comment, by=by, at=at)
    if ticket.status == Status.NEW:
        move_status(ticket, Status.OPEN, by=by.person, actor_kind=AuthorKind.STAFF, at=at)
    return comment


def _add_staff_words(ticket: Ticket, entry: Entry, *, by: Member, at: datetime) -> Comment:
    require_promise(ticket, entry, by=by, at=at)
    return _add(ticket, entry, author=by.person, kind=AuthorKind.STAFF, at=at)


def require_promise(ticket: Ticket, entry: Entry, *, by: Member, at: datetime) -> None:
    """Raises DomainError when the desk's words promise what can't be kept, or the floors above find too little in them."""
    check_follow_up(entry.follow_up, at=at, zone=by.zone)
    before_public_reply.send(sender=Ticket, ticket=ticket, entry=entry, at=at)


def _promise(ticket: Ticket, comment: Comment, *, by: Member, at: datetime) -> None:
    """The promised moment becomes a clock, and a reminder to promise one is done with."""
    if comment.next_update_by is None:
        return
    if FOLLOW_UP_FLAG in ticket.triage_flags:
        ticket.triage_flags = without_flag(ticket.triage_flags, FOLLOW_UP_FLAG)
        save(ticket, ["triage_flags"], at=at)
    record(ticket, EventKind.PROMISED, at=at, by=by.person, actor_kind=AuthorKind.STAFF, comment=comment.pk,
           until=comment.next_update_by.isoformat())


def _require_words(body: str) -> None:
    if not body.strip():
        raise DomainError(_("Write something first."), code="empty", field="body")


def _add(ticket: Ticket, entry: Entry, *, author: Person, kind: AuthorKind, at: datetime) -> Comment:
    if not entry.attachments:
        _require_words(entry.body + entry.quoted)
    comment = Comment(
        ticket=ticket, author=author, author_kind=kind, channel=entry.channel, body=entry.body, quoted=entry.quoted,
        html=entry.html, message_id=entry.message_id, next_steps=entry.follow_up.next_steps,
        next_update_by=entry.follow_up.by, created_at=at)
    insert_for_id(comment)
    attach(entry.attachments, ticket=ticket, comment=comment)
    index_ticket(ticket, public=entry.body)
    return comment
