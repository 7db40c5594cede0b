"""The queue: what to do next, in the order of the next deadline."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect

from accounts.enums import AgentRole
from desk.forms import ViewForm
from desk.guards import staff
from desk.shell import shell
from tickets.enums import STATUS_WORDS, Status
from tickets.listing import FILTER_NAMES, Listing, due_counts, list_tickets
from tickets.models import PriorityLevel, Ticket
from tickets.names import names_beside
from tickets.queries import QUEUE_COLUMNS, due_group
from tickets.reference import channel_names, priority_levels, saved_views
from tickets.services.views import delete_view, save_view
from toolkit.clock import now as clock_now
from toolkit.errors import DomainError
from toolkit.paging import keyset_page
from toolkit.rendering import render_page, see_other

SIZE = 50
GROUP_WORDS = {"breached": "Breached", "within_hour": "Due within 1 hour", "today": "Due today", "later": "Later",
               "paused": "Paused, the clock is stopped", "none": "No deadline"}


@dataclass(frozen=True)
class Row:
    """A line of the queue; `ticket` has the QUEUE_COLUMNS."""

    ticket: Any
    level: PriorityLevel | None
    status: str


@staff
def home(request: HttpRequest) -> HttpResponse:
    """The default view."""
    shared = [v for v in saved_views(request.member.agent.pk) if v.owner_id is None]
    view = next((v for v in shared if v.is_default), shared[0] if shared else None)
    return redirect(f"/desk/views/{view.slug if view else 'all'}")


@staff
def view_page(request: HttpRequest, slug: str) -> HttpResponse:
    """A saved view; the address may narrow it further."""
    frame = shell(request, "mine" if slug == "mine" else "queue", slug)
    view = next((v for v in frame["nav"]["views"] if v.slug == slug), None)
    if slug != "all" and view is None:
        raise Http404
    filters = dict(view.filters) if view else {}
    filters |= {name: request.GET.getlist(name) for name in FILTER_NAMES if name in request.GET}
    sort = request.GET.get("sort") or (view.sort if view else "due")
    listing = list_tickets(request.member, filters, sort=sort, words=request.GET.get("q", "")[:200])
    context = frame | _context(request, listing) | {
        "title": view.name if view else "All active tickets", "filters": filters, "view_slug": slug,
        "status_choices": [(s.value, STATUS_WORDS[s]) for s in Status], "query_now": _query(filters, listing.sort),
        "view": view, "is_manager": request.member.is_at_least(AgentRole.MANAGER)}
    return render_page(request, "desk/queue.html", context, fragment="queue")


def _query(filters: dict[str, list[str]], sort: str) -> str:
    """What the page shows, as an address's query."""
    return urlencode({**filters, "sort": [sort]}, doseq=True)


def _save(request: HttpRequest) -> HttpResponse:
    """The queue's present filters under a name."""
    sent = QueryDict(request.POST.get("query", "")[:2000])
    form = ViewForm(request.POST)
    name = form.cleaned_data["name"] if form.is_valid() else ""
    listing = list_tickets(request.member, filters := {n: sent.getlist(n) for n in FILTER_NAMES if n in sent},
                           sort=sent.get("sort", "due"))
    view = save_view(request.member, name=name, filters=filters, sort=listing.sort, at=clock_now(),
                     shared=bool(request.POST.get("shared")))
    messages.success(request, f"“{view.name}” is among the views now.")
    return see_other(request, f"/desk/views/{view.slug}")


def _delete(request: HttpRequest, slug: str) -> HttpResponse:
    view = next((v for v in saved_views(request.member.agent.pk) if v.slug == slug), None)
    if view is None:
        raise Http404
    delete_view(view, by=request.member, at=clock_now())
    messages.success(request, f"“{view.name}” is gone.")
    return see_other(request, "/desk/")


def _or_say_why(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A refusal is shown on the queue."""
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except DomainError as error:
            messages.error(request, error.message)
            return see_other(request, "/desk/")

    return staff(guarded, methods=("POST",))


save = _or_say_why(_save)
delete = _or_say_why(_delete)


@staff
def search(request: HttpRequest) -> HttpResponse:
    """Full text over all tickets, newest change first; `#4817` goes straight there."""
    words = request.GET.get("q", "").strip()[:200]
    number = words.lstrip("#")
    if number.isascii() and number.isdigit() and len(number) < 10 and (
            Ticket.objects.filter(number=int(number)).exists()):
        return redirect(f"/desk/t/{int(number)}")
    listing = list_tickets(request.member, {}, sort="updated", words=words) if words else None
    context = shell(request, "search") | {"title": "Search", "query": words, "is_search": True}
    if listing is not None:
        context |= _context(request, listing, counted=False)
    return render_page(request, "desk/queue.html", context, fragment="queue")


def _context(request: HttpRequest, listing: Listing, *, counted: bool = True) -> dict[str, Any]:
    now = clock_now()
    if listing.unknown:
        messages.warning(request, f"Not understood and left out: {'; '.join(listing.unknown)}.")
    lines = listing.rows.select_related(None).values_list(*QUEUE_COLUMNS, named=True)
    page = keyset_page(lines, order=listing.order, cursor=request.GET.get("after", ""), size=SIZE)
    known = priority_levels()
    midnight = _midnight(request, now)
    rows = [Row(t, known.get(t.priority), STATUS_WORDS[Status(t.status)]) for t in page.rows]
    return {"page": page, "sort": listing.sort, "groups": _groups(rows, listing.sort, now, midnight),
            "names": names_beside(page.rows), "counts": due_counts(listing.rows, now, midnight) if counted else None}


def _midnight(request: HttpRequest, now: datetime) -> datetime:
    """The end of the reader's day."""
    local = now.astimezone(request.member.zone)
    return (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)


def _groups(rows: list[Row], sort: str, now: datetime, midnight: datetime) -> list[tuple[str, list[Row]]]:
    """Headings and their lines: by deadline, or by channel where that is the order (S25)."""
    if sort == "channel":
        return [(channel_names().get(rank, "Other"), list(lines))
                for rank, lines in groupby(rows, key=lambda r: r.ticket.channel_rank)]
    if sort == "due":
        return [(GROUP_WORDS[group], list(lines))
                for group, lines in groupby(rows, key=lambda r: due_group(r.ticket, now, midnight))]
    return [("", rows)] if rows else []
