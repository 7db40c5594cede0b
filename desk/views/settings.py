"""The settings: their first page, and the lists and forms of every room."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from accounts.enums import AgentRole
from accounts.requests import MemberRequest
from desk.guards import staff
from desk.rooms import Room, room_for
from desk.rooms.form import fingerprint
from desk.rooms.saving import Saved, delete_setting, save_setting
from desk.settings_index import entries_for
from desk.shell import settings_shell
from toolkit.clock import now as clock_now
from toolkit.errors import DomainError
from toolkit.paging import keyset_page
from toolkit.rendering import render_page, see_other


def _index(request: MemberRequest) -> HttpResponse:
    """Every page of the settings, by group, with a sentence."""
    return render_page(request, "desk/settings/index.html", settings_shell(request, "index") | {
        "groups": entries_for(request.member)})


def _room(request: MemberRequest, slug: str, *, to_change: bool = False) -> Room:
    found = room_for(slug)
    if not found.may_look(request.member) or (to_change and not found.may_change(request.member)):
        raise Http404
    return found


def _list(request: MemberRequest, room: str) -> HttpResponse:
    """The rows of a room, page by page."""
    found = _room(request, room)
    page = keyset_page(found.listed(request.GET), order=list(found.order), cursor=request.GET.get("after", ""))
    lines = [(row, [column.of(row) for column in found.columns]) for row in page.rows]
    return render_page(request, "desk/settings/room.html", settings_shell(request, found.slug) | {
        "room": found, "page": page, "lines": lines, "query": request.GET.get("q", ""),
        "narrowed": found.chosen(request.GET), "may_change": found.may_change(request.member)})


def _new(request: MemberRequest, room: str) -> HttpResponse:
    """A form for one more."""
    found = _room(request, room, to_change=True)
    if not found.new:
        raise Http404
    if request.method == "POST":
        return _answer(request, found, _save(request, found, None))
    form = found.form(initial=found.chosen(request.GET), member=request.member, at=clock_now())
    return setting_page(request, found, Saved(form), None)


def _one(request: MemberRequest, room: str, pk: int) -> HttpResponse:
    """A stored row in its form."""
    found = _room(request, room, to_change=request.method == "POST")
    row = found.row(pk)
    if request.method == "POST":
        return _answer(request, found, _save(request, found, pk))
    return setting_page(request, found, unchanged(request, found, row), row)


def _save(request: MemberRequest, room: Room, pk: int | None) -> Saved:
    return save_setting(room, pk, request.POST, request.FILES, by=request.member, at=clock_now())


def _answer(request: MemberRequest, room: Room, saved: Saved) -> HttpResponse:
    if saved.row is None:
        pk = saved.form.instance.pk
        return setting_page(request, room, saved, room.row(pk) if pk else None)
    if saved.form.told_once:
        return render_page(request, "desk/settings/told_once.html", settings_shell(request, room.slug) | {
            "room": room, "row": saved.row, "told": saved.form.told_once})
    messages.success(request, _("“%(name)s” is saved.") % {"name": saved.row})
    return see_other(request, f"{room.address}/{saved.row.pk}")


def setting_page(request: MemberRequest, room: Room, saved: Saved, row: Any, *, status: int = 200,
                 **extra: Any) -> HttpResponse:
    """The form of a row (None: of a new one), what stands beside it, and what a view beside it has to say."""
    beside: dict[str, Any] = room.beside_of(row, request.member) if row is not None and room.beside_of else {}
    return render_page(request, "desk/settings/setting.html", settings_shell(request, room.slug) | {
        "room": room, "row": row, "form": saved.form, "seen": saved.seen, "theirs": saved.theirs,
        "may_change": room.may_change(request.member), **beside, **extra},
        status=409 if saved.is_conflict else 422 if saved.form.errors else status)


def unchanged(request: MemberRequest, room: Room, row: Any) -> Saved:
    """A stored row in its form, as it is."""
    form = room.form(instance=row, member=request.member, at=clock_now())
    return Saved(form, seen=fingerprint(form.state()))


def _delete(request: MemberRequest, room: str, pk: int) -> HttpResponse:
    """Asked first, on a page of its own: that needs no JavaScript."""
    found = _room(request, room, to_change=True)
    if not found.deletable:
        raise Http404
    row = found.row(pk)
    if request.method != "POST":
        return render_page(request, "desk/settings/delete.html", settings_shell(request, found.slug) | {
            "room": found, "row": row})
    name = str(row)
    try:
        delete_setting(found, row, by=request.member, at=clock_now())
    except DomainError as error:
        messages.error(request, error.message)
        return see_other(request, f"{found.address}/{pk}")
    messages.success(request, _("“%(name)s” is gone.") % {"name": name})
    return see_other(request, found.address)


_BOTH = ("GET", "HEAD", "POST")
index = staff(_index, role=AgentRole.MANAGER)
listing = staff(_list, role=AgentRole.MANAGER)
new = staff(_new, role=AgentRole.MANAGER, methods=_BOTH)
one = staff(_one, role=AgentRole.MANAGER, methods=_BOTH)
delete = staff(_delete, role=AgentRole.MANAGER, methods=_BOTH)
