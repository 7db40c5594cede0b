"""What the accounts floor refuses, in words for the person who asked."""

from __future__ import annotations

from toolkit.errors import DomainError


class LinkError(DomainError):
    """A mailed link that opens nothing any more."""

    code = "link"


class CannotFileError(DomainError):
    """This person can't open a ticket: a free plan (S36), or no active project (S17). `code` tells which."""

    code = "no_active_project"
