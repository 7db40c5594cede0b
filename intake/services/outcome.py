from __future__ import annotations

from dataclasses import dataclass

from intake.enums import InboundState
from tickets.models import Comment, Ticket


@dataclass(frozen=True)
class Outcome:
    """How a message ended, and why in words."""

    state: InboundState
    reason: str = ""
    ticket: Ticket | None = None
    comment: Comment | None = None


def ignored(reason: str, ticket: Ticket | None = None) -> Outcome:
    """Nothing was made of it."""
    return Outcome(InboundState.IGNORED, reason, ticket)


def quarantined(reason: str, ticket: Ticket | None = None) -> Outcome:
    """A person has to look at it."""
    return Outcome(InboundState.QUARANTINE, reason, ticket)
