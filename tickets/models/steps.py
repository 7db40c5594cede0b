from __future__ import annotations

from typing import ClassVar

from django.db import models

from accounts.models import Person, TenantModel
from accounts.tenancy import TenantForeignKey
from tickets.enums import StepKind, choices
from tickets.models.ticket import Ticket


class UndoStep(TenantModel):
    """One thing that somebody did to a ticket and can take back as a whole; `data` is what was before and after."""

    ticket = TenantForeignKey(Ticket, on_delete=models.CASCADE, related_name="undo_steps")
    person = TenantForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=choices(StepKind))
    label = models.CharField(max_length=200)
    data = models.JSONField(default=dict)
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["tenant", "ticket", "person", "-id"], name="undo_steps_newest")]

    def __str__(self) -> str:
        return self.label
