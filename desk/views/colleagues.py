from __future__ import annotations

from django.http import HttpResponse, JsonResponse

from accounts.models import Agent
from accounts.requests import MemberRequest
from desk.colleagues import colleagues_at
from desk.guards import staff
from desk.shell import shell
from tickets.queries import visible_tickets
from toolkit.clock import now as clock_now
from toolkit.rendering import render_page

_MOST = 100


@staff
def page(request: MemberRequest) -> HttpResponse:
    """Who is at which of the named tickets. The queue asks for its lines; without names, for the latest tickets."""
    said = request.GET.get("numbers", "").split(",")[:_MOST]
    numbers = [int(n) for n in said if n.isascii() and n.isdigit() and len(n) < 10]
    if not numbers:
        latest = visible_tickets(request.member).order_by("-updated_at", "-id")
        numbers = list(latest.values_list("number", flat=True)[:_MOST])
    here = colleagues_at(request.member, numbers, clock_now())
    lines = [(number, here.get(number)) for number in numbers]
    return render_page(request, "desk/colleagues.html", shell(request, "queue") | {"lines": lines, "here": here},
                       fragment="presence")


@staff
def names(request: MemberRequest) -> JsonResponse:
    """Whom a note may mention, by name: what the composer completes an “@” with."""
    agents = Agent.objects.filter(is_active=True).exclude(pk=request.member.agent_id).order_by("person__name", "id")
    return JsonResponse({"names": list(agents.values_list("person__name", flat=True))})
