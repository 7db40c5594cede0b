"""Changing many tickets: choose what, look at what would happen, let it go, take it back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts.enums import AgentRole
from accounts.requests import MemberRequest
from desk.bulk_forms import FORMS
from desk.guards import staff
from desk.queue_state import QueueState, queue_state
from desk.shell import shell
from tickets.enums import BulkAction, BulkItemState, BulkState
from tickets.macros import effects_of, words_of
from tickets.models import BulkRun
from tickets.queries import macro_for
from tickets.services import bulk
from tickets.tasks import run_bulk
from toolkit.clock import now as clock_now
from toolkit.errors import DomainError
from toolkit.paging import keyset_page
from toolkit.rendering import render_page, see_other

_STALE_SECONDS = 15


def _choose(request: MemberRequest) -> HttpResponse:
    """What to do with the chosen tickets; a good answer leads to the preview."""
    sent = request.POST if request.method == "POST" else request.GET
    state = _state(request, sent)
    if "next" in sent:
        more = urlencode({"sel": ",".join(map(str, state.selected)), "after": sent["next"]})
        return HttpResponseRedirect(f"{state.address}{'&' if '?' in state.address else '?'}{more}")
    what = "assign" if sent.get("do") == "mine" else sent.get("do", "")
    if what not in FORMS:
        raise Http404
    numbers = _numbers(request, state, everything=bool(sent.get("all")))
    form = FORMS[what](request.POST or None, member=request.member, numbers=numbers,
                       initial={"agent": "me"} if sent.get("do") == "mine" else None)
    if request.method == "POST" and form.is_valid():
        action, value, label = form.step()
        try:
            run = bulk.prepare(request.member, numbers, action, value, label=label, back=state.address, at=clock_now())
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            return see_other(request, f"/desk/bulk/{run.pk}")
    context = shell(request, "queue", state.slug) | {
        "form": form, "what": what, "state": state, "all": bool(sent.get("all")), "count": len(numbers),
        "most": bulk.MOST, "query_now": state.query(), "numbers": ",".join(map(str, state.selected))}
    return render_page(request, "desk/bulk_choose.html", context, status=422 if form.errors else 200)


def _state(request: MemberRequest, sent: QueryDict) -> QueueState:
    """The queue that the choice was made on."""
    inside = QueryDict(sent.get("query", "")[:4000], mutable=True)
    inside.setlist("sel", sent.getlist("sel"))
    return queue_state(request.member, sent.get("view", "all"), inside)


def _numbers(request: MemberRequest, state: QueueState, *, everything: bool) -> list[int]:
    if not everything:
        return list(state.selected)
    rows = state.listing(request.member, clock_now()).rows
    return list(rows.order_by("id").values_list("number", flat=True)[: bulk.MOST + 1])


def _run_of(request: MemberRequest, run_id: int) -> BulkRun:
    """One's own run; anybody else's is not there."""
    run = BulkRun.objects.filter(pk=run_id, person=request.member.person).first()
    if run is None:
        raise Http404
    return run


def _page(request: MemberRequest, run_id: int) -> HttpResponse:
    """The preview, the progress or the report of a run: whatever it has come to."""
    run, now = _run_of(request, run_id), clock_now()
    items = run.items.select_related("ticket__assignee__person", "ticket__organization")
    wanted = request.GET.get("only", "")
    if wanted in set(BulkItemState):
        items = items.filter(state=wanted)
    count = bulk.tally(run)
    context = shell(request, "queue") | {
        "run": run, "count": count, "total": sum(count.values()), "through": sum(count.values()) - count["waiting"],
        "page": keyset_page(items, order=["id"], cursor=request.GET.get("after", "")), "only": wanted,
        "may_undo": bool(count["done"]) and bulk.may_undo(run, at=now), "macro": _macro_of(request, run),
        "is_stale": run.state == BulkState.RUNNING and (now - run.touched_at).total_seconds() > _STALE_SECONDS}
    return render_page(request, "desk/bulk_run.html", context, fragment="bulk-run")


def _macro_of(request: MemberRequest, run: BulkRun) -> tuple[bool, str, list[str]] | None:
    """For a preview: is the macro a note, its words on the first ticket, and what it changes."""
    if run.action != BulkAction.MACRO or run.state != BulkState.PREPARED:
        return None
    macro = macro_for(request.member, run.value["macro"])
    first = run.items.exclude(state=BulkItemState.REFUSED).select_related(
        "ticket__requester", "ticket__organization", "ticket__product").order_by("id").first()
    return macro.is_note, words_of(macro, first.ticket, request.member) if first else macro.body, effects_of(macro)


def _apply(request: MemberRequest, run_id: int) -> HttpResponse:
    """Let a previewed run go; pressed again, it goes on where it stopped."""
    run = _run_of(request, run_id)
    bulk.begin(run, at=clock_now())
    return _go(request, _run_of(request, run_id))


def _go(request: MemberRequest, run: BulkRun) -> HttpResponse:
    """Few tickets are changed at once, many by a worker."""
    stale = (clock_now() - run.touched_at).total_seconds() > _STALE_SECONDS
    if run.state == BulkState.RUNNING and (stale or bulk.tally(run)["waiting"] <= bulk.AT_ONCE):
        bulk.work_off(run, request.member, at=clock_now())
    elif run.state == BulkState.RUNNING:
        ids = (request.tenant.pk, request.member.person.pk, run.pk)
        transaction.on_commit(lambda: run_bulk.delay(*ids), robust=True)
    if run.state != BulkState.DONE or not bulk.tally(run)["done"]:
        return see_other(request, f"/desk/bulk/{run.pk}")
    back = run.back or "/desk/"
    return see_other(request, f"{back}{'&' if '?' in back else '?'}done={run.pk}")


def _undo(request: MemberRequest, run_id: int) -> HttpResponse:
    """Take a run back, ticket by ticket."""
    run = _run_of(request, run_id)
    try:
        undo = bulk.prepare_undo(run, request.member, at=clock_now())
    except DomainError as error:
        messages.error(request, error.message)
        return see_other(request, f"/desk/bulk/{run.pk}")
    bulk.begin(undo, at=clock_now())
    return _go(request, _run_of(request, undo.pk))


def _last(request: MemberRequest) -> HttpResponse:
    """One's last run: where it can be undone."""
    last = BulkRun.objects.filter(person=request.member.person).exclude(state=BulkState.PREPARED).order_by("-id").first()
    if last is None:
        messages.warning(request, _("You have changed no tickets together yet."))
        return HttpResponseRedirect("/desk/")
    return HttpResponseRedirect(f"/desk/bulk/{last.pk}")


def _for_agents(view: Callable[..., HttpResponse], *methods: str) -> Callable[..., Any]:
    return staff(view, role=AgentRole.AGENT, methods=methods)


choose = _for_agents(_choose, "GET", "HEAD", "POST")
page = _for_agents(_page, "GET", "HEAD")
apply = _for_agents(_apply, "POST")
undo = _for_agents(_undo, "POST")
last = _for_agents(_last, "GET", "HEAD")
