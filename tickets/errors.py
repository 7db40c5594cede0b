"""What the tickets floor refuses."""

from __future__ import annotations

from toolkit.errors import ConflictError, DomainError, ForbiddenError


class TransitionError(DomainError):
    """The workflow doesn't allow this status from where the ticket stands."""

    code = "transition"


class TicketChangedError(ConflictError):
    """Somebody changed the ticket after the page was read."""

    code = "ticket_changed"


class UnseenError(ConflictError):
    """Something was said on the ticket that the writer hasn't seen; the words wait until it has been."""

    code = "unseen"


class DraftChangedError(ConflictError):
    """The draft was sent, thrown away or changed in another window of the same person."""

    code = "draft_changed"


class UploadError(DomainError):
    """A file that can't be taken: too big, empty, or of a refused type."""

    code = "upload"


class NotAllowedError(ForbiddenError):
    """The member may see the ticket but not do this."""

    code = "not_allowed"
