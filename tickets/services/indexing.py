from __future__ import annotations

from accounts.tenancy import current_tenant_id
from tickets.models import Comment, InternalNote, Ticket, TicketSearch
from toolkit.together import then

_ADD = """
WITH words AS MATERIALIZED (SELECT {words})
INSERT INTO tickets_ticketsearch AS s (tenant_id, ticket_id, public_words, staff_words)
SELECT %s, %s, public, {staff} FROM words
ON CONFLICT (tenant_id, ticket_id) DO UPDATE
SET public_words = s.public_words || excluded.public_words, staff_words = s.staff_words || excluded.staff_words
"""
_ADD_PUBLIC = _ADD.format(words="to_tsvector('simple', %s) AS public", staff="public")  # the same in both, computed once
_ADD_PRIVATE = _ADD.format(words="to_tsvector('simple', %s) AS public, to_tsvector('simple', %s) AS staff", staff="staff")
_MOST = 100_000  # a tsvector holds at most 1 MB; logs beyond this are found by their file names


def index_ticket(ticket: Ticket, *, public: str = "", private: str = "", fresh: bool = False) -> None:
    """Add words to what a ticket is found by; `private` ones are found by staff only.

    `fresh` also takes in subject, number and requester (a new ticket, or a changed subject).
    """
    head = f"{ticket.number} {ticket.subject} {ticket.requester.name}" if fresh else ""
    words = _clean(f"{head} {public}")
    then(_ADD_PRIVATE if private else _ADD_PUBLIC, [
        words, *([_clean(f"{words} {private}")] if private else []), current_tenant_id(), ticket.pk])


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
