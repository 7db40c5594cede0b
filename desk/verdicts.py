"""What a customer thinks of a ticket, read from its events."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Count, Q

from tickets.enums import EventKind
from tickets.models import Rating, Ticket, TicketEvent
from tickets.words import GOOD_SCORE

_HALF_A_YEAR = timedelta(days=182)
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
    """The customer's latest rating: its data has `score` and `comment`."""
    return next((event for event in reversed(events) if event.kind == EventKind.RATED), None)


def satisfaction_of(ticket: Ticket, now: datetime) -> tuple[int, int] | None:
    """How many verdicts of the ticket's customer were good, of how many in the last half year; None without any."""
    if ticket.organization_id is None:
        return None
    found = Rating.objects.filter(ticket__organization_id=ticket.organization_id, created_at__gte=now - _HALF_A_YEAR)
    count = found.aggregate(good=Count("pk", filter=Q(score__gte=GOOD_SCORE)), all=Count("pk"))
    return (count["good"], count["all"]) if count["all"] else None
