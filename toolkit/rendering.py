"""One view, one template, two renderings: the page, or the part of it that htmx asked for."""

from __future__ import annotations

from functools import cache
from typing import Any

import nh3
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

_TAGS = {"p", "br", "em", "strong", "code", "pre", "ul", "ol", "li", "blockquote", "a", "h1", "h2", "h3", "h4", "hr",
         "table", "thead", "tbody", "tr", "th", "td", "s"}


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


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("js-default", {"linkify": False, "breaks": True})


def render_text(text: str) -> SafeString:
    """Light markdown as safe HTML: raw HTML stays text, links open without telling where from, no images."""
    html = _markdown().render(text)
    clean = nh3.clean(html, tags=_TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto"},
                      link_rel="noopener noreferrer nofollow")
    return mark_safe(clean)  # noqa: S308 -- cleaned in the line above
