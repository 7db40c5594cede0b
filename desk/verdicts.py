"""What a customer thinks of a ticket, read from its events."""

from __future__ import annotations

from collections.abc import Sequence

from tickets.enums import EventKind
from tickets.models import Ticket, TicketEvent

_ANSWERS = frozenset({EventKind.REPLIED, EventKind.CALL_LOGGED})


def attention_of(ticket: Ticket, events: Sequence[TicketEvent]) -> TicketEvent | None:
    """The customer's call for attention that nobody has answered yet (events oldest first)."""
    asked = None
    for event in events:
        if event.kind == EventKind.ATTENTION_ASKED:
            asked = event
        elif event.kind in _ANSWERS:
            asked = None
    return asked if ticket.is_active else None


def verdict_of(events: Sequence[TicketEvent]) -> TicketEvent | None:
    """The customer's latest rating: its data has `good` and `comment`."""
    return next((event for event in reversed(events) if event.kind == EventKind.RATED), None)
