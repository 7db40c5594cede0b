"""Which mails a person may do without. Answers, deadlines and mails about the login are always sent."""

from __future__ import annotations

from notifications.enums import Template

CUSTOMER_MAILS: tuple[tuple[str, str], ...] = (
    (Template.TICKET_RECEIVED.value, "A ticket has arrived"),
    (Template.TICKET_REVIEWED.value, "Its priority is confirmed"),
    (Template.TICKET_SOLVED.value, "It is solved"),
    (Template.TICKET_RATE.value, "How our help was"),
)
STAFF_MAILS: tuple[tuple[str, str], ...] = (
    (Template.STAFF_ASSIGNED.value, "A ticket is given to me"),
    (Template.STAFF_REQUESTER_WROTE.value, "A customer wrote on a ticket of mine"),
    (Template.STAFF_ATTENTION.value, "A customer asks for attention"),
)
