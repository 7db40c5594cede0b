"""Who else is at a ticket."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from accounts.requests import MemberRequest
from desk.addresses import ticket_address
from desk.guards import staff
from desk.presence import VIEWING, WRITING, come, go, others_at
from tickets.queries import ticket_for
from toolkit.clock import now as clock_now
from toolkit.rendering import see_other


def _presence(request: MemberRequest, number: int) -> HttpResponse:
    """A heartbeat of an open page (`doing`: viewing, writing or gone); the answer names the others."""
    ticket_for(request.member, number)
    if request.method == "POST":
        doing = request.POST.get("doing", "")
        if doing == "gone":
            go(request.member, number)
            return HttpResponse(status=204)
        come(request.member, number, WRITING if doing == WRITING else VIEWING, now=clock_now())
    if request.headers.get("HX-Request") != "true":
        return see_other(request, ticket_address(request, number))
    others = others_at(request.member, [number], now=clock_now())[number]
    response = render(request, "desk/_presence.html", {"others": others, "number": number})
    response["Cache-Control"] = "no-store"
    return response


presence = staff(_presence, methods=("GET", "HEAD", "POST"))
