from __future__ import annotations

from datetime import datetime

from tickets.enums import DueState
from tickets.models import Ticket
from toolkit.together import update, waits


def set_deadline(ticket: Ticket, *, due_at: datetime | None, warn_at: datetime | None, metric: str,
                 state: DueState) -> None:
    """Keep the nearest clock with the ticket, for the queue. No event and no new version: it follows from events."""
    wanted = (due_at, warn_at, metric, state)
    if (ticket.due_at, ticket.warn_at, ticket.due_metric, ticket.due_state) == wanted:
        return
    ticket.due_at, ticket.warn_at, ticket.due_metric, ticket.due_state = wanted
    if waits(ticket):  # it is being opened, and goes to the database with its deadline
        return
    update(ticket, "due_at", "warn_at", "due_metric", "due_state")
