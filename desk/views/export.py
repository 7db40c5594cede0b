from __future__ import annotations

from django.http import HttpResponseBase

from accounts.enums import AgentRole
from accounts.requests import MemberRequest
from accounts.services.audit import record_audit
from desk.guards import staff
from desk.queue_state import queue_state
from tickets.exporting import csv_chunks
from toolkit.clock import now as clock_now
from toolkit.downloads import csv_download


def _csv(request: MemberRequest, slug: str) -> HttpResponseBase:
    """What the view's queue shows, as a file. It leaves the house, so it is on record."""
    state, at = queue_state(request.member, slug, request.GET), clock_now()
    listing = state.listing(request.member, at)
    if request.method == "GET":
        record_audit(by=request.member.person, action="tickets.exported", subject=request.member.person, at=at,
                     changes={"query": [None, state.address]})
    return csv_download(csv_chunks(request.tenant, listing), f"tickets-{slug}-{at:%Y-%m-%d}")


csv = staff(_csv, role=AgentRole.AGENT)
