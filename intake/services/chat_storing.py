"""Keeping what a chat told, raw and committed, before anybody says yes to it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from intake.chat_models import ChatEvent
from notifications.chatkeys import is_signed
from notifications.models import ChatWorkspace
from toolkit.queue import wake


def workspace_that_signed(timestamp: str, body: bytes, signature: str, payload: Any) -> ChatWorkspace | None:
    """The tenant's workspace under whose secret this is signed; of several with one secret, the one it names."""
    signed = [w for w in ChatWorkspace.objects.filter(is_active=True).order_by("id")
              if is_signed(w, timestamp, body, signature)]
    named = _teams(payload)
    return next((w for w in signed if w.team_id in named), signed[0] if signed else None)


def _teams(payload: Any) -> set[str]:
    if not isinstance(payload, dict):
        return set()
    installed = payload.get("authorizations")
    teams = [a.get("team_id") for a in installed if isinstance(a, dict)] if isinstance(installed, list) else []
    return {str(t) for t in [*teams, payload.get("context_team_id"), payload.get("team_id")] if t}


def store_chat_event(workspace: ChatWorkspace, event_id: str, raw: bytes, *, at: datetime) -> ChatEvent:
    """Keep an event for the workers. The chat's repetition is the row that stands there already."""
    row, fresh = ChatEvent.objects.get_or_create(
        workspace=workspace, event_id=event_id[:60], defaults={"received_at": at, "raw": raw, "next_at": at})
    if fresh:
        wake("chat")
    return row
