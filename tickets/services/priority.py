"""A ticket's priority: asked for, confirmed, changed, proposed. Each locks the ticket and leaves an event."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.enums import Entitlement
from accounts.members import Member
from accounts.models import Person
from accounts.queries import current_rights
from tickets.enums import AuthorKind, EventKind, ProposalKind, ProposalState
from tickets.errors import NotAllowedError
from tickets.events import record
from tickets.flags import DISPUTE_FLAG, lasting_flags
from tickets.models import PriorityProposal, Ticket
from tickets.rules import can_answer_for, can_work
from tickets.services.locking import lock, save
from toolkit.errors import ConflictError, DomainError

_RANKS = range(1, 5)


def confirm_priority(ticket: Ticket, rank: int, *, by: Member, at: datetime, reason: str = "",
                     expected_version: int | None = None) -> Ticket:
    """Triage's outcome (S6), or an engineer's later change: the priority counts from now on. A change needs a reason (S41).

    Where the customer sets the priority at will, a change is only proposed: the ticket keeps the customer's own rank,
    which is what has been confirmed (S10).
    """
    if not can_work(by):
        raise NotAllowedError(_("Your role can read this ticket but not work on it."))
    _require_rank(rank)
    lock(ticket, expected_version=expected_version)
    changes = rank != ticket.priority
    if changes and not reason.strip():
        raise DomainError(_("Say why the priority changes: the customer is told the reason."), field="reason",
                          code="reason_needed")
    if changes and DISPUTE_FLAG in ticket.triage_flags:
        raise DomainError(_("The customer disputes the present priority. Decide the dispute first."), field="priority",
                          code="disputed")
    if changes and is_at_will(ticket, at):
        propose(ticket, ProposalKind.ENGINEER, rank, reason=reason, by=by.person, at=at)
    elif changes:
        change_priority(ticket, rank, by=by.person, actor_kind=AuthorKind.STAFF, at=at, reason=reason, cause="engineer")
    _review(ticket, by=by.person, at=at, reason=reason)
    return ticket


def _review(ticket: Ticket, *, by: Person, at: datetime, reason: str) -> None:
    """The priority in force is confirmed; only the first time is news."""
    first_time = ticket.priority_confirmed_at is None
    ticket.priority_confirmed_at = ticket.priority_confirmed_at or at
    ticket.reviewed_at = ticket.reviewed_at or at
    ticket.triage_flags = lasting_flags(ticket.triage_flags)
    save(ticket, ["priority_confirmed_at", "reviewed_at", "triage_flags"], at=at)
    if first_time:
        record(ticket, EventKind.PRIORITY_CONFIRMED, at=at, by=by, actor_kind=AuthorKind.STAFF,
               priority=ticket.priority, reason=reason)


def set_priority_at_will(ticket: Ticket, rank: int, *, by: Member, at: datetime) -> None:
    """The customer's own change at any time (S10). What was proposed to them before is no longer of interest.

    Raises NotAllowedError without the right, DomainError for a solved ticket.
    """
    _require_rank(rank)
    if not can_answer_for(by, ticket):
        raise NotAllowedError(_("You can read this ticket but not change its priority."))
    lock(ticket)
    if not is_at_will(ticket, at):
        raise NotAllowedError(_("Your plan leaves the priority to our engineers. Answer with what makes it more or less "
                                "urgent, and they look at it again."))
    if not ticket.is_active:
        raise DomainError(_("The ticket is solved. Open it again first."), field="priority", code="solved")
    ticket.requested_priority = rank
    save(ticket, ["requested_priority"], at=at)
    _supersede(ticket)
    change_priority(ticket, rank, by=by.person, actor_kind=AuthorKind.REQUESTER, at=at, reason="", cause="customer")


def answer_proposal(ticket: Ticket, proposal: PriorityProposal, *, accept: bool, by: Member, at: datetime,
                    words: str = "") -> None:
    """The customer takes a proposed priority, or keeps its own (S10). Raises ConflictError when it was answered before."""
    if not can_answer_for(by, ticket):
        raise NotAllowedError(_("You can read this ticket but not answer for the requester."))
    lock(ticket)
    proposal.refresh_from_db()
    if proposal.state != ProposalState.WAITING:
        raise ConflictError(_("This proposal doesn’t wait for an answer any more."), code="answered")
    proposal.state = ProposalState.ACCEPTED if accept else ProposalState.DECLINED
    proposal.answer, proposal.answered_by, proposal.answered_at = words.strip()[:2000], by.person, at
    proposal.save(update_fields=["state", "answer", "answered_by", "answered_at"])
    save(ticket, [], at=at)
    record(ticket, EventKind.PROPOSAL_ANSWERED, at=at, by=by.person, actor_kind=AuthorKind.REQUESTER,
           proposal=proposal.pk, accepted=accept, rank=proposal.rank, reason=proposal.answer)
    if accept:
        change_priority(ticket, proposal.rank, by=by.person, actor_kind=AuthorKind.REQUESTER, at=at,
                        reason=proposal.reason, cause="accepted")


def is_at_will(ticket: Ticket, at: datetime) -> bool:
    """Does the ticket's contract, in force now, let the customer set the priority at any time."""
    return Entitlement.PRIORITY_AT_WILL in current_rights(ticket.contract_id, at.date())


def change_priority(ticket: Ticket, rank: int, *, by: Person, actor_kind: AuthorKind, at: datetime, reason: str,
                    cause: str) -> None:
    """Give a locked ticket another priority; clocks and mails follow from the event. Staying is nothing.

    `cause` is engineer, customer, accepted, workaround or overturned.
    """
    before = ticket.priority
    if before == rank:
        return
    ticket.priority = rank
    save(ticket, ["priority"], at=at)
    record(ticket, EventKind.PRIORITY_CHANGED, at=at, by=by, actor_kind=actor_kind, before=before, priority=rank,
           reason=reason, cause=cause)


def propose(ticket: Ticket, kind: ProposalKind, rank: int, *, reason: str, by: Person, at: datetime) -> PriorityProposal:
    """Ask the customer of a locked ticket to accept another priority, in place of what was proposed before."""
    _supersede(ticket)
    proposal: PriorityProposal = PriorityProposal.objects.create(
        ticket=ticket, kind=kind, state=ProposalState.WAITING, before=ticket.priority, rank=rank,
        reason=reason.strip()[:2000], made_by=by, made_at=at)
    save(ticket, [], at=at)
    record(ticket, EventKind.PRIORITY_PROPOSED, at=at, by=by, actor_kind=AuthorKind.STAFF, proposal=proposal.pk,
           source=kind, before=proposal.before, rank=rank, reason=proposal.reason)
    return proposal


def _supersede(ticket: Ticket) -> None:
    PriorityProposal.objects.filter(ticket=ticket, state=ProposalState.WAITING).update(state=ProposalState.SUPERSEDED)


def _require_rank(rank: int) -> None:
    if rank not in _RANKS:
        raise DomainError(_("Choose a priority from 1 to 4."), field="priority", code="priority")
