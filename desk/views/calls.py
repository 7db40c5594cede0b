"""The call log, and the callbacks that are promised."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.utils.translation import gettext as _

from accounts.models import Agent
from accounts.requests import MemberRequest
from desk.guards import staff
from desk.shell import shell
from tickets.models import Call, Callback
from tickets.services import assign_callback, finish_callback
from toolkit.clock import now as clock_now
from toolkit.errors import DomainError, NotFoundError
from toolkit.paging import keyset_page
from toolkit.rendering import render_page, see_other

_KINDS: dict[str, dict[str, Any]] = {
    "": {}, "directed": {"entitled": False, "handled_at__isnull": False},
    "missed": {"answered_at__isnull": True, "handled_at__isnull": True, "ended_at__isnull": False},
    "tickets": {"ticket__isnull": False}}


@staff
def log(request: MemberRequest) -> HttpResponse:
    """Every call, newest first."""
    kind = request.GET.get("kind", "")
    rows = Call.objects.select_related("person", "organization", "ticket", "agent__person").filter(
        **_KINDS.get(kind, {}))
    page = keyset_page(rows, order=["-started_at", "-id"], cursor=request.GET.get("after", ""))
    return render_page(request, "desk/calls.html", shell(request, "phone") | {"page": page, "kind": kind})


@staff
def callbacks(request: MemberRequest) -> HttpResponse:
    """Callbacks that are due, the next one first; or those that are done."""
    return _callbacks(request)


def _callbacks(request: MemberRequest, *, problem: str = "", wrong: int = 0, status: int = 200) -> HttpResponse:
    is_done = request.GET.get("state") == "done"
    rows = Callback.objects.select_related("person", "ticket__organization", "assignee__person", "done_by__person")
    if request.GET.get("mine"):
        rows = rows.filter(assignee=request.member.agent)
    page = keyset_page(rows.filter(done_at__isnull=not is_done), order=["-done_at", "-id"] if is_done else ["due_at", "id"],
                       cursor=request.GET.get("after", ""))
    return render_page(request, "desk/callbacks.html", shell(request, "callbacks") | {
        "page": page, "is_done": is_done, "problem": problem, "wrong": wrong, "note": request.POST.get("note", ""),
        "agents": Agent.objects.filter(is_active=True).select_related("person").order_by("person__name")}, status=status)


def _callback(request: MemberRequest, callback_id: int) -> HttpResponse:
    """Note a callback as done, or say who makes it."""
    callback = Callback.objects.filter(pk=callback_id).first()
    if callback is None:
        raise NotFoundError(_("There is no such callback."))
    at = clock_now()
    try:
        with transaction.atomic():
            messages.success(request, _do(request, callback, at))
    except DomainError as error:
        return _callbacks(request, problem=error.message, wrong=callback.pk,
                          status=409 if error.code == "conflict" else 422)
    return see_other(request, "/desk/callbacks")


def _do(request: MemberRequest, callback: Callback, at: Any) -> str:
    if "assignee" in request.POST:
        wanted = request.POST["assignee"]
        to = Agent.objects.filter(pk=int(wanted), is_active=True).first() if wanted.isdigit() else None
        assign_callback(callback, to=to, by=request.member, at=at)
        return _("{person} calls back.").format(person=to.person.name) if to else _("Nobody has this callback now.")
    reached = request.POST.get("reached") == "yes"
    finish_callback(callback, note=request.POST.get("note", ""), reached=reached, by=request.member, at=at)
    return _("The callback is done.")


callback = staff(_callback, methods=("POST",))
