from __future__ import annotations

from tickets.models.call import Call, Callback, PhoneScript
from tickets.models.config import Channel, PriorityLevel, SavedView
from tickets.models.conversation import Attachment, Comment, InternalNote
from tickets.models.event import TicketEvent
from tickets.models.governance import PriorityProposal, PriorityQuestion, PriorityRule
from tickets.models.ticket import Ticket, TicketCc, TicketCounter, TicketSearch

__all__ = [
    "Attachment",
    "Call",
    "Callback",
    "Channel",
    "Comment",
    "InternalNote",
    "PhoneScript",
    "PriorityLevel",
    "PriorityProposal",
    "PriorityQuestion",
    "PriorityRule",
    "SavedView",
    "Ticket",
    "TicketCc",
    "TicketCounter",
    "TicketEvent",
    "TicketSearch",
]
