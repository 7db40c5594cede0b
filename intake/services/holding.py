"""A stranger's answer to a ticket waits until an agent admits it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.members import Member
from accounts.services.audit import record_audit
from intake.enums import HeldState, InboundState
from intake.models import HeldComment, InboundMessage
from intake.parsing import parse
from intake.raw import raw_of
from intake.services.answering import acknowledge_stranger
from intake.services.filing import add_words
from tickets.enums import AuthorKind, EventKind
from tickets.errors import NotAllowedError
from tickets.events import record
from tickets.models import Comment, Ticket
from tickets.rules import can_work
from tickets.services import add_cc
from toolkit.errors import ConflictError


def hold(row: InboundMessage, ticket: Ticket, sender: Member, *, reason: str, at: datetime) -> HeldComment:
    """Keep a stranger's answer apart from the conversation, and tell the desk."""
    held, fresh = HeldComment.objects.get_or_create(message=row, defaults={
        "ticket": ticket, "sender": sender.person, "reason": reason[:200], "created_at": at})
    if fresh:
        record(ticket, EventKind.COMMENT_HELD, at=at, by=sender.person, actor_kind=AuthorKind.REQUESTER, held=held.pk,
               reason=reason[:200])
        acknowledge_stranger(sender, at=at)
    return held


def admit(held: HeldComment, *, by: Member, at: datetime, as_cc: bool = False) -> Comment:
    """Put a held answer on its ticket as the stranger's word; with `as_cc` they may write on it from now on."""
    with transaction.atomic():
        row = _undecided(held, by)
        message = row.message
        comment = add_words(row.ticket, row.sender, parse(raw_of(message)), at=at)
        if as_cc:
            add_cc(row.ticket, row.sender, by=by, at=at)
        InboundMessage.objects.filter(pk=message.pk).update(comment=comment, reason="admitted", state=InboundState.COMMENT)
        _decide(row, HeldState.ADMITTED, by, at)
    return comment


def dismiss(held: HeldComment, *, by: Member, at: datetime) -> None:
    """Leave a held answer out for good; its raw message stays."""
    with transaction.atomic():
        row = _undecided(held, by)
        InboundMessage.objects.filter(pk=row.message_id).update(
            state=InboundState.IGNORED, reason=f"dismissed by {by.person.name}"[:300])
        _decide(row, HeldState.DISMISSED, by, at)


def _undecided(held: HeldComment, by: Member) -> HeldComment:
    if not can_work(by):
        raise NotAllowedError(_("Agents decide about held answers."))
    row = (HeldComment.objects.select_for_update(of=("self",))
           .select_related("ticket__requester", "message", "sender").defer("message__raw").get(pk=held.pk))
    if row.state != HeldState.HELD:
        raise ConflictError(_("Somebody has decided about this answer already."))
    return row


def _decide(row: HeldComment, state: HeldState, by: Member, at: datetime) -> None:
    HeldComment.objects.filter(pk=row.pk).update(state=state, decided_at=at, decided_by=by.person)
    record_audit(by=by.person, action=f"held_comment.{state}", subject=row, at=at, changes={"state": ["held", state]})
