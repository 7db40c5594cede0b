"""What the accounts floor refuses, in words for the person who asked."""

from __future__ import annotations

from typing import cast

from toolkit.errors import DomainError
from toolkit.lazy import Words


class LinkError(DomainError):
    """A mailed link that opens nothing any more."""

    code = "link"


class CannotFileError(DomainError):
    """This person can't open a ticket: a free plan (S36), or no active project (S17). `code` tells which."""

    code = "no_active_project"

    def __init__(self, message: Words, *, code: str | None = None) -> None:
        super().__init__(cast(str, message), code=code)  # translated where it is shown: in a mail, another's language
