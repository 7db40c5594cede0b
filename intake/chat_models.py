from __future__ import annotations

from typing import ClassVar

from django.db import models

from accounts.models import TenantModel
from accounts.tenancy import TenantForeignKey
from intake.enums import InboundState
from notifications.models import ChatWorkspace
from tickets.models import Comment, Ticket


class ChatEvent(TenantModel):
    """Something that a chat told, raw, before any understanding. It ends like a mail: ticket, comment, quarantine or
    ignored with a reason."""

    workspace = TenantForeignKey(ChatWorkspace, related_name="+")
    event_id = models.CharField(max_length=60, help_text="The chat’s own name of it: a repetition is the same row.")
    received_at = models.DateTimeField()
    raw = models.BinaryField()
    state = models.CharField(max_length=10, choices=[(s.value, s.value) for s in InboundState],
                             default=InboundState.RECEIVED)
    reason = models.CharField(max_length=300, blank=True)
    channel_id = models.CharField(max_length=100, blank=True)
    ticket = TenantForeignKey(Ticket, null=True, blank=True, related_name="+")
    comment = TenantForeignKey(Comment, null=True, blank=True, related_name="+")
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(help_text="Not before; moved ahead as a lease while a worker reads it.")
    processed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "workspace", "event_id"], name="chat_event_once")]
        indexes: ClassVar = [
            models.Index(fields=["next_at", "id"], name="chat_event_due", condition=models.Q(state="received")),
            models.Index(fields=["tenant", "-received_at", "-id"], name="chat_events_newest_first"),
        ]

    def __str__(self) -> str:
        return self.event_id
