from __future__ import annotations

from celery import shared_task

from accounts.models import Tenant
from accounts.tenancy import tenant_scope
from notifications.services import forget_news as forget
from toolkit.clock import now


@shared_task(name="notifications.forget_news")
def forget_news() -> None:
    """Take old news out of the inboxes."""
    for tenant in Tenant.objects.filter(is_active=True):
        with tenant_scope(tenant):
            forget(at=now())
