from __future__ import annotations

from typing import ClassVar

from django.db import models

from accounts.models import ApiToken, TenantModel
from accounts.tenancy import TenantForeignKey


class IdempotentAnswer(TenantModel):
    """The first answer to a POST with an Idempotency-Key; the same request again gets it back."""

    token = TenantForeignKey(ApiToken, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.JSONField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "token", "key"], name="answer_once_per_key")]

    def __str__(self) -> str:
        return self.key
