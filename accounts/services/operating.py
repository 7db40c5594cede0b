"""What operators do to the installation, on record. They have no right inside any tenant."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.models import OperatorEvent, Tenant, User
from toolkit.origin import origin


def record_operation(*, by: User | None, action: str, at: datetime, slug: str = "",
                     changes: dict[str, Any] | None = None) -> None:
    """Note what an operator did and from where; `changes` maps a field to [before, after]."""
    OperatorEvent.objects.create(at=at, operator=by, action=action, slug=slug, changes=changes or {}, address=origin())


def set_tenant_active(tenant: Tenant, *, is_active: bool, by: User, at: datetime) -> None:
    """Open or close a tenant's hosts. Nothing is deleted."""
    if Tenant.objects.filter(pk=tenant.pk, is_active=not is_active).update(is_active=is_active):
        record_operation(by=by, action="tenant.opened" if is_active else "tenant.closed", at=at, slug=tenant.slug,
                         changes={"is_active": [not is_active, is_active]})
