"""Whose word a ticket's priority is, as its customer sees it (S10, S41, S42)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from accounts.members import Member
from tickets.enums import ProposalKind, ProposalState
from tickets.models import PriorityProposal, Ticket, TicketEvent
from tickets.queries import proposals_of
from tickets.rules import can_answer_for, can_dispute
from tickets.services.priority import is_at_will


@dataclass(frozen=True)
class Governance:
    """`waiting` asks for a yes or no; `workaround` is the newest one that lowered the priority; `reason` is why an
    engineer changed it last, empty when nobody did since."""

    at_will: bool
    waiting: PriorityProposal | None
    workaround: PriorityProposal | None
    disputable: bool
    reason: str
    may_act: bool


def governance_of(member: Member, ticket: Ticket, at: datetime, *, changed: TicketEvent | None) -> Governance:
    """What the customer may know and do about the priority, `changed` by its newest event (at most 4 queries)."""
    proposals = proposals_of(ticket)
    steps = [p for p in proposals if p.kind == ProposalKind.WORKAROUND and p.state not in
             {ProposalState.WAITING, ProposalState.SUPERSEDED, ProposalState.DECLINED}]
    may_act = can_answer_for(member, ticket)
    return Governance(
        at_will=may_act and ticket.is_active and is_at_will(ticket, at),
        waiting=next((p for p in proposals if p.state == ProposalState.WAITING), None),
        workaround=steps[0] if steps else None,
        disputable=may_act and bool(steps) and can_dispute(ticket, steps[0]),
        reason=_reason(changed), may_act=may_act)


def _reason(last: TicketEvent | None) -> str:
    return str(last.data.get("reason", "")) if last and last.data.get("cause") == "engineer" else ""
