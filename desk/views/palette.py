from __future__ import annotations

from django.http import HttpResponse
from django.utils.http import urlencode

from accounts.requests import MemberRequest
from desk.guards import staff
from desk.palette import palette_hits
from desk.shell import shell
from toolkit.rendering import render_page


@staff
def page(request: MemberRequest) -> HttpResponse:
    """Search and commands in one list: the palette's own, or a page without JavaScript."""
    words = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:200]
    said = request.GET.get("chosen", "")
    chosen = int(said) if said.isascii() and said.isdigit() and len(said) < 5 else 0
    hits = palette_hits(request.member, words, chosen=chosen)
    return render_page(request, "desk/palette.html", shell(request, "search") | {
        "hits": hits, "query": words, "search": f"/desk/search?{urlencode({'q': words})}"}, fragment="palette-list")
