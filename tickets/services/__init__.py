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
    choose_project,
    set_fields,
    set_project,
    set_tags,
)
from tickets.services.conversation import Entry, add_note, add_requester_message, customer_reply, log_call, reply
from tickets.services.customers import ask_for_attention, leave_tickets, rate, remove_cc
from tickets.services.customizing import set_custom
from tickets.services.drafts import Words, drop_draft, save_draft
from tickets.services.following import follow
from tickets.services.holding import hold_reply, leave_due, take_back
from tickets.services.macros import apply_macro, delete_macro, save_macro
from tickets.services.merging import link, merge, unlink
from tickets.services.opening import NewTicket, open_ticket
from tickets.services.priority import answer_proposal, confirm_priority, set_priority_at_will
from tickets.services.redacting import redact_file, redact_words
from tickets.services.snoozing import snooze, wake_all, wake_due, wake_up
from tickets.services.splitting import split
from tickets.services.undo import undo
from tickets.services.workarounds import decide_dispute, dispute_workaround, record_workaround

__all__ = [
    "Entry",
    "HeardCall",
    "NewTicket",
    "Words",
    "WrittenCall",
    "add_cc",
    "add_note",
    "add_requester_message",
    "answer_proposal",
    "apply_macro",
    "ask_for_attention",
    "assign",
    "assign_callback",
    "change_status",
    "choose_project",
    "confirm_priority",
    "customer_reply",
    "decide_dispute",
    "delete_macro",
    "dispute_workaround",
    "drop_draft",
    "finish_callback",
    "follow",
    "hear_of_call",
    "hold_reply",
    "leave_due",
    "leave_tickets",
    "link",
    "log_call",
    "merge",
    "open_ticket",
    "rate",
    "record_workaround",
    "redact_file",
    "redact_words",
    "remove_cc",
    "remove_stale_uploads",
    "reply",
    "request_callback",
    "save_draft",
    "save_macro",
    "set_custom",
    "set_fields",
    "set_priority_at_will",
    "set_project",
    "set_tags",
    "snooze",
    "split",
    "store_file",
    "take_back",
    "undo",
    "unlink",
    "waiting_files",
    "wake_all",
    "wake_due",
    "wake_up",
    "write_down_call",
]
