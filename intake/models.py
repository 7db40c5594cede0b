from __future__ import annotations

from typing import ClassVar

from django.db import models

from accounts.models import TenantModel
from accounts.tenancy import TenantForeignKey
from intake.chat_models import ChatEvent
from intake.enums import InboundState, MailboxKind, MailboxState
from tickets.models import Comment, Ticket

__all__ = ["ChatEvent", "InboundMessage", "Mailbox"]


class Mailbox(TenantModel):
    """An address at which a tenant takes mail."""

    address = models.EmailField(unique=True, help_text="Lower case.")
    kind = models.CharField(max_length=10, choices=[(k.value, k.value) for k in MailboxKind],
                            default=MailboxKind.SUPPORT)
    state = models.CharField(max_length=10, choices=[(s.value, s.value) for s in MailboxState],
                             default=MailboxState.DISARMED)

    def __str__(self) -> str:
        return self.address


class InboundMessage(TenantModel):
    """A mail as it arrived, raw, before any parsing."""

    mailbox = TenantForeignKey(Mailbox, related_name="messages")
    received_at = models.DateTimeField()
    mail_from = models.CharField(max_length=320, blank=True, help_text="Envelope sender; empty for bounces.")
    rcpt_to = models.CharField(max_length=320)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    raw = models.BinaryField()
    state = models.CharField(max_length=10, choices=[(s.value, s.value) for s in InboundState],
                             default=InboundState.RECEIVED)
    reason = models.CharField(max_length=300, blank=True)
    from_address = models.CharField(max_length=320, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    message_id = models.CharField(max_length=500, blank=True)
    ticket = TenantForeignKey(Ticket, null=True, blank=True, related_name="+")
    comment = TenantForeignKey(Comment, null=True, blank=True, related_name="+")
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(help_text="Not before; moved ahead as a lease while a worker reads it.")
    processed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "rcpt_to", "sha256"], name="delivery_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["next_at"], name="inbound_due", condition=models.Q(state="received")),
            models.Index(fields=["tenant", "-received_at", "-id"], name="inbound_newest_first"),
        ]

    def __str__(self) -> str:
        return f"{self.rcpt_to} {self.sha256[:12]}"
