"""What the queue can be narrowed by: a page of all filters, and each one alone for its popover."""

from __future__ import annotations

from django.http import Http404, HttpResponse

from accounts.requests import MemberRequest
from desk.guards import staff
from desk.queue_state import QueueState, queue_state
from desk.shell import shell
from tickets.filtering import FILTER_WORDS, FINDABLE, Option, options_for
from toolkit.rendering import is_fragment_request, render_page


@staff
def page(request: MemberRequest, slug: str) -> HttpResponse:
    """All filters of a view's queue, or the one named by `only`; works without JavaScript."""
    state = queue_state(request.member, slug, request.GET)
    only, find = request.GET.get("only", ""), request.GET.get("find", "").replace("\x00", "")
    if only and only not in FILTER_WORDS:
        raise Http404
    parts = [_part(state, name, find) for name in FILTER_WORDS if name == only or not only]
    context = shell(request, "queue", slug) | {"state": state, "parts": parts, "find": find, "only": only,
                                               "is_findable": any(p["is_findable"] for p in parts),
                                               "query_now": state.query()}
    if only and is_fragment_request(request, f"f-{only}"):
        return render_page(request, "desk/_filter.html", context | {"part": parts[0], "is_popover": True})
    if only and is_fragment_request(request, f"o-{only}"):
        return render_page(request, "desk/_filter_options.html", context | {"part": parts[0]})
    return render_page(request, "desk/filters.html", context)


def _part(state: QueueState, name: str, find: str) -> dict[str, object]:
    """A filter, its choices, and whether they can be searched. An empty value lets a view's own filter be switched off."""
    options: list[Option] = options_for(name, state.filters.get(name, []), find if name in FINDABLE else "")
    base = state.view.filters if state.view else {}
    return {"name": name, "words": FILTER_WORDS[name], "options": options, "is_findable": name in FINDABLE,
            "is_free": name == "tag", "is_of_view": bool(base.get(name))}
