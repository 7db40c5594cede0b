"""Undo send: a reply is held for some seconds after the press, can be taken back, and then leaves (adr 0006)."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.members import Member
from accounts.models import Tenant
from accounts.queries import member_for_person
from accounts.tenancy import tenant_scope
from tickets.enums import AuthorKind, ChannelKind, ComposerMode, EventKind, Status
from tickets.errors import NotAllowedError, TransitionError
from tickets.events import record
from tickets.followup import FollowUp
from tickets.models import Attachment, Comment, Draft, HeldReply, Ticket
from tickets.rules import can_reply
from tickets.services.attachments import waiting_files
from tickets.services.changes import change_status
from tickets.services.conversation import Entry, reply, require_promise
from tickets.services.drafts import Words, drop_draft, save_draft
from tickets.services.locking import lock, refuse_merged
from tickets.services.macros import apply_macro
from tickets.workflow import may_follow
from toolkit.errors import DomainError, NotFoundError
from toolkit.queue import wake

logger = logging.getLogger(__name__)
_AGAIN = timedelta(minutes=1)


def hold_reply(ticket: Ticket, words: Words, *, by: Member, at: datetime, leaves_at: datetime) -> HeldReply:
    """The press of Send: the clocks count it from `at` on, and it leaves at `leaves_at` unless it is taken back.

    Raises NotAllowedError as `reply` does, DomainError without words or without the promise that is due (S48),
    TransitionError for a status that can't follow.
    """
    if not (by.is_staff and can_reply(by, ticket)):
        raise NotAllowedError(_("Replies come from engineers. Write an internal note for them instead."))
    if not words.body.strip() and not words.uploads:
        raise DomainError(_("Write something first."), code="empty", field="body")
    lock(ticket)
    refuse_merged(ticket)
    if words.then and not may_follow(ticket.status, words.then):
        raise TransitionError(_("That status can’t follow the present one. Choose another."), field="then")
    require_promise(ticket, Entry(words.body, follow_up=words.follow_up, solves=words.solves), by=by, at=at)
    held = HeldReply.objects.create(
        ticket=ticket, person=by.person, body=words.body, then=words.then or "", macro=words.macro,
        uploads=list(words.uploads), next_steps=words.follow_up.next_steps, next_update_by=words.follow_up.by,
        pressed_at=at, leaves_at=leaves_at)
    drop_draft(ticket, by=by)
    record(ticket, EventKind.REPLY_HELD, at=at, by=by.person, actor_kind=AuthorKind.STAFF, held=held.pk,
           status=held.then)
    wake("mail")
    return held


def take_back(ticket: Ticket, held_id: int, *, by: Member, at: datetime) -> Draft:
    """Undo: the reply is its author's draft again (before what the draft holds by now), and no clock has heard it.

    Raises NotFoundError when it has left, or is somebody else's.
    """
    held = HeldReply.objects.select_for_update().filter(pk=held_id, ticket=ticket, person=by.person).first()
    if held is None:
        raise NotFoundError(_("That reply has left already."))
    draft = Draft.objects.filter(ticket=ticket, person=by.person).first()
    body = "\n\n".join(part for part in (held.body, draft.body if draft else "") if part.strip())
    words = Words(body, ComposerMode.REPLY, Status(held.then) if held.then else None, held.macro,
                  [*held.uploads, *(draft.uploads if draft else [])],
                  FollowUp(held.next_steps or (draft.next_steps if draft else ""),
                           held.next_update_by or (draft.next_update_by if draft else None)))
    kept = save_draft(ticket, words, by=by, at=at)
    held.delete()
    record(ticket, EventKind.REPLY_TAKEN_BACK, at=at, by=by.person, actor_kind=AuthorKind.STAFF, held=held_id)
    return kept


def leave_due(*, now: datetime, most: int = 50) -> int:
    """Let the held replies leave whose seconds are over, each in a transaction of its own. Returns how many were due."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenant_id, id FROM due_held_replies(%s)", [most])
        due = cursor.fetchall()
    tenants = Tenant.objects.in_bulk({tenant_id for tenant_id, _id in due})
    for tenant_id, held_id in due:
        _leave_safely(tenants[tenant_id], held_id, now)
    return len(due)


def _leave_safely(tenant: Tenant, held_id: int, now: datetime) -> None:
    """A rule that says no now stops this reply, and its author is told; an error holds up none of the others."""
    try:
        with tenant_scope(tenant):
            held = _claimed(held_id)
            if held is None:
                return
            try:
                with transaction.atomic():
                    _leave(tenant, held, now)
            except DomainError as refusal:
                HeldReply.objects.filter(pk=held.pk).update(problem=refusal.message[:300])
    except Exception:
        logger.exception("held reply %s could not leave; it is tried again", held_id)
        with tenant_scope(tenant):
            HeldReply.objects.filter(pk=held_id).update(leaves_at=now + _AGAIN)


def _claimed(held_id: int) -> HeldReply | None:
    return (HeldReply.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("person", "ticket__requester", "macro").filter(pk=held_id, problem="").first())


def _leave(tenant: Tenant, held: HeldReply, now: datetime) -> None:
    """The reply becomes a comment of the moment it was pressed. If the customer wrote since, the status that should
    follow doesn't: they wrote about something else than this answer.
    """
    by, ticket = member_for_person(tenant, held.person), held.ticket
    entry = Entry(held.body, ChannelKind.PORTAL, attachments=_files(held),
                  follow_up=FollowUp(held.next_steps, held.next_update_by),
                  solves=held.then in {Status.SOLVED, Status.CLOSED})
    reply(ticket, entry, by=by, at=held.pressed_at, held=held.pk)
    if held.macro is not None:
        apply_macro(ticket, held.macro, by=by, at=held.pressed_at, remember=False)
    wrote = Comment.objects.filter(ticket=ticket, author_kind=AuthorKind.REQUESTER,
                                   created_at__gt=held.pressed_at).exists()
    if held.then and not wrote and may_follow(ticket.status, held.then):
        change_status(ticket, Status(held.then), by=by, at=held.pressed_at)
    held.delete()


def _files(held: HeldReply) -> list[Attachment]:
    return waiting_files(held.uploads, by=held.person)
