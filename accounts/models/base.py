from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from accounts.models.tenant import Tenant
from accounts.tenancy import TenantManager, chosen_tenant_id


class TenantModel(models.Model):
    """A row inside one tenant's wall. Without a tenant given, a new row takes the chosen one."""

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+", editable=False, db_index=False)

    objects: ClassVar[models.Manager[Any]] = TenantManager()

    class Meta:
        abstract = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Not `self.tenant_id`: where that column was left out of a query, asking for it would be a query.
        if self.__dict__.get("tenant_id", 0) is None:
            self.tenant_id = chosen_tenant_id()  # type: ignore[assignment]  # None is refused by the database
