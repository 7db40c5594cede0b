from __future__ import annotations

from typing import ClassVar

from django.db import models

from accounts.models import Person, TenantModel
from accounts.tenancy import TenantForeignKey
from notifications.enums import NewsKind
from notifications.models.outbox import OutboxMessage
from tickets.models import Ticket


class StaffNews(TenantModel):
    """Something that one of the staff is told of: one row for each cause and person, whatever the ways it goes.

    `digest` is the mail that carried it.
    """

    person = TenantForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    ticket = TenantForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=[(k.value, k.value) for k in NewsKind])
    cause = models.CharField(max_length=120)
    data = models.JSONField(default=dict)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    in_inbox = models.BooleanField(default=True)
    in_browser = models.BooleanField(default=True)
    in_digest = models.BooleanField(default=False)
    digest = TenantForeignKey(OutboxMessage, null=True, on_delete=models.SET_NULL, related_name="news")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "person", "cause"], name="staff_news_once")]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "person", "-at", "-id"], name="staff_news_newest"),
            models.Index(fields=["tenant", "person"], name="staff_news_unread", condition=models.Q(read_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.cause} for {self.person_id}"
