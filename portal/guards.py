"""Doors of the portal."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from accounts.requests import TenantRequest
from toolkit.errors import NotFoundError
from toolkit.rendering import ask_to_sign_in

View = Callable[..., HttpResponseBase]


def customer(view: View, *, methods: tuple[str, ...] = ("GET", "HEAD")) -> View:
    """A page for signed-in people of the tenant's customers; staff are sent to their desk."""

    @wraps(view)
    @require_http_methods(list(methods))
    def guarded(request: TenantRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.member is None:
            return ask_to_sign_in(request)
        if request.member.is_staff:
            return redirect("/desk/me" if request.path == "/me" else "/desk/")
        try:
            return view(request, *args, **kwargs)
        except NotFoundError as error:
            raise Http404(error.message) from error

    return guarded


def reader(view: View) -> View:
    """A page for anybody who may read it. To visitors what they may not read and what isn't there look the same."""

    @wraps(view)
    @require_http_methods(["GET", "HEAD"])
    def guarded(request: TenantRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except NotFoundError as error:
            if request.member is None:
                return ask_to_sign_in(request)
            raise Http404(error.message) from error

    return guarded
