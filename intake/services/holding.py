"""A stranger's answer to a ticket waits until an agent admits it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.members import Member
from accounts.models import Agent
from accounts.queries import current_tenant, member_for_person
from accounts.services.audit import record_audit
from intake.enums import HeldState, InboundState
from intake.models import HeldComment, InboundMessage
from intake.parsing import parse
from intake.raw import is_gone, raw_of
from intake.services.answering import acknowledge_stranger, warn_agent
from intake.services.filing import add_answer, add_words
from tickets.enums import AuthorKind, EventKind
from tickets.errors import NotAllowedError
from tickets.events import record
from tickets.models import Comment, Ticket
from tickets.rules import can_reply, can_work
from tickets.services import add_cc
from tickets.services.locking import lock
from toolkit.errors import ConflictError


def hold(row: InboundMessage, ticket: Ticket, sender: Member, *, reason: str, at: datetime,
         is_unproven: bool = False) -> HeldComment:
    """Keep a stranger's answer apart from the conversation, and tell the desk. One that names an agent as its author, and
    nothing proves it (`is_unproven`), is told to that agent.
    """
    held, fresh = HeldComment.objects.get_or_create(message=row, defaults={
        "ticket": ticket, "sender": sender.person, "reason": reason[:200], "created_at": at})
    if fresh:
        record(ticket, EventKind.COMMENT_HELD, at=at, by=sender.person, actor_kind=AuthorKind.REQUESTER, held=held.pk,
               reason=reason[:200])
        if is_unproven:
            warn_agent(sender, ticket, at=at)
        elif not sender.is_staff:
            acknowledge_stranger(sender, at=at)
    return held


def admit(held: HeldComment, *, by: Member, at: datetime, as_cc: bool = False) -> Comment:
    """Put a held answer on its ticket as the stranger's word, or as the agent's public reply where it is one's; with `as_cc`
    a stranger may write on it from now on.
    """
    with transaction.atomic():
        row = _undecided(held, by)
        lock(row.ticket)  # what is being redacted isn't read before it is gone
        message = row.message
        if is_gone(message):
            raise ConflictError(_("What it said was redacted: there is nothing left to admit. Leave it out."),
                                code="redacted")
        mail, agent = parse(raw_of(message)), agent_of(row)
        comment = add_answer(row.ticket, agent, mail, at=at) if agent else add_words(row.ticket, row.sender, mail, at=at)
        if as_cc and agent is None:
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


def agent_of(held: HeldComment) -> Member | None:
    """The agent in whose name an answer goes to the customer once it is admitted; None for anybody else's."""
    member = member_for_person(current_tenant(), held.sender)
    return member if member.is_staff and can_reply(member, held.ticket) else None


def agents_of(rows: Sequence[HeldComment]) -> dict[int, Member]:
    """Like `agent_of`, of several, by their ids; strangers' answers cost no query of their own."""
    staff = set(Agent.objects.filter(person_id__in={held.sender_id for held in rows}, is_active=True)
                .values_list("person_id", flat=True)) if rows else set()
    found = {held.pk: agent_of(held) for held in rows if held.sender_id in staff}
    return {pk: agent for pk, agent in found.items() if agent is not None}


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
