"""One view, one template, two renderings: the page, or the part of it that htmx asked for."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext


def render_page(request: HttpRequest, template: str, context: dict[str, Any] | None = None, *,
                fragment: str | None = None, status: int = 200) -> HttpResponse:
    """The whole page; or its inline partial `fragment` when htmx asks for the element with that id."""
    wanted = fragment if fragment and is_fragment_request(request, fragment) else None
    name = f"{template}#{wanted}" if wanted else template
    response = render(request, name, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    response["Cache-Control"] = "no-store"
    return response


def is_fragment_request(request: HttpRequest, fragment: str) -> bool:
    """Does htmx want only this element (and isn't it restoring a page from its history)."""
    headers = request.headers
    return (headers.get("HX-Request") == "true" and headers.get("HX-History-Restore-Request") != "true"
            and headers.get("HX-Target") == fragment)


def see_other(request: HttpRequest, url: str) -> HttpResponse:
    """After a write: 303 for browsers; htmx is told to go there."""
    if request.headers.get("HX-Request") == "true":
        response = HttpResponse(status=204)
        response["HX-Redirect"] = url
        return response
    redirect = HttpResponseRedirect(url)
    redirect.status_code = 303
    return redirect


def ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    """Pages go to the sign-in page and come back after it; htmx gets a 401 that names it, scripts one that says so.

    A refused write comes back to the page that its form stood on: its own address answers no GET. So does a part of a page:
    alone it is no place to be.
    """
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"problem": gettext("You are signed out. Your words are kept in this window: send them, sign in, "
                                                "and they are here again.")}, status=401)
    by_htmx = request.headers.get("HX-Request") == "true"
    is_page = request.method in {"GET", "HEAD"} and (not by_htmx or request.headers.get("HX-Boosted") == "true")
    answer = redirect_to_login(request.get_full_path() if is_page else _page_before(request))
    if by_htmx:
        response = HttpResponse(status=401)
        response["HX-Redirect"] = answer["Location"]
        return response
    return answer


def _page_before(request: HttpRequest) -> str:
    """The page of this site that the browser says it came from, else the start page."""
    before = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer", ""))
    if before.netloc != request.get_host() or (before.path == request.path and request.method not in {"GET", "HEAD"}):
        return "/"
    return f"{before.path}?{before.query}" if before.query else before.path
