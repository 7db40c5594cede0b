from __future__ import annotations

from typing import ClassVar

from django.db import models

from accounts.models import Person, TenantModel
from accounts.tenancy import TenantForeignKey
from tickets.models.ticket import Ticket


class Rating(TenantModel):
    """What the customer thinks of how a ticket was handled; one for each, and the events keep each earlier word."""

    ticket = TenantForeignKey(Ticket, on_delete=models.CASCADE, related_name="ratings")
    person = TenantForeignKey(Person, related_name="+")
    score = models.PositiveSmallIntegerField(help_text="1 to 5, the best.")
    comment = models.TextField(blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "ticket"], name="rating_once"),
            models.CheckConstraint(condition=models.Q(score__gte=1, score__lte=5), name="rating_1_to_5"),
        ]
        indexes: ClassVar = [models.Index(fields=["tenant", "-created_at", "-id"], name="ratings_newest_first")]

    def __str__(self) -> str:
        return f"{self.score} of 5"
