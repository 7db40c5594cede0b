"""What the desk did on a customer's tickets while they were away."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accounts.members import Member
from tickets.enums import AuthorKind, EventKind, Status
from tickets.models import TicketEvent
from tickets.queries import visible_tickets
from tickets.words import CUSTOMER_STATUS_WORDS
from toolkit.lazy import Words

_KINDS = (EventKind.REPLIED, EventKind.CALL_LOGGED, EventKind.STATUS_CHANGED, EventKind.PRIORITY_CHANGED)
_WORDS = {
    EventKind.REPLIED: _("Answered"),
    EventKind.CALL_LOGGED: _("Called"),
    EventKind.PRIORITY_CHANGED: _("Priority changed"),
}
_TICKETS = 50


def news_for(member: Member, since: datetime, most: int = 6) -> list[tuple[TicketEvent, Words]]:
    """The newest thing on each ticket since a moment, in the customer's words, newest first (2 queries)."""
    touched = list(visible_tickets(member).filter(updated_at__gt=since).order_by("-updated_at", "-id")
                   .values_list("id", flat=True)[:_TICKETS])
    if not touched:
        return []
    events = (TicketEvent.objects.filter(ticket_id__in=touched, at__gt=since, kind__in=[k.value for k in _KINDS],
                                         actor_kind=AuthorKind.STAFF, is_public=True)
              .exclude(kind=EventKind.STATUS_CHANGED, data__status=Status.OPEN)  # follows from an answer
              .select_related("ticket", "actor").order_by("ticket_id", "-at", "-id").distinct("ticket_id"))
    newest = sorted(events, key=lambda event: (event.at, event.pk), reverse=True)
    return [(event, _words(event)) for event in newest[:most]]


def _words(event: TicketEvent) -> Words:
    if event.kind == EventKind.STATUS_CHANGED:
        return CUSTOMER_STATUS_WORDS[Status(event.data["status"])]
    return _WORDS[EventKind(event.kind)]
