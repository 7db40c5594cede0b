"""Where a request comes from, for the record of who changed what: known wherever below it something is written."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponse

View = Callable[[HttpRequest], HttpResponse]
_current: ContextVar[str | None] = ContextVar("origin", default=None)


def located(get_response: View) -> View:
    """Remember the caller's address while the request is answered."""

    def middleware(request: HttpRequest) -> HttpResponse:
        token = _current.set(request.META.get("REMOTE_ADDR") or None)
        try:
            return get_response(request)
        finally:
            _current.reset(token)

    return middleware


def origin() -> str | None:
    """The address that the present request came from; None outside of requests."""
    return _current.get()
