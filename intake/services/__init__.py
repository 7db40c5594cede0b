"""Writes of the intake floor."""

from __future__ import annotations

from intake.services.arming import set_mailbox_state
from intake.services.holding import admit, dismiss
from intake.services.polling import poll_due
from intake.services.processing import process_due, process_message
from intake.services.sorting import assign_to_ticket, ignore, open_as_ticket, replay
from intake.services.storing import is_known_recipient, store_mail

__all__ = ["admit", "assign_to_ticket", "dismiss", "ignore", "is_known_recipient", "open_as_ticket", "poll_due",
           "process_due", "process_message", "replay", "set_mailbox_state", "store_mail"]
