"""Answers of strangers and of who may be no agent, for agents to admit or dismiss."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _

from accounts.enums import AgentRole
from accounts.members import Member
from accounts.requests import MemberRequest
from desk.guards import staff
from desk.shell import shell
from intake import queries, services
from intake.models import HeldComment
from intake.parsing import ParsedMail, parse
from intake.raw import is_gone, raw_of
from intake.services.holding import agent_of, agents_of
from tickets.models import Ticket
from tickets.rules import can_work
from toolkit.clock import now as clock_now
from toolkit.errors import DomainError
from toolkit.paging import keyset_page
from toolkit.rendering import render_page, see_other

_PAGE, _BESIDE = 20, 5
_LONG = 256 * 1024


def _list(request: MemberRequest) -> HttpResponse:
    page = keyset_page(queries.held_comments(request.member), order=["created_at", "id"],
                       cursor=request.GET.get("after", ""), size=_PAGE)
    return render_page(request, "desk/intake_held.html", shell(request, "held") | {"page": page}, fragment="held")


def _one(request: MemberRequest, held_id: int) -> HttpResponse:
    held = queries.held_for(request.member, held_id)
    return render_page(request, "desk/intake_held_one.html", shell(request, "held") | {
        "held": held, "mail": _mail(held), "agent": agent_of(held), "gone": is_gone(held.message)})


def _mail(held: HeldComment) -> ParsedMail:
    return parse(raw_of(held.message))


def held_beside(member: Member, ticket: Ticket) -> list[tuple[HeldComment, Member | None, str, bool]]:
    """The answers held for a ticket, each with the agent whom it names as its author, its words, and whether these were
    redacted; for those who may decide about them.
    """
    rows = queries.held_on(member, ticket, most=_BESIDE) if can_work(member) else []
    agents = agents_of(rows)
    return [(held, agents.get(held.pk), _words(held), is_gone(held.message)) for held in rows]


def _words(held: HeldComment) -> str:
    return _mail(held).reply_text if held.message.size <= _LONG else _("A long mail: open it to read it.")


def _decide(request: MemberRequest, held_id: int) -> HttpResponse:
    held, choice = queries.held_for(request.member, held_id), request.POST.get("choice", "")
    try:
        if choice == "dismiss":
            services.dismiss(held, by=request.member, at=clock_now())
            messages.success(request, _("Left out. The customer never sees it."))
        else:
            services.admit(held, by=request.member, at=clock_now(), as_cc=choice == "admit-cc")
            messages.success(request, _("It is on ticket #{number} now.").format(number=held.ticket.number))
    except DomainError as error:
        messages.error(request, error.message)
    return see_other(request, f"/desk/t/{held.ticket.number}" if choice != "dismiss" else "/desk/intake/held")


listing = staff(_list, role=AgentRole.AGENT)
one = staff(_one, role=AgentRole.AGENT)
decide = staff(_decide, role=AgentRole.AGENT, methods=("POST",))
