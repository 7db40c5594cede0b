from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from sla.services.clocks import recompute
from tickets.models import Ticket

_waiting: ContextVar[dict[int, tuple[Ticket, datetime]] | None] = ContextVar("waiting", default=None)


@contextmanager
def clocks_at_the_end() -> Iterator[None]:
    """Compute each ticket's clocks once, when the block ends: for loading history, whose events are all known then."""
    waiting: dict[int, tuple[Ticket, datetime]] = {}
    token = _waiting.set(waiting)
    try:
        yield
    finally:
        _waiting.reset(token)
    for ticket, at in waiting.values():
        recompute(ticket, at=at)


def is_put_off(ticket: Ticket, at: datetime) -> bool:
    """Has the computation been left to the end of a `clocks_at_the_end` block."""
    waiting = _waiting.get()
    if waiting is None:
        return False
    waiting[ticket.pk] = (ticket, at)
    return True
