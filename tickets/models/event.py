from __future__ import annotations

from typing import ClassVar

from django.db import models

from accounts.models import Person, TenantModel
from accounts.tenancy import TenantForeignKey
from tickets.enums import AuthorKind, EventKind, choices
from tickets.models.ticket import Ticket


class TicketEvent(TenantModel):
    """Something that happened to a ticket. Append-only: the audit trail, and the facts that SLA clocks are computed from."""

    ticket = TenantForeignKey(Ticket, related_name="events")
    kind = models.CharField(max_length=32, choices=choices(EventKind))
    at = models.DateTimeField(help_text="When it happened, UTC.")
    actor = TenantForeignKey(Person, null=True, related_name="+")
    actor_kind = models.CharField(max_length=10, choices=choices(AuthorKind))
    is_public = models.BooleanField(default=True, help_text="May the customer see that it happened.")
    data = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["tenant", "ticket", "at", "id"], name="events_of_ticket")]

    def __str__(self) -> str:
        return f"{self.kind} on {self.ticket_id}"
