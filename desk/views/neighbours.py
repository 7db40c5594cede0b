"""From a ticket to the next one in the view that the reader came from, and which of them it is."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.requests import MemberRequest
from desk.addresses import ticket_address
from desk.guards import staff
from desk.queue_state import queue_state
from tickets.listing import Listing
from tickets.models import Ticket
from tickets.queries import ticket_for
from tickets.reference import saved_views
from toolkit.clock import now as clock_now
from toolkit.paging import neighbour, place_among

_MOST_COUNTED = 1000


def _listing(request: MemberRequest) -> Listing:
    """The queue that the address names; a view that has gone is all tickets."""
    member, slug = request.member, request.GET.get("view", "")
    views = saved_views(member.agent_id)
    known = slug if any(view.slug == slug for view in views) else "all"
    return queue_state(member, known, request.GET, views).listing(member, clock_now())


def place_in_view(request: MemberRequest, ticket: Ticket) -> str:
    """“2 of 24”; empty when the reader came from no view, or the ticket is in it no longer."""
    if "view" not in request.GET:
        return ""
    listing = _listing(request)
    found = place_among(listing.rows.select_related(None), ticket, order=listing.order, most=_MOST_COUNTED)
    if found is None or found[0] > _MOST_COUNTED:
        return ""
    total = f"{_MOST_COUNTED}+" if found[1] > _MOST_COUNTED else str(found[1])
    return _("%(place)s of %(total)s") % {"place": found[0], "total": total}


def _go(request: MemberRequest, number: int, *, forward: bool) -> HttpResponse:
    """The neighbour's page; the ticket needn't be in the view any more. At an end the reader is told and stays."""
    ticket, listing = ticket_for(request.member, number), _listing(request)
    found = neighbour(listing.rows.select_related(None).only("number"), ticket, order=listing.order, forward=forward)
    if found is None:
        messages.info(request, _("This is the last ticket of the view.") if forward else
                      _("This is the first ticket of the view."))
    return redirect(ticket_address(request, found.number if found else number))


@staff
def following(request: MemberRequest, number: int) -> HttpResponse:
    """The next ticket."""
    return _go(request, number, forward=True)


@staff
def preceding(request: MemberRequest, number: int) -> HttpResponse:
    """The ticket before."""
    return _go(request, number, forward=False)
