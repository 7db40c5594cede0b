"""Workarounds: each proposes exactly one step down, which the requester may dispute once (S42)."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.members import Member
from tickets.enums import AuthorKind, EventKind, ProposalKind, ProposalState
from tickets.errors import NotAllowedError
from tickets.events import record
from tickets.flags import DISPUTE_FLAG, with_flag, without_flag
from tickets.models import PriorityProposal, Ticket
from tickets.rules import can_answer_for, can_dispute, can_work
from tickets.services.locking import lock, save
from tickets.services.priority import change_priority, is_at_will, propose
from tickets.workflow import stepped_down
from toolkit.errors import ConflictError, DomainError

_MOST = 2000


def record_workaround(ticket: Ticket, workaround: str, *, by: Member, at: datetime,
                      expected_version: int | None = None) -> PriorityProposal:
    """Write down how the customer can go on. The priority goes one step down at once, with this as the reason; where the
    customer sets the priority at will, the step is only proposed.

    A ticket of the lowest priority stays there. Raises DomainError while a dispute is open or the ticket is solved.
    """
    if not can_work(by):
        raise NotAllowedError(_("Your role can read this ticket but not work on it."))
    text = _words(workaround, _("Describe the workaround: the customer reads it as the reason."), "workaround")
    lock(ticket, expected_version=expected_version)
    if not ticket.is_active:
        raise DomainError(_("The ticket is solved: its priority changes no more."), code="solved")
    if DISPUTE_FLAG in ticket.triage_flags:
        raise DomainError(_("The customer disputes an earlier workaround. Decide the dispute first."), code="disputed")
    before, rank = ticket.priority, stepped_down(ticket.priority)
    if rank != before and is_at_will(ticket, at):
        proposal = propose(ticket, ProposalKind.WORKAROUND, rank, reason=text, by=by.person, at=at)
        _recorded(ticket, proposal, by=by, at=at)
        return proposal
    proposal = PriorityProposal.objects.create(
        ticket=ticket, kind=ProposalKind.WORKAROUND, state=ProposalState.IN_FORCE, before=before, rank=rank,
        reason=text, made_by=by.person, made_at=at)
    save(ticket, [], at=at)
    _recorded(ticket, proposal, by=by, at=at)
    change_priority(ticket, rank, by=by.person, actor_kind=AuthorKind.STAFF, at=at, reason=text, cause="workaround")
    return proposal


def dispute_workaround(ticket: Ticket, proposal: PriorityProposal, *, by: Member, at: datetime, reason: str) -> None:
    """The customer says why the workaround doesn't do. Triage sees it, and somebody has to decide."""
    if not can_answer_for(by, ticket):
        raise NotAllowedError(_("You can read this ticket but not answer for the requester."))
    text = _words(reason, _("Say why the workaround doesn’t help you."), "reason")
    lock(ticket)
    proposal.refresh_from_db()
    if not can_dispute(ticket, proposal):
        raise ConflictError(_("This workaround can’t be disputed any more."), code="answered")
    proposal.state, proposal.answer = ProposalState.DISPUTED, text
    proposal.answered_by, proposal.answered_at = by.person, at
    proposal.save(update_fields=["state", "answer", "answered_by", "answered_at"])
    ticket.triage_flags = with_flag(ticket.triage_flags, DISPUTE_FLAG)
    save(ticket, ["triage_flags"], at=at)
    record(ticket, EventKind.PRIORITY_DISPUTED, at=at, by=by.person, actor_kind=AuthorKind.REQUESTER,
           proposal=proposal.pk, reason=text)


def decide_dispute(ticket: Ticket, proposal: PriorityProposal, *, uphold: bool, reason: str, by: Member,
                   at: datetime) -> None:
    """The desk's last word on a disputed workaround: the lower priority stays, or the one before comes back."""
    if not can_work(by):
        raise NotAllowedError(_("Your role can read this ticket but not work on it."))
    text = _words(reason, _("Give the customer the reason for the decision."), "reason")
    lock(ticket)
    proposal.refresh_from_db()
    if proposal.state != ProposalState.DISPUTED:
        raise ConflictError(_("This dispute is decided already."), code="decided")
    proposal.state = ProposalState.UPHELD if uphold else ProposalState.OVERTURNED
    proposal.decision, proposal.decided_by, proposal.decided_at = text, by.person, at
    proposal.save(update_fields=["state", "decision", "decided_by", "decided_at"])
    ticket.triage_flags = without_flag(ticket.triage_flags, DISPUTE_FLAG)
    save(ticket, ["triage_flags"], at=at)
    record(ticket, EventKind.DISPUTE_DECIDED, at=at, by=by.person, actor_kind=AuthorKind.STAFF, proposal=proposal.pk,
           upheld=uphold, reason=text)
    if not uphold:
        change_priority(ticket, proposal.before, by=by.person, actor_kind=AuthorKind.STAFF, at=at, reason=text,
                        cause="overturned")


def _recorded(ticket: Ticket, proposal: PriorityProposal, *, by: Member, at: datetime) -> None:
    record(ticket, EventKind.WORKAROUND_RECORDED, at=at, by=by.person, actor_kind=AuthorKind.STAFF,
           proposal=proposal.pk, before=proposal.before, rank=proposal.rank, reason=proposal.reason)


def _words(text: str, missing: str, field: str) -> str:
    if not text.strip():
        raise DomainError(missing, field=field, code="empty")
    if len(text.strip()) > _MOST:
        raise DomainError(_("Use at most {most} characters.").format(most=_MOST), field=field, code="long")
    return text.strip()
