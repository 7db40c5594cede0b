"""Which mails a person may do without. Answers, deadlines and mails about the login are always sent."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from notifications.enums import Template

CUSTOMER_MAILS: tuple[tuple[str, str], ...] = (
    (Template.TICKET_RECEIVED.value, _("A ticket has arrived")),
    (Template.TICKET_REVIEWED.value, _("Its priority is confirmed")),
    (Template.TICKET_SOLVED.value, _("It is solved")),
    (Template.TICKET_RATE.value, _("How our help was")),
)
STAFF_MAILS: tuple[tuple[str, str], ...] = (
    (Template.STAFF_ASSIGNED.value, _("A ticket is given to me")),
    (Template.STAFF_REQUESTER_WROTE.value, _("A customer wrote on a ticket of mine")),
    (Template.STAFF_ATTENTION.value, _("A customer asks for attention")),
)
