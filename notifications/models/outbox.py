from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models

from accounts.models import Person, TenantModel
from accounts.tenancy import TenantForeignKey
from notifications.enums import OutboxKind, OutboxState, Template
from tickets.models import Comment, Ticket

if TYPE_CHECKING:
    from notifications.models.news import StaffNews


class OutboxMessage(TenantModel):
    """A message to be sent, written in the transaction of what causes it; `cause` makes it happen once."""

    kind = models.CharField(max_length=10, choices=[(k.value, k.value) for k in OutboxKind], default=OutboxKind.EMAIL)
    cause = models.CharField(max_length=120, help_text="Stable name of the reason and the receiver.")
    template = models.CharField(max_length=24, choices=[(t.value, t.value) for t in Template])
    ticket = TenantForeignKey(Ticket, null=True, on_delete=models.CASCADE, related_name="outbox")
    comment = TenantForeignKey(Comment, null=True, on_delete=models.CASCADE, related_name="+")
    person = TenantForeignKey(Person, null=True, related_name="+")
    to_address = models.CharField(max_length=254, help_text="A mail address, or a channel and thread of a chat.")
    context = models.JSONField(default=dict)
    message_id = models.CharField(max_length=255, help_text="Stable across retries.")
    state = models.CharField(max_length=10, choices=[(s.value, s.value) for s in OutboxState],
                             default=OutboxState.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(help_text="Not before; moved ahead as a lease while a worker sends.")
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    provider_id = models.CharField(max_length=255, blank=True)
    last_error = models.TextField(blank=True)
    bounced_at = models.DateTimeField(null=True, help_text="A delivery report came back for it.")
    bounce_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "cause"], name="outbox_cause_once"),
            models.UniqueConstraint(fields=["tenant", "person"], name="outbox_one_digest_waits",
                                    condition=models.Q(template="staff_digest", state="pending")),
        ]
        indexes: ClassVar = [
            models.Index(fields=["next_at"], name="outbox_due", condition=models.Q(state="pending")),
            models.Index(fields=["tenant", "message_id"], name="outbox_by_message_id"),
            models.Index(fields=["tenant", "ticket"], name="outbox_of_ticket"),
            models.Index(fields=["tenant", "-created_at", "-id"], name="outbox_newest_first"),
        ]

    def __str__(self) -> str:
        return f"{self.template} to {self.to_address}"

    def unread_news(self) -> list[StaffNews]:
        """What a digest carries besides deadlines, in the order of time, less what its person has read since."""
        return list(self.news.filter(read_at__isnull=True).select_related("ticket").order_by("at", "id"))
