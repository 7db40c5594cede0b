"""Where a request comes from, for the record of who changed what: known wherever below it something is written."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from contextvars import ContextVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse

View = Callable[[HttpRequest], HttpResponse]
_current: ContextVar[str | None] = ContextVar("origin", default=None)


def located(get_response: View) -> View:
    """Remember the caller's address while the request is answered."""

    def middleware(request: HttpRequest) -> HttpResponse:
        token = _current.set(_address_of(request))
        try:
            return get_response(request)
        finally:
            _current.reset(token)

    return middleware


def _address_of(request: HttpRequest) -> str | None:
    """What the outermost of our own proxies saw; what is written before it anybody can have written."""
    proxies = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    said = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if proxies else []
    if len(said) >= proxies > 0 and _is_address(said[-proxies].strip()):
        return str(said[-proxies].strip())
    return request.META.get("REMOTE_ADDR") or None


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def origin() -> str | None:
    """The address that the present request came from; None outside of requests."""
    return _current.get()
