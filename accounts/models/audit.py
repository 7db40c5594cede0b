from __future__ import annotations

from typing import ClassVar

from django.db import models

from accounts.models.base import TenantModel
from accounts.models.people import Person
from accounts.tenancy import TenantForeignKey


class AuditEvent(TenantModel):
    """Who changed which setting or record, from what to what. Append-only. Tickets keep their own events."""

    at = models.DateTimeField()
    actor = TenantForeignKey(Person, null=True, related_name="+")
    action = models.CharField(max_length=60)
    object_type = models.CharField(max_length=60)
    object_id = models.BigIntegerField(null=True)
    object_label = models.CharField(max_length=200, blank=True)
    changes = models.JSONField(default=dict)
    address = models.GenericIPAddressField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["tenant", "-at", "-id"], name="audit_newest_first")]

    def __str__(self) -> str:
        return f"{self.action} {self.object_type} {self.object_id}"
