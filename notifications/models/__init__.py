from __future__ import annotations

from notifications.models.chat import ChatChannel, ChatMessage, ChatThread, ChatUser, ChatWorkspace
from notifications.models.outbox import OutboxMessage

__all__ = ["ChatChannel", "ChatMessage", "ChatThread", "ChatUser", "ChatWorkspace", "OutboxMessage"]
