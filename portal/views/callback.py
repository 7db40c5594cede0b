"""A customer asks to be called back about a ticket (S13)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.utils.translation import gettext as _

from accounts.enums import Entitlement
from accounts.queries import entitlements_of
from accounts.requests import MemberRequest
from portal.callback_form import CallbackForm
from portal.guards import customer
from tickets.models import Callback, Ticket
from tickets.queries import ticket_for
from tickets.services import request_callback
from toolkit.clock import now as clock_now
from toolkit.errors import DomainError
from toolkit.phones import region_of
from toolkit.rendering import render_page, see_other
from toolkit.timefmt import weekday_moment


def _page(request: MemberRequest, number: int) -> HttpResponse:
    ticket, status = ticket_for(request.member, number), 200
    form = CallbackForm(request.POST or None, initial={"number": ticket.callback_number}, zone=request.member.zone,
                        region=region_of(request.tenant.phone))
    if request.method == "POST":
        status = 422
        if form.is_valid() and _asked(request, ticket, form):
            return see_other(request, f"/tickets/{number}")
    return render_page(request, "portal/callback.html", {
        "ticket": ticket, "form": form, "is_entitled": _is_entitled(ticket), "nav_current": "tickets",
        "open": list(Callback.objects.filter(ticket=ticket, done_at__isnull=True).order_by("due_at"))}, status=status)


def _asked(request: MemberRequest, ticket: Ticket, form: CallbackForm) -> bool:
    data: dict[str, Any] = form.cleaned_data
    try:
        with transaction.atomic():
            row = request_callback(ticket, number=data["number"], due_at=data["due"], reason=data["reason"],
                                   by=request.member, at=clock_now())
    except DomainError as error:
        form.add_error("due" if error.code == "past" else None, error.message)
        return False
    local = row.due_at.astimezone(request.member.zone)
    messages.success(request, _("We call {number} by {moment} {zone}.").format(
        number=row.number, moment=weekday_moment(local, request.member.zone), zone=f"{local:%Z}"))
    return True


def _is_entitled(ticket: Ticket) -> bool:
    return ticket.contract is not None and Entitlement.CALLBACK in entitlements_of(ticket.contract)


page = customer(_page, methods=("GET", "HEAD", "POST"))
