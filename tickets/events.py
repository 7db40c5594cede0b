"""How news of a ticket travels up: one fact row and one signal, in the transaction of the change."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.dispatch import Signal

from accounts.models import Person
from tickets.enums import AuthorKind, EventKind
from tickets.models import Ticket, TicketEvent
from toolkit.together import insert, insert_for_id

# Sent with `event` and `ticket`. Receivers run inside the transaction and may only write to the database.
ticket_event = Signal()
# Sent with `tickets` (locked, the redacted one first, then those that share its words) and `words` that have to go for good:
# each floor above takes them out of what it keeps of them, in the same transaction, and returns a Counter: in how many places
# of each ticket (by id) they stood.
words_redacted = Signal()
# Sent with `ticket` (locked), `entry` and `at` before staff's public words are written. A floor above may refuse them by
# raising a DomainError.
before_public_reply = Signal()
# Sent with `call` and `kind` (call.started, call.answered, call.ended), under the same terms.
call_event = Signal()

_STAFF_ONLY = frozenset({EventKind.NOTED, EventKind.TAGGED, EventKind.WARNED, EventKind.GOAL_MISSED,
                         EventKind.BREACHED, EventKind.TRIAGED, EventKind.REPLY_HELD,
                         EventKind.REPLY_TAKEN_BACK, EventKind.REPLY_FAILED, EventKind.LINKED, EventKind.SPLIT,
                         EventKind.SNOOZED, EventKind.WOKEN, EventKind.FOLLOWED, EventKind.TOOK_IN, EventKind.REDACTED,
                         EventKind.COMMENT_HELD, EventKind.MAIL_BOUNCED})


def record(ticket: Ticket, kind: EventKind, *, at: datetime, by: Person | None, actor_kind: AuthorKind,
           event_id: int | None = None, for_staff: bool = False, **data: Any) -> TicketEvent:
    """Write a fact about a ticket and tell the floors above. `data` must be plain JSON. `event_id` is an id drawn before.
    `for_staff` keeps one from the customer whose kind is public otherwise.
    """
    event = TicketEvent(
        pk=event_id, ticket=ticket, kind=kind, at=at, actor=by, actor_kind=actor_kind,
        is_public=not for_staff and kind not in _STAFF_ONLY, data=data)
    if event_id is None:
        insert_for_id(event)
    else:
        insert(event)
    ticket_event.send(sender=TicketEvent, event=event, ticket=ticket)
    return event
