"""Which status may follow which. Pure: strings in, answers out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from tickets.enums import Status

_ALLOWED: dict[Status, frozenset[Status]] = {
    Status.NEW: frozenset({Status.OPEN, Status.PENDING, Status.ON_HOLD, Status.SOLVED, Status.CLOSED}),
    Status.OPEN: frozenset({Status.PENDING, Status.ON_HOLD, Status.SOLVED, Status.CLOSED}),
    Status.PENDING: frozenset({Status.OPEN, Status.ON_HOLD, Status.SOLVED, Status.CLOSED}),
    Status.ON_HOLD: frozenset({Status.OPEN, Status.PENDING, Status.SOLVED, Status.CLOSED}),
    Status.SOLVED: frozenset({Status.OPEN, Status.CLOSED}),
    Status.CLOSED: frozenset({Status.OPEN}),
}

REOPEN_WINDOW = timedelta(days=14)
# Among a ticket's triage flags as long as neither customer nor desk has said which project it is about (S18).
PROJECT_UNDECIDED = "Several projects fit: check that this is the right one."


def may_follow(current: str, wanted: str) -> bool:
    """True when a ticket may go from `current` to `wanted`; staying is always allowed."""
    return current == wanted or Status(wanted) in _ALLOWED[Status(current)]


def next_statuses(current: str) -> list[Status]:
    """The statuses that may follow, in the order of the workflow."""
    return [status for status in Status if status in _ALLOWED[Status(current)]]


def may_reopen(solved_at: datetime | None, at: datetime) -> bool:
    """A requester's word reopens a solved ticket for 14 days; later it opens a follow-up."""
    return solved_at is not None and at - solved_at <= REOPEN_WINDOW


def status_after_requester(current: str) -> Status:
    """What a requester's message makes of a status: whatever waited is work again; a third party's hold stays."""
    if Status(current) in {Status.PENDING, Status.SOLVED, Status.CLOSED}:
        return Status.OPEN
    return Status(current)


def is_undecided(flags: Sequence[str]) -> bool:
    """Is it open which of the customer's projects a ticket with these triage flags is about."""
    return PROJECT_UNDECIDED in flags


def stepped_down(rank: int) -> int:
    """One step less urgent, as after a workaround (S42): 1→2, 2→3, 3→4; 4 stays."""
    return min(rank + 1, 4)
