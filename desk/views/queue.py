"""The queue: what to do next, in the order of the next deadline."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.enums import AgentRole
from accounts.requests import MemberRequest
from desk.columns import columns_of
from desk.guards import staff
from desk.queue_state import QueueState, day_of, queue_state
from desk.shell import shell
from tickets.filtering import DUE_WORDS
from tickets.listing import Day, Listing, due_counts, list_tickets
from tickets.models import BulkRun, PriorityLevel, Ticket
from tickets.names import names_beside
from tickets.queries import DueCounts, due_group
from tickets.reference import channel_names, priority_levels, saved_views
from tickets.rules import can_work
from tickets.services.bulk import may_undo, tally
from tickets.services.views import may_change_view
from toolkit.clock import now as clock_now
from toolkit.lazy import Words
from toolkit.paging import keyset_page
from toolkit.rendering import render_page

SIZE = 50
_BUCKETS = (("breached", "over", "g-over", gettext_lazy("breached")),
            ("within_hour", "soon", "g-soon", gettext_lazy("within 1 hour")),
            ("today", "", "g-ok", gettext_lazy("later today")), ("later", "m0", "g-ok", gettext_lazy("after today")),
            ("paused", "m0", "g-pause", gettext_lazy("paused")))


@dataclass(frozen=True)
class Row:
    """A line of the queue; `ticket` has the columns that are shown."""

    ticket: Any
    level: PriorityLevel | None


@dataclass(frozen=True)
class Bucket:
    """A deadline group above the lines: how many it holds, and the query that shows them alone (or no longer)."""

    kind: str
    icon: str
    count: int
    words: Words
    query: str
    is_chosen: bool


@staff
def home(request: MemberRequest) -> HttpResponse:
    """The default view."""
    shared = [v for v in saved_views(request.member.agent_id) if v.owner_id is None]
    view = next((v for v in shared if v.is_default), shared[0] if shared else None)
    return redirect(f"/desk/views/{view.slug if view else 'all'}")


@staff
def view_page(request: MemberRequest, slug: str) -> HttpResponse:
    """A saved view; the address may narrow it further."""
    frame, now = shell(request, "mine" if slug == "mine" else "queue", slug), clock_now()
    state = queue_state(request.member, slug, request.GET, frame["nav"]["views"])
    listing, day = state.listing(request.member, now), day_of(request.member, now)
    counts = due_counts(listing, day)
    chips, set_count = state.chips()
    rows = _rows(request, listing, day, counts)
    here = [row.ticket.number for _heading, _count, lines in rows["groups"] for row in lines]
    context = frame | rows | {
        "total": counts.total(listing.groups), "groups_shown": len(here), "numbers": ",".join(map(str, here)),
        "done": _done(request),
        "elsewhere": [n for n in state.selected if n not in here],
        "is_manager": request.member.is_at_least(AgentRole.MANAGER),
        "may_change": state.view is not None and may_change_view(state.view, request.member),
        "title": state.view.name if state.view else _("All active tickets"), "state": state, "view_slug": slug,
        "query_now": state.query(), "chips": chips, "set_count": set_count, "view": state.view,
        "buckets": _buckets(state, counts), "selected": state.selected, "can_work": can_work(request.member)}
    return render_page(request, "desk/queue.html", context, fragment="queue")


def _done(request: MemberRequest) -> dict[str, Any] | None:
    """The change of many tickets that has just been made, to be told with its undo."""
    said = request.GET.get("done", "")
    if not (said.isascii() and said.isdigit() and len(said) < 19):
        return None
    run = BulkRun.objects.filter(pk=int(said), person=request.member.person).first()
    if run is None:
        return None
    count = tally(run)
    return {"run": run, "words": ngettext("{n} ticket: {change}", "{n} tickets: {change}", count["done"]).format(
        n=count["done"], change=run.label),
            "refused": count["refused"], "may_undo": may_undo(run, at=clock_now())}


def _buckets(state: QueueState, counts: DueCounts) -> list[Bucket]:
    chosen = state.filters.get("due", [])
    return [Bucket(kind, icon, getattr(counts, name), words, state.query(due=[] if chosen == [name] else [name]),
                   name in chosen) for name, kind, icon, words in _BUCKETS]


@staff
def search(request: MemberRequest) -> HttpResponse:
    """Full text over all tickets, newest change first; `#4817` goes straight there."""
    words = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    number = words.lstrip("#")
    if number.isascii() and number.isdigit() and len(number) < 10 and (
            Ticket.objects.filter(number=int(number)).exists()):
        return redirect(f"/desk/t/{int(number)}")
    context = shell(request, "search") | {"title": _("Search"), "query": words, "is_search": True}
    if words:
        listing = list_tickets(request.member, {}, sort="updated", words=words)
        context |= _rows(request, listing, day_of(request.member, clock_now()), None)
    return render_page(request, "desk/queue.html", context, fragment="queue")


def _rows(request: MemberRequest, listing: Listing, day: Day, counts: DueCounts | None) -> dict[str, Any]:
    if listing.unknown:
        messages.warning(request, _("Not understood and left out: {unknown}.").format(unknown='; '.join(listing.unknown)))
    columns = columns_of(request.member)
    lines = listing.rows.select_related(None).values_list(*columns.fields, named=True)
    page = keyset_page(lines, order=listing.order, cursor=request.GET.get("after", ""), size=SIZE)
    known = priority_levels()
    rows = [Row(t, known.get(t.priority)) for t in page.rows]
    return {"page": page, "sort": listing.sort, "now": day.now, "columns": columns, "counts": counts,
            "groups": _groups(rows, listing.sort, day, counts), "names": names_beside(page.rows)}


def _groups(rows: list[Row], sort: str, day: Day, counts: DueCounts | None) -> list[tuple[Words, int, list[Row]]]:
    """Headings with how many there are in all, and their lines: by deadline, or by channel where that is the order (S25)."""
    if sort == "channel" and counts:
        return [(channel_names().get(rank, _("Other")), counts.channels.get(rank, 0), list(lines))
                for rank, lines in groupby(rows, key=lambda r: r.ticket.channel_rank)]
    if sort == "due" and counts:
        return [(DUE_WORDS[group], getattr(counts, group), list(lines))
                for group, lines in groupby(rows, key=lambda r: due_group(r.ticket, day.now, day.midnight))]
    return [("", 0, rows)] if rows else []
