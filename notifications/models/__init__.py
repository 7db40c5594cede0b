from __future__ import annotations

from notifications.models.chat import ChatChannel, ChatMessage, ChatThread, ChatUser, ChatWorkspace
from notifications.models.held import HeldNotice, QuietHours
from notifications.models.outbox import OutboxMessage
from notifications.models.wording import MailTemplate

__all__ = ["ChatChannel", "ChatMessage", "ChatThread", "ChatUser", "ChatWorkspace", "HeldNotice", "MailTemplate",
           "OutboxMessage", "QuietHours"]
