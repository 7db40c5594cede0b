"""The customer's start page and their list of tickets."""

from __future__ import annotations

from django.db.models import F
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.enums import Entitlement
from accounts.errors import CannotFileError
from accounts.models import Project
from accounts.queries import require_filing_projects, rights_of
from accounts.requests import MemberRequest
from accounts.services.visits import note_visit
from portal.guards import customer
from tickets.enums import ACTIVE_STATUSES, Status
from tickets.listing import list_tickets
from tickets.models import Ticket
from tickets.news import news_for
from tickets.queries import active_tickets
from tickets.words import customer_status
from toolkit.clock import now as clock_now
from toolkit.paging import keyset_page
from toolkit.rendering import render_page

SHOWN = 6
# What the list can be narrowed to, in the customer's words.
STATES = {
    "": (_("Open"), [s.value for s in ACTIVE_STATUSES]),
    "waiting": (_("Waiting for you"), [Status.PENDING.value]),
    "solved": (_("Solved"), [Status.SOLVED.value, Status.CLOSED.value]),
    "all": (_("All"), [s.value for s in Status]),
}


@customer
def home(request: MemberRequest) -> HttpResponse:
    """Docs first, then what is open and when we answer, with Create Ticket in sight (S1, S16)."""
    member, now = request.member, clock_now()
    since = note_visit(member.person, at=now)
    found = list(active_tickets(member).select_related("requester", "project", "product")
                 .order_by(F("due_at").asc(nulls_last=True), "-id")[:SHOWN + 1])
    rights = rights_of(member, now.date())
    return render_page(request, "portal/home.html", {
        "rows": _rows(found[:SHOWN]), "has_more": len(found) > SHOWN, "refusal": _filing(request)[1],
        "phone": request.tenant.phone if Entitlement.PHONE in rights else "", "since": since,
        "news": news_for(member, since) if since else [], "nav_current": "home"}, fragment="tickets")


@customer
def listing(request: MemberRequest) -> HttpResponse:
    """The tickets that this person may see, open ones first unless asked otherwise."""
    member = request.member
    status = request.GET.get("status", "")
    status = status if status in STATES else ""
    words, whose = request.GET.get("q", "").strip()[:200], request.GET.get("whose", "")
    found = list_tickets(member, {"status": STATES[status][1]}, sort="updated", words=words)
    rows = found.rows.select_related("project")
    if whose == "mine":
        rows = rows.filter(requester=member.person)
    projects, refusal = _filing(request)
    chosen = next((p.pk for p in projects if str(p.pk) == request.GET.get("project")), None)
    if chosen:
        rows = rows.filter(project_id=chosen)
    page = keyset_page(rows, order=found.order, cursor=request.GET.get("after", ""), size=25)
    return render_page(request, "portal/list.html", {
        "page": page, "rows": _rows(page.rows), "status": status, "query": words, "whose": whose,
        "states": [(value, label) for value, (label, _values) in STATES.items()], "refusal": refusal,
        "projects": projects, "project_id": chosen,
        "is_shared": bool(member.memberships), "nav_current": "tickets"}, fragment="tickets")


def _rows(tickets: list[Ticket]) -> list[tuple[Ticket, str]]:
    return [(t, customer_status(Status(t.status), t.status_reason)) for t in tickets]


def _filing(request: MemberRequest) -> tuple[list[Project], CannotFileError | None]:
    """The projects for which this person can open a ticket, or why none."""
    try:
        return require_filing_projects(request.member, clock_now().date()), None
    except CannotFileError as error:
        return [], error
