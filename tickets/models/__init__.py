from __future__ import annotations

from tickets.models.config import Channel, PriorityLevel, SavedView
from tickets.models.conversation import Attachment, Comment, InternalNote
from tickets.models.event import TicketEvent
from tickets.models.governance import PriorityProposal, PriorityQuestion, PriorityRule
from tickets.models.ticket import Ticket, TicketCc, TicketCounter, TicketSearch

__all__ = [
    "Attachment",
    "Channel",
    "Comment",
    "InternalNote",
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
