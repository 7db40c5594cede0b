"""Saved views: keeping the queue's filters under a name, changing, ordering and counting them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import AgentRole
from accounts.requests import MemberRequest
from desk.forms import EditViewForm, ViewForm
from desk.guards import View, staff
from desk.queue_state import queue_state
from desk.shell import shell
from tickets.counting import view_counts
from tickets.filtering import FILTER_WORDS, chosen_words
from tickets.listing import KEPT_FILTERS, SORTS
from tickets.models import SavedView
from tickets.reference import saved_views
from tickets.services.views import change_view, delete_view, may_change_view, move_view, save_view
from toolkit.clock import now as clock_now
from toolkit.errors import DomainError
from toolkit.rendering import is_fragment_request, render_page, see_other
from toolkit.wording import in_sentence

_SORT_WORDS = {
    "due": gettext_lazy("Next deadline"),
    "channel": gettext_lazy("Channel, then deadline"),
    "updated": gettext_lazy("Last change"),
}


@staff
def listing(request: MemberRequest) -> HttpResponse:
    """All views with their counts; htmx asks for the counts alone, which go to their places beside the names."""
    views = saved_views(request.member.agent_id)
    context = shell(request, "views") | {"counts": view_counts(request.member, views)}
    if not is_fragment_request(request, "view-counts"):
        context["views"] = [(v, _in_words(v), may_change_view(v, request.member)) for v in views]
    return render_page(request, "desk/views.html", context, fragment="view-counts")


def _in_words(view: SavedView) -> str:
    parts = [f"{FILTER_WORDS[n]}: {', '.join(values)}" for n, values in chosen_words(view.filters).items()]
    return "; ".join([*parts, _("by {order}").format(order=in_sentence(_SORT_WORDS.get(view.sort, view.sort)))])


def _sent_query(request: MemberRequest) -> tuple[dict[str, list[str]], str]:
    """The filters and the order that a form carries along as a query."""
    sent = QueryDict(request.POST.get("query", "")[:4000])
    filters = {n: [v.replace("\x00", "")[:60] for v in sent.getlist(n)] for n in KEPT_FILTERS if n in sent}
    sort = sent.get("sort", "due")
    return filters, sort if sort in SORTS else "due"


def _save(request: MemberRequest) -> HttpResponse:
    """What the queue shows now: the view's filters and what the address adds."""
    form = ViewForm(request.POST)
    name = form.cleaned_data["name"] if form.is_valid() else ""
    filters, sort = _sent_query(request)
    base = request.POST.get("base", "")
    if base:
        state = queue_state(request.member, base, QueryDict(request.POST.get("query", "")[:4000]))
        filters, sort = {n: v for n, v in state.filters.items() if n in KEPT_FILTERS}, state.sort
    view = save_view(request.member, name=name, filters=filters, sort=sort, at=clock_now(),
                     shared=bool(request.POST.get("shared")))
    messages.success(request, _("“{view}” is among the views now.").format(view=view.name))
    return see_other(request, f"/desk/views/{view.slug}")


def _view(request: MemberRequest, slug: str) -> SavedView:
    view = next((v for v in saved_views(request.member.agent_id) if v.slug == slug), None)
    if view is None:
        raise Http404
    return view


def _edit(request: MemberRequest, slug: str) -> HttpResponse:
    """A view's name and readers; with `query`, what the queue shows now becomes the view."""
    view = _view(request, slug)
    if not may_change_view(view, request.member):
        raise Http404
    form = EditViewForm(request.POST or None, initial={
        "name": view.name, "shared": view.owner_id is None, "is_default": view.is_default})
    if request.method == "POST" and form.is_valid():
        try:
            change_view(view, by=request.member, at=clock_now(), **form.cleaned_data)
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            messages.success(request, _("“{view}” is changed.").format(view=view.name))
            return see_other(request, "/desk/views/")
    context = shell(request, "views") | {"form": form, "view": view, "words": _in_words(view),
                                         "is_manager": request.member.is_at_least(AgentRole.MANAGER)}
    return render_page(request, "desk/view_edit.html", context, status=422 if form.errors else 200)


def _update(request: MemberRequest, slug: str) -> HttpResponse:
    """The view takes over what the queue shows now."""
    view = _view(request, slug)
    state = queue_state(request.member, slug, QueryDict(request.POST.get("query", "")[:4000]))
    kept = {n: v for n, v in state.filters.items() if n in KEPT_FILTERS}
    change_view(view, by=request.member, at=clock_now(), name=view.name, shared=view.owner_id is None,
                is_default=view.is_default, query=(kept, state.sort if state.sort in SORTS else "due"))
    messages.success(request, _("“{view}” shows this from now on.").format(view=view.name))
    return see_other(request, f"/desk/views/{slug}")


def _move(request: MemberRequest, slug: str) -> HttpResponse:
    move_view(_view(request, slug), up=request.POST.get("to") == "up", by=request.member, at=clock_now())
    return see_other(request, "/desk/views/")


def _delete(request: MemberRequest, slug: str) -> HttpResponse:
    view = _view(request, slug)
    delete_view(view, by=request.member, at=clock_now())
    messages.success(request, _("“{view}” is gone.").format(view=view.name))
    return see_other(request, "/desk/")


def _or_say_why(view: View) -> View:
    """A refusal is shown on the queue."""
    def guarded(request: MemberRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except DomainError as error:
            messages.error(request, error.message)
            return see_other(request, "/desk/")

    return staff(guarded, methods=("POST",))


save = _or_say_why(_save)
update = _or_say_why(_update)
move = _or_say_why(_move)
delete = _or_say_why(_delete)
edit = staff(_edit, methods=("GET", "HEAD", "POST"))
