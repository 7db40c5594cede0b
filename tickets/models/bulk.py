from __future__ import annotations

from typing import ClassVar

from django.db import models

from accounts.models import Person, TenantModel
from accounts.tenancy import TenantForeignKey
from tickets.enums import BulkAction, BulkItemState, BulkState, choices
from tickets.models.ticket import Ticket


class BulkRun(TenantModel):
    """One change of many tickets: previewed, run, and perhaps taken back by another run. Its items are the truth."""

    person = TenantForeignKey(Person, related_name="+")
    action = models.CharField(max_length=12, choices=choices(BulkAction))
    value = models.JSONField(default=dict, help_text="What is done: plain JSON, by action.")
    label = models.CharField(max_length=200, help_text="The same in words.")
    back = models.CharField(max_length=2000, blank=True, help_text="The queue that it was started from.")
    state = models.CharField(max_length=8, choices=choices(BulkState), default=BulkState.PREPARED)
    undoes = TenantForeignKey("tickets.BulkRun", null=True, on_delete=models.CASCADE, related_name="undone_by")
    created_at = models.DateTimeField()
    touched_at = models.DateTimeField(help_text="The last progress.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "undoes"], name="bulk_run_undone_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["tenant", "person", "-id"], name="bulk_runs_of_person")]

    def __str__(self) -> str:
        return self.label


class BulkItem(TenantModel):
    """One ticket of a run: the version that was previewed, what became of it, and what it was like before and after."""

    run = TenantForeignKey(BulkRun, on_delete=models.CASCADE, related_name="items")
    ticket = TenantForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    version = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=choices(BulkItemState))
    reason = models.CharField(max_length=300, blank=True)
    before = models.JSONField(default=dict)
    version_after = models.PositiveIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "run", "ticket"], name="bulk_item_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["tenant", "run", "state", "id"], name="bulk_items_of_run")]

    def __str__(self) -> str:
        return f"{self.ticket_id} in run {self.run_id}"
