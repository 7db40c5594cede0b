"""Closed sets of the notifications floor. Values are stored; keep them."""

from __future__ import annotations

from enum import StrEnum


class OutboxKind(StrEnum):
    """By which channel a message goes out; each has its folder in notifications/channels/."""

    EMAIL = "email"
    SLACK = "slack"


class OutboxState(StrEnum):
    """`parked` needs a person; `superseded` was no longer true when its turn came."""

    PENDING = "pending"
    SENT = "sent"
    PARKED = "parked"
    SUPERSEDED = "superseded"


class Template(StrEnum):
    """The kinds of message; each has its files in templates/emails/."""

    TICKET_RECEIVED = "ticket_received"
    TICKET_REVIEWED = "ticket_reviewed"
    TICKET_REPLY = "ticket_reply"
    TICKET_PRIORITY = "ticket_priority"
    TICKET_SOLVED = "ticket_solved"
    INTAKE_ANSWER = "intake_answer"
    SECURITY_COPY = "security_copy"
    STAFF_ASSIGNED = "staff_assigned"
    STAFF_REQUESTER_WROTE = "staff_requester_wrote"
    STAFF_PRIORITY = "staff_priority"
    STAFF_SLA = "staff_sla"
    STAFF_MENTIONED = "staff_mentioned"
    STAFF_DIGEST = "staff_digest"
    TICKET_RATE = "ticket_rate"
    STAFF_ATTENTION = "staff_attention"
    STAFF_CLOCKS = "staff_clocks"
    ACCOUNT = "account"
