"""Writes of the notifications floor."""

from __future__ import annotations

from notifications.services.outbox import Mail, put, retry_parked
from notifications.services.sending import send_due

__all__ = ["Mail", "put", "retry_parked", "send_due"]
