from __future__ import annotations

from typing import ClassVar

from django.db import models

from accounts.models.user import User


class OperatorEvent(models.Model):
    """What an operator did to the installation. Append-only, and outside every tenant's wall: it names tenants by slug."""

    at = models.DateTimeField()
    operator = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    action = models.CharField(max_length=60)
    slug = models.CharField(max_length=40, blank=True, help_text="Of the tenant, if it was about one.")
    changes = models.JSONField(default=dict)
    address = models.GenericIPAddressField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["-at", "-id"], name="operator_newest_first")]

    def __str__(self) -> str:
        return f"{self.action} {self.slug}"
