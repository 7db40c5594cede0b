"""Clocks move in the transaction of the event that moves them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from sla.facts import CLOCK_KINDS
from sla.services.batching import is_put_off
from sla.services.clocks import apply_contract, open_clocks, recompute
from sla.services.followup import keep_follow_up
from tickets.enums import EventKind
from tickets.events import before_public_reply, ticket_event
from tickets.models import Ticket, TicketEvent
from tickets.services import Entry


@receiver(ticket_event)
def move_clocks(sender: object, event: TicketEvent, ticket: Ticket, **_kwargs: Any) -> None:
    """Recompute the ticket's clocks when the event is one that clocks hear."""
    if event.kind == EventKind.OPENED:
        open_clocks(ticket, event)
    elif event.kind in CLOCK_KINDS:
        if event.kind == EventKind.CONTRACT_CHANGED:
            apply_contract(ticket, at=event.at)
        if not is_put_off(ticket, event.at):
            recompute(ticket, at=event.at)


@receiver(before_public_reply)
def ask_for_follow_up(sender: object, ticket: Ticket, entry: Entry, at: datetime, **_kwargs: Any) -> None:
    """A reply that says too little about what comes next is refused (S48)."""
    keep_follow_up(ticket, entry, at=at)
