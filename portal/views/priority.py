"""The customer's say on a priority: set it at will, answer a proposal, dispute a workaround."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.utils.translation import gettext as _

from accounts.requests import MemberRequest
from portal.guards import View, customer
from tickets import services
from tickets.queries import proposal_for, ticket_for
from toolkit.clock import now as clock_now
from toolkit.errors import DomainError, NotFoundError
from toolkit.lazy import Words
from toolkit.rendering import see_other


def _writes(view: Callable[..., Words]) -> View:
    """A POST that goes back to its ticket, with what the view says or why a rule refused."""

    @wraps(view)
    def guarded(request: MemberRequest, number: int, **kwargs: Any) -> HttpResponse:
        try:
            with transaction.atomic():
                messages.success(request, str(view(request, number, **kwargs)))
        except NotFoundError:
            raise
        except DomainError as error:
            messages.error(request, error.message)
        return see_other(request, f"/tickets/{number}")

    return customer(guarded, methods=("POST",))


@_writes
def choose(request: MemberRequest, number: int) -> str:
    """Another priority, at any time, where the plan says so (S10)."""
    ticket = ticket_for(request.member, number)
    text = request.POST.get("priority", "")
    services.set_priority_at_will(ticket, int(text) if text in {"1", "2", "3", "4"} else 0, by=request.member,
                                  at=clock_now())
    return _("The priority is changed. You see below what it promises.")


@_writes
def answer(request: MemberRequest, number: int, proposal_id: int) -> str:
    """Yes or no to what an engineer proposes."""
    ticket, proposal = proposal_for(request.member, number, proposal_id)
    accept = request.POST.get("answer") == "accept"
    services.answer_proposal(ticket, proposal, accept=accept, by=request.member, at=clock_now(),
                             words=request.POST.get("reason", ""))
    return (
        _("You have accepted the proposed priority.")
        if accept
        else _("The priority stays as it is. The engineer is told.")
    )


@_writes
def dispute(request: MemberRequest, number: int, proposal_id: int) -> str:
    """The workaround doesn't do, and why."""
    ticket, proposal = proposal_for(request.member, number, proposal_id)
    services.dispute_workaround(ticket, proposal, by=request.member, at=clock_now(),
                                reason=request.POST.get("reason", ""))
    return _("We look at it again and tell you what we decide.")
