from __future__ import annotations

from datetime import time
from typing import ClassVar

from django.db import models

from accounts.models import Person, TenantModel
from accounts.tenancy import TenantForeignKey
from notifications.models.outbox import OutboxMessage
from sla.models import SlaEvent


class QuietHours(TenantModel):
    """When staff aren't told of clocks one by one (in the tenant's zone); rank 1 is always told."""

    starts = models.TimeField(default=time(20, 0))
    ends = models.TimeField(default=time(7, 0), help_text="May be earlier than the start: then they run over midnight.")

    class Meta:
        verbose_name_plural = "quiet hours"
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant"], name="quiet_hours_once")]

    def __str__(self) -> str:
        return f"{self.starts:%H:%M}–{self.ends:%H:%M}"


class HeldNotice(TenantModel):
    """News of a clock that waits for its person's next digest; `digest` is the mail that carried it."""

    person = TenantForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    event = TenantForeignKey(SlaEvent, related_name="+")
    digest = TenantForeignKey(OutboxMessage, null=True, on_delete=models.CASCADE, related_name="notices")
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "person", "event"], name="notice_held_once")]
        indexes: ClassVar = [models.Index(fields=["tenant", "person"], name="notices_waiting",
                                          condition=models.Q(digest__isnull=True))]

    def __str__(self) -> str:
        return f"{self.event_id} for {self.person_id}"
