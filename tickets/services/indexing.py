from __future__ import annotations

from django.db import connection

from accounts.tenancy import current_tenant_id
from tickets.models import Comment, InternalNote, Ticket, TicketSearch

_MOST = 100_000  # a tsvector holds at most 1 MB; logs beyond this are found by their file names


def index_ticket(ticket: Ticket, *, public: str = "", private: str = "", fresh: bool = False) -> None:
    """Add words to what a ticket is found by; `private` ones are found by staff only.

    `fresh` also takes in subject, number and requester (a new ticket, or a changed subject).
    """
    head = f"{ticket.number} {ticket.subject} {ticket.requester.name}" if fresh else ""
    words = _clean(f"{head} {public}")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO tickets_ticketsearch AS s (tenant_id, ticket_id, public_words, staff_words) "
            "VALUES (%(tenant)s, %(ticket)s, to_tsvector('simple', %(public)s), to_tsvector('simple', %(all)s)) "
            "ON CONFLICT (tenant_id, ticket_id) DO UPDATE SET "
            "public_words = s.public_words || excluded.public_words, "
            "staff_words = s.staff_words || excluded.staff_words",
            {"tenant": current_tenant_id(), "ticket": ticket.pk, "public": words,
             "all": _clean(f"{words} {private}")})


def index_again(ticket: Ticket) -> None:
    """Build a ticket's words anew from what stands there now: what was redacted is found no longer."""
    TicketSearch.objects.filter(ticket=ticket).delete()
    index_ticket(ticket, fresh=True)
    for body in Comment.objects.filter(ticket=ticket).values_list("body", flat=True):
        index_ticket(ticket, public=body)
    for body in InternalNote.objects.filter(ticket=ticket).values_list("body", flat=True):
        index_ticket(ticket, private=body)


def _clean(text: str) -> str:
    return text.replace("\x00", " ")[:_MOST]
