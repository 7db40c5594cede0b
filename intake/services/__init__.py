"""Writes of the intake floor."""

from __future__ import annotations

from intake.services.processing import process_due, process_message, replay
from intake.services.storing import is_known_recipient, store_mail

__all__ = ["is_known_recipient", "process_due", "process_message", "replay", "store_mail"]
