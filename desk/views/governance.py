"""Beside a ticket's priority: the advisor, workarounds, and disputes that wait for a decision (S14, S41, S42)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _

from accounts.queries import current_rights
from accounts.requests import MemberRequest
from desk.guards import staff, writes
from desk.reading import read_version
from desk.shell import shell
from tickets import services
from tickets.advising import advisor_sheet
from tickets.enums import Environment, ProposalState
from tickets.queries import proposal_for, proposals_of, ticket_for
from tickets.reference import priority_levels
from tickets.rules import can_work
from tickets.services.priority import is_at_will
from tickets.workflow import stepped_down
from toolkit.clock import now as clock_now
from toolkit.rendering import render_page


@staff
def page(request: MemberRequest, number: int) -> HttpResponse:
    """What the priority should be, and what was said about it: in the priority menu, or a page without JavaScript."""
    ticket, at = ticket_for(request.member, number), clock_now()
    proposals, levels = proposals_of(ticket), priority_levels()
    rights = current_rights(ticket.contract_id, at.date())
    return render_page(request, "desk/governance.html", shell(request, "queue") | {
        "ticket": ticket, "levels": levels, "level": levels.get(ticket.priority), "can_work": can_work(request.member),
        "next_level": levels.get(stepped_down(ticket.priority)), "at_will": is_at_will(ticket, at),
        "disputed": next((p for p in proposals if p.state == ProposalState.DISPUTED), None),
        "proposals": [p for p in proposals if p.state != ProposalState.DISPUTED],
        "sheet": advisor_sheet(Environment(ticket.environment), request.GET.getlist("criteria"), rights=rights,
                               asked="suggest" in request.GET)}, fragment="governance")


@writes
def workaround(request: MemberRequest, number: int) -> None:
    """There is a way to go on: one step down (S42)."""
    ticket = ticket_for(request.member, number)
    proposal = services.record_workaround(ticket, request.POST.get("workaround", ""), by=request.member,
                                          at=clock_now(), expected_version=read_version(request))
    waits = proposal.state == ProposalState.WAITING
    messages.success(request, _("Workaround recorded. The customer is asked to accept the lower priority.") if waits
                     else _("Workaround recorded. The customer is told."))


@writes
def decide(request: MemberRequest, number: int, proposal_id: int) -> None:
    """The last word on a disputed workaround, with its reason."""
    ticket, proposal = proposal_for(request.member, number, proposal_id)
    services.decide_dispute(ticket, proposal, uphold=request.POST.get("decision") != "overturn",
                            reason=request.POST.get("reason", ""), by=request.member, at=clock_now())
    messages.success(request, _("Decided. The customer is told the reason."))
