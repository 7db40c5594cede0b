"""What was redacted on a ticket isn't kept in the raw mail that it came by either."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.dispatch import receiver

from intake.models import InboundMessage
from tickets.enums import EventKind
from tickets.events import ticket_event
from tickets.models import Ticket, TicketEvent

GONE = b"Subject: redacted\r\n\r\nThis mail was taken out for good. The ticket says by whom and why.\r\n"


@receiver(ticket_event)
def forget_raw_mail(sender: object, event: TicketEvent, ticket: Ticket, **_kwargs: Any) -> None:
    """Overwrite the stored mails of the messages that a redaction touched."""
    if event.kind != EventKind.REDACTED:
        return
    touched = Q(comment_id__in=event.data["comments"])
    if event.data["opening"]:
        touched |= Q(ticket=ticket, comment__isnull=True)
    InboundMessage.objects.filter(touched).update(raw=GONE, subject="redacted")
