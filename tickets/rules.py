"""Who may do what to a ticket. Doors decide who may see one; these decide the rest."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.enums import AgentRole
from accounts.members import Member
from tickets.enums import ProposalState
from tickets.errors import NotAllowedError
from tickets.models import Macro, PriorityProposal, Ticket


def can_reply(member: Member, ticket: Ticket) -> bool:
    """Public words: technical staff; on the customer's side the requester, a CC or a writing member."""
    if member.is_staff:
        return member.is_at_least(AgentRole.AGENT)
    return ticket.requester_id == member.person.pk or _writes_for(member, ticket) or _is_cc(member, ticket)


def can_note(member: Member) -> bool:
    """Internal notes: all staff, receptionists too."""
    return member.is_staff


def can_work(member: Member) -> bool:
    """Assign, change status, confirm a priority, tag: Tier I and up."""
    return member.is_at_least(AgentRole.AGENT)


def require_work(member: Member) -> None:
    """Raises NotAllowedError for who can read a ticket but not work on it."""
    if not can_work(member):
        raise NotAllowedError(_("Your role can read this ticket but not work on it."))


def can_change_macro(member: Member, macro: Macro) -> bool:
    """One's own; everybody's: managers."""
    if macro.owner_id is None:
        return member.is_at_least(AgentRole.MANAGER)
    return macro.owner_id == member.agent_id


def can_take_calls(member: Member) -> bool:
    """File a ticket on a caller's behalf (S11)."""
    return member.is_staff


def can_administer(member: Member) -> bool:
    """Settings of the tenant."""
    return member.is_at_least(AgentRole.ADMIN)


def can_close(member: Member, ticket: Ticket) -> bool:
    """A customer who may write may also say that it is solved."""
    return can_reply(member, ticket)


def can_answer_for(member: Member, ticket: Ticket) -> bool:
    """Decide on the customer's side (its priority, a proposal, a dispute): the requester or a writing member."""
    return not member.is_staff and (ticket.requester_id == member.person.pk or _writes_for(member, ticket))


def can_dispute(ticket: Ticket, proposal: PriorityProposal) -> bool:
    """A workaround's step down can be disputed once, while it is what the ticket's priority comes from (S42)."""
    return (proposal.state == ProposalState.IN_FORCE and proposal.rank != proposal.before and ticket.is_active
            and ticket.priority == proposal.rank)


def can_rate(member: Member, ticket: Ticket) -> bool:
    """A verdict comes from the customer's side, from whoever may write."""
    return not member.is_staff and can_reply(member, ticket)


def _writes_for(member: Member, ticket: Ticket) -> bool:
    return ticket.organization_id in member.writable_organizations


def _is_cc(member: Member, ticket: Ticket) -> bool:
    return ticket.ccs.filter(person=member.person).exists()
