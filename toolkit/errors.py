"""Errors that every floor may raise and every face knows how to answer."""

from __future__ import annotations

from django.utils.translation import gettext


class DomainError(Exception):
    """A rule said no. `message` is fit to show to the person; `code` is stable for programs."""

    code = "refused"

    def __init__(self, message: str, *, code: str | None = None, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        if code:
            self.code = code


class NotFoundError(DomainError):
    """Absent or another tenant's: the two can't be told apart."""

    code = "not_found"

    def __init__(self, message: str = "") -> None:
        super().__init__(message or gettext("There is nothing here under that address."))


class ForbiddenError(DomainError):
    """The member may see the thing but not do this to it."""

    code = "forbidden"


class ConflictError(DomainError):
    """Somebody else changed the thing since it was read."""

    code = "conflict"
