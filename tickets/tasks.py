from __future__ import annotations

from celery import shared_task

from accounts.models import Tenant
from accounts.tenancy import tenant_scope
from tickets.services import remove_stale_uploads as remove
from toolkit.clock import now


@shared_task(name="tickets.remove_stale_uploads")
def remove_stale_uploads() -> None:
    """Delete files whose form was never sent."""
    for tenant in Tenant.objects.filter(is_active=True):
        with tenant_scope(tenant):
            remove(at=now())
