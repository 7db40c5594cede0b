from __future__ import annotations

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

from accounts.enums import AgentRole
from accounts.services.audit import record_audit
from desk.guards import staff
from desk.queue_state import queue_state
from tickets.exporting import csv_chunks
from toolkit.clock import now as clock_now


def _csv(request: HttpRequest, slug: str) -> HttpResponse:
    """What the view's queue shows, as a file. It leaves the house, so it is on record."""
    state, at = queue_state(request.member, slug, request.GET), clock_now()
    listing = state.listing(request.member, at)
    if request.method == "GET":
        record_audit(by=request.member.person, action="tickets.exported", subject=request.member.person, at=at,
                     changes={"query": [None, state.address]})
    response = StreamingHttpResponse(csv_chunks(request.tenant, listing), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="tickets-{slug}-{at:%Y-%m-%d}.csv"'
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


csv = staff(_csv, role=AgentRole.AGENT)
