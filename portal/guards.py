"""Doors of the portal."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from toolkit.errors import NotFoundError

View = Callable[..., HttpResponse]


def customer(view: View, *, methods: tuple[str, ...] = ("GET", "HEAD")) -> View:
    """A page for signed-in people of the tenant's customers; staff are sent to their desk."""

    @wraps(view)
    @require_http_methods(list(methods))
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.member is None:
            answer = redirect_to_login(request.get_full_path())
            if request.headers.get("HX-Request") == "true":
                response = HttpResponse(status=401)
                response["HX-Redirect"] = answer["Location"]
                return response
            return answer
        if request.member.is_staff:
            return redirect("/desk/")
        try:
            return view(request, *args, **kwargs)
        except NotFoundError as error:
            raise Http404(error.message) from error

    return guarded
