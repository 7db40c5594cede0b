from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.models import Agent, TenantModel
from accounts.tenancy import TenantForeignKey
from tickets.enums import FieldKind, LinkKind, choices
from tickets.models.ticket import Ticket


class TicketFollower(TenantModel):
    """An agent who is told what happens to a ticket without having it."""

    ticket = TenantForeignKey(Ticket, on_delete=models.CASCADE, related_name="followers")
    agent = TenantForeignKey(Agent, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "ticket", "agent"], name="follower_once")]

    def __str__(self) -> str:
        return f"{self.agent_id} follows {self.ticket_id}"


class TicketLink(TenantModel):
    """Two tickets that belong together; one row whichever side it is seen from."""

    ticket = TenantForeignKey(Ticket, on_delete=models.CASCADE, related_name="links")
    other = TenantForeignKey(Ticket, on_delete=models.CASCADE, related_name="linked_from")
    kind = models.CharField(max_length=8, choices=choices(LinkKind), default=LinkKind.RELATED)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "ticket", "other"], name="link_once")]
        indexes: ClassVar = [models.Index(fields=["tenant", "other"], name="links_of_other")]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.kind} {self.other_id}"


class CustomField(TenantModel):
    """A field of the tenant's own on every ticket; the values lie in `Ticket.custom` under `key`."""

    key = models.SlugField(max_length=40)
    label = models.CharField(max_length=80)
    kind = models.CharField(max_length=8, choices=choices(FieldKind), default=FieldKind.TEXT)
    options = ArrayField(models.CharField(max_length=80), default=list, blank=True, help_text="What a choice offers.")
    help_text = models.CharField(max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["position", "label"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "key"], name="custom_field_key_once")]

    def __str__(self) -> str:
        return self.label
