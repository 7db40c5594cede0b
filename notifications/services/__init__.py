"""Writes of the notifications floor."""

from __future__ import annotations

from notifications.services.account import put_account_mail
from notifications.services.bouncing import mark_bounced
from notifications.services.news import forget_news, mark_read, tell
from notifications.services.outbox import Mail, drafted, put, retry_parked
from notifications.services.sending import send_due

__all__ = ["Mail", "drafted", "forget_news", "mark_bounced", "mark_read", "put", "put_account_mail", "retry_parked",
           "send_due", "tell"]
