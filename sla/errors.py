"""What the SLA floor refuses, in words for the person who asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from toolkit.errors import ConflictError, DomainError


class TermsError(DomainError):
    """Some fields can't stand as they are; `fields` says for each what to do."""

    code = "terms"

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__(" ".join(dict.fromkeys(fields.values())))
        self.fields = dict(fields)


class StaleDraftError(ConflictError):
    """Somebody else saved the draft meanwhile. `theirs` is what stands in it now; nothing of ours is lost."""

    code = "stale_draft"

    def __init__(self, message: str, theirs: Any) -> None:
        super().__init__(message)
        self.theirs = theirs
