"""A delivery report came back: the mail that failed and the address are marked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from accounts.enums import AddressKind
from accounts.models import PersonAddress
from notifications.models import OutboxMessage
from tickets.enums import AuthorKind, EventKind
from tickets.events import record


def mark_bounced(message_ids: Sequence[str], recipients: Sequence[str], *, reason: str, at: datetime) -> list[OutboxMessage]:
    """Mark those of our mails that a report names, and their addresses. Returns the mails marked now.

    Only a report that names one of our Message-IDs counts: those are signed and go to the receiver alone, so nobody
    else can have an address marked. `recipients` narrows it down where the report says who was not reached.
    """
    rows = OutboxMessage.objects.select_related("ticket").filter(message_id__in=list(message_ids)[:20])
    if recipients:
        named = rows.filter(to_address__in=recipients)
        rows = named if named.exists() else rows  # the address behind a forward is not the one we wrote to
    marked = []
    for row in rows.filter(bounced_at__isnull=True):
        OutboxMessage.objects.filter(pk=row.pk).update(bounced_at=at, bounce_reason=reason[:200])
        PersonAddress.objects.filter(kind=AddressKind.EMAIL, value=row.to_address.lower()).update(
            bounced_at=at, bounce_reason=reason[:200])
        if row.ticket is not None:
            record(row.ticket, EventKind.MAIL_BOUNCED, at=at, by=None, actor_kind=AuthorKind.SYSTEM,
                   address=row.to_address, reason=reason[:200], comment=row.comment_id)
        marked.append(row)
    return marked
