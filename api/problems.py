"""Errors as problem details (RFC 9457)."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler, set_rollback

from toolkit.errors import ConflictError, DomainError, ForbiddenError, NotFoundError

TYPE = "application/problem+json"


def _status(error: DomainError) -> int:
    if isinstance(error, NotFoundError):
        return 404
    if isinstance(error, ForbiddenError):
        return 403
    return 409 if isinstance(error, ConflictError) else 422


def problem(status: int, title: str, *, code: str, **more: Any) -> Response:
    """A problem answer; `code` is stable, `title` is for people."""
    return Response({"type": "about:blank", "title": title, "status": status, "code": code, **more}, status=status,
                    content_type=TYPE)


def handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's errors and the product's own, in one form. What was written so far is taken back."""
    if isinstance(error, DomainError):
        set_rollback()
        more = {"errors": {error.field: [error.message]}} if error.field else {}
        return problem(_status(error), error.message, code=error.code, **more)
    if isinstance(error, Http404):
        error = exceptions.NotFound("There is nothing here under that address.")
    response = exception_handler(error, context)
    if response is None:
        return None
    if isinstance(error, exceptions.ValidationError):
        answer = problem(422, "Some fields need another look.", code="invalid", errors=error.detail)
    else:
        detail = getattr(error, "detail", str(error))
        answer = problem(response.status_code, str(detail), code=getattr(error, "default_code", "error"))
    for name, value in response.headers.items():
        if name.lower() != "content-type":
            answer[name] = value
    return answer
