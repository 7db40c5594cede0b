"""At which priorities a public reply must say what comes next (S48): a published version's own list."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.remembering import remembered
from sla.models import SlaPolicyVersion, TicketPolicy
from sla.queries import ClockLine
from tickets.models import Ticket


@remembered
def promise_ranks() -> dict[int, frozenset[int]]:
    """Version id → ranks, for the versions that ask for it at all."""
    rows = SlaPolicyVersion.objects.exclude(promise_ranks=[]).values_list("pk", "promise_ranks")
    return {pk: frozenset(ranks) for pk, ranks in rows}


def needs_follow_up(ticket: Ticket, lines: Iterable[ClockLine] | None = None) -> bool:
    """Must a reply that leaves the ticket unsolved say what comes next.

    `lines` are the ticket's clocks where a page has them already: they tell the version without a query.
    """
    known = promise_ranks()
    if not ticket.is_active or not any(ticket.priority in ranks for ranks in known.values()):
        return False
    versions = [line.version_id for line in lines or () if line.ended_at is None and line.version_id is not None]
    newest = versions[-1] if versions else TicketPolicy.objects.filter(ticket=ticket).order_by(
        "-from_at", "-id").values_list("version_id", flat=True).first()
    return newest is not None and ticket.priority in known.get(newest, frozenset())
