"""No request is larger than what a form with files may be: its files would fill the disk before any page looks at them."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.middleware import PROGRAM_PATHS
from supportdesk.views import problem

View = Callable[[HttpRequest], HttpResponse]


def sized(get_response: View) -> View:
    """413 by what a request says of its length; the server gives Django no byte beyond that, and none without it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        said = request.META.get("CONTENT_LENGTH") or "0"
        if not said.isdigit() or int(said) <= settings.MAX_REQUEST_BYTES:
            return get_response(request)
        if request.path_info.startswith(PROGRAM_PATHS):
            return problem(413, "The request is too large.", "too_large")
        return render(request, "errors/413.html", status=413)

    return middleware
