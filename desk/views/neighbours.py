"""From a ticket to the next one in the view that the reader came from."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from desk.addresses import ticket_address
from desk.guards import staff
from tickets.listing import FILTER_NAMES, list_tickets
from tickets.queries import ticket_for
from tickets.reference import saved_views
from toolkit.paging import neighbour


def _go(request: HttpRequest, number: int, *, forward: bool) -> HttpResponse:
    """The neighbour's page; the ticket needn't be in the view any more. At an end the reader is told and stays."""
    ticket = ticket_for(request.member, number)
    slug = request.GET.get("view", "")
    view = next((v for v in saved_views(request.member.agent.pk) if v.slug == slug), None)
    filters = dict(view.filters) if view else {}
    filters |= {name: request.GET.getlist(name) for name in FILTER_NAMES if name in request.GET}
    listing = list_tickets(request.member, filters, sort=request.GET.get("sort") or (view.sort if view else "due"),
                           words=request.GET.get("q", "")[:200])
    found = neighbour(listing.rows.select_related(None).only("number"), ticket, order=listing.order, forward=forward)
    if found is None:
        messages.info(request, _("This is the last ticket of the view.") if forward else _("This is the first ticket of the "
                                                                                        "view."))
    return redirect(ticket_address(request, found.number if found else number))


@staff
def following(request: HttpRequest, number: int) -> HttpResponse:
    """The next ticket."""
    return _go(request, number, forward=True)


@staff
def preceding(request: HttpRequest, number: int) -> HttpResponse:
    """The ticket before."""
    return _go(request, number, forward=False)
