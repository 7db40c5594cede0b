"""Reads of the notifications floor."""

from __future__ import annotations

from notifications.models import OutboxMessage
from tickets.models import Ticket


def bounced_mails(ticket: Ticket) -> dict[int | None, list[OutboxMessage]]:
    """The ticket's mails that came back, by the comment that they carried (None: none of them)."""
    found: dict[int | None, list[OutboxMessage]] = {}
    for row in OutboxMessage.objects.filter(ticket=ticket, bounced_at__isnull=False).order_by("id"):
        found.setdefault(row.comment_id, []).append(row)
    return found
