from __future__ import annotations

from typing import ClassVar

from django.db import models

from accounts.models import TenantModel


class ClockCheck(TenantModel):
    """A nightly truth check: were all stored clocks what the engine computes? `examples` has the first differences."""

    at = models.DateTimeField()
    tickets = models.PositiveIntegerField()
    clocks = models.PositiveIntegerField()
    differences = models.PositiveIntegerField()
    examples = models.JSONField(default=list)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["tenant", "-at"], name="clock_checks_newest_first")]

    def __str__(self) -> str:
        return f"{self.differences} differences in {self.clocks} clocks"
