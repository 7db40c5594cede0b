"""Who may do what to a ticket. Doors decide who may see one; these decide the rest."""

from __future__ import annotations

from accounts.enums import AgentRole
from accounts.members import Member
from tickets.errors import NotAllowedError
from tickets.models import Macro, Ticket


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
        raise NotAllowedError("Your role can read this ticket but not work on it.")


def can_change_macro(member: Member, macro: Macro) -> bool:
    """One's own; everybody's: managers."""
    if macro.owner_id is None:
        return member.is_at_least(AgentRole.MANAGER)
    return member.agent is not None and macro.owner_id == member.agent.pk


def can_take_calls(member: Member) -> bool:
    """File a ticket on a caller's behalf (S11)."""
    return member.is_staff


def can_administer(member: Member) -> bool:
    """Settings of the tenant."""
    return member.is_at_least(AgentRole.ADMIN)


def can_close(member: Member, ticket: Ticket) -> bool:
    """A customer who may write may also say that it is solved."""
    return can_reply(member, ticket)


def can_rate(member: Member, ticket: Ticket) -> bool:
    """A verdict comes from the customer's side, from whoever may write."""
    return not member.is_staff and can_reply(member, ticket)


def sets_priority_at_will(member: Member, entitlements: frozenset[str]) -> bool:
    """S10: the customer with `priority_at_will` decides, and an engineer's change is a proposal."""
    return not member.is_staff and "priority_at_will" in entitlements


def _writes_for(member: Member, ticket: Ticket) -> bool:
    return ticket.organization_id in member.writable_organizations


def _is_cc(member: Member, ticket: Ticket) -> bool:
    return ticket.ccs.filter(person=member.person).exists()
