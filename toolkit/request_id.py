"""Each request's own number: in the answer's header, on error pages and in every log line that it causes."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponse


class _Numbered(HttpRequest):
    id: str


View = Callable[[_Numbered], HttpResponse]
_current: ContextVar[str] = ContextVar("request_id", default="-")


def numbered(get_response: View) -> View:
    """Number the request. A number sent along is not believed: it would let others write into the log."""

    def middleware(request: _Numbered) -> HttpResponse:
        request.id = secrets.token_hex(6)
        token = _current.set(request.id)
        try:
            response = get_response(request)
        finally:
            _current.reset(token)
        response["X-Request-ID"] = request.id
        return response

    return middleware


class RequestIdFilter(logging.Filter):
    """Gives log records `request_id`: “-” outside of a request."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Never drops a record."""
        record.request_id = _current.get()
        return True
