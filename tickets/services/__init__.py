"""All writes to tickets. Verbs; each owns its rows, takes the actor as `by=` and the moment as `at=`."""

from __future__ import annotations

from tickets.services.attachments import remove_stale_uploads, store_file, waiting_files
from tickets.services.calls import (
    HeardCall,
    WrittenCall,
    assign_callback,
    finish_callback,
    hear_of_call,
    request_callback,
    write_down_call,
)
from tickets.services.changes import (
    add_cc,
    assign,
    change_status,
    set_fields,
    set_project,
    set_tags,
)
from tickets.services.conversation import Entry, add_note, add_requester_message, customer_reply, log_call, reply
from tickets.services.opening import NewTicket, open_ticket
from tickets.services.priority import answer_proposal, confirm_priority, set_priority_at_will
from tickets.services.workarounds import decide_dispute, dispute_workaround, record_workaround

__all__ = [
    "Entry",
    "HeardCall",
    "NewTicket",
    "WrittenCall",
    "add_cc",
    "add_note",
    "add_requester_message",
    "answer_proposal",
    "assign",
    "assign_callback",
    "change_status",
    "confirm_priority",
    "customer_reply",
    "decide_dispute",
    "dispute_workaround",
    "finish_callback",
    "hear_of_call",
    "log_call",
    "open_ticket",
    "record_workaround",
    "remove_stale_uploads",
    "reply",
    "request_callback",
    "set_fields",
    "set_priority_at_will",
    "set_project",
    "set_tags",
    "store_file",
    "waiting_files",
    "write_down_call",
]
