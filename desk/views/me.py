"""How the desk looks to one agent: the queue's columns and density, and the keys."""

from __future__ import annotations

from itertools import groupby

from django.contrib import messages
from django.http import HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from accounts.requests import MemberRequest
from accounts.services.login import set_shortcuts
from accounts.services.preferences import set_preferences
from desk.columns import COLUMNS, DEFAULT, DENSITIES, columns_of
from desk.guards import staff
from desk.keys import ACTIONS, FIXED, checked_keys, keys_of
from desk.shell import shell
from toolkit.clock import now as clock_now
from toolkit.errors import DomainError
from toolkit.rendering import render_page, see_other


def _queue(request: MemberRequest) -> HttpResponse:
    """Which columns, and how close the lines."""
    back = _back(request)
    if request.method == "POST":
        chosen = [n for n in COLUMNS if n in request.POST.getlist("column") or n == "ticket"]
        density = request.POST.get("density")
        usual = "usual" in request.POST
        set_preferences(request.member, {
            "columns": None if usual or chosen == list(DEFAULT) else chosen,
            "density": density if density == "compact" and not usual else None}, at=clock_now())
        return see_other(request, back)
    columns = columns_of(request.member)
    choices = [(n, words, n in columns.names) for n, (words, _w, _f) in COLUMNS.items() if n != "ticket"]
    return render_page(request, "desk/me_queue.html", shell(request, "queue") | {
        "choices": choices, "densities": DENSITIES.items(), "density": "compact" if columns.is_compact else "comfortable",
        "back": back})


def _back(request: MemberRequest) -> str:
    """The page to return to, if it is one of the desk."""
    wanted = request.POST.get("back") or request.GET.get("back", "")
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and wanted.startswith("/desk/")
    return wanted if safe else "/desk/"


def _keys(request: MemberRequest) -> HttpResponse:
    """Every key: help for all, and a form to change them or turn them off."""
    keys, problem, wrong = keys_of(request.member), "", ""
    if request.method == "POST":
        wanted = {a.name: request.POST.get(a.name, a.key).strip()[:1] for a in ACTIONS}
        try:
            changed = {} if "usual" in request.POST else checked_keys(wanted)
        except DomainError as error:
            keys, problem, wrong = wanted, error.message, error.field or ""
        else:
            set_preferences(request.member, {"keys": changed or None}, at=clock_now())
            set_shortcuts(request.member, on=bool(request.POST.get("shortcuts")), at=clock_now())
            messages.success(request, _("Your keys are saved."))
            return see_other(request, "/desk/me/keys")
    groups = [(where, [(a, keys[a.name]) for a in actions]) for where, actions in groupby(ACTIONS, lambda a: a.where)]
    return render_page(request, "desk/me_keys.html", shell(request, "keys") | {
        "groups": groups, "fixed": FIXED, "problem": problem, "wrong": wrong}, fragment="keys-help",
        status=422 if problem else 200)


queue = staff(_queue, methods=("GET", "HEAD", "POST"))
keys = staff(_keys, methods=("GET", "HEAD", "POST"))
