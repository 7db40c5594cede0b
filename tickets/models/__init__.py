from __future__ import annotations

from tickets.models.bulk import BulkItem, BulkRun
from tickets.models.call import Call, Callback, PhoneScript
from tickets.models.config import Channel, PriorityLevel, SavedView
from tickets.models.conversation import Attachment, Comment, InternalNote
from tickets.models.event import TicketEvent
from tickets.models.governance import PriorityProposal, PriorityQuestion, PriorityRule
from tickets.models.rating import Rating
from tickets.models.relations import CustomField, TicketFollower, TicketLink
from tickets.models.steps import UndoStep
from tickets.models.ticket import Ticket, TicketCc, TicketCounter, TicketSearch
from tickets.models.writing import Draft, HeldReply, Macro

__all__ = [
    "Attachment",
    "BulkItem",
    "BulkRun",
    "Call",
    "Callback",
    "Channel",
    "Comment",
    "CustomField",
    "Draft",
    "HeldReply",
    "InternalNote",
    "Macro",
    "PhoneScript",
    "PriorityLevel",
    "PriorityProposal",
    "PriorityQuestion",
    "PriorityRule",
    "Rating",
    "SavedView",
    "Ticket",
    "TicketCc",
    "TicketCounter",
    "TicketEvent",
    "TicketFollower",
    "TicketLink",
    "TicketSearch",
    "UndoStep",
]
