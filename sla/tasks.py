from __future__ import annotations

import logging

from celery import shared_task

from accounts.models import Tenant
from accounts.tenancy import tenant_scope
from sla.events import clocks_differ
from sla.models import ClockCheck
from sla.services.jobs import run_open_jobs
from sla.services.rebuilding import check_clocks
from toolkit.clock import now

logger = logging.getLogger(__name__)
_EXAMPLES = 20


@shared_task(name="sla.check_clocks")
def check_all_clocks() -> int:
    """Compare every stored clock with what the engine computes, tenant by tenant; returns how many differ.

    Nothing is mended by itself: a difference is a fault to be understood first (`manage.py sla rebuild` mends).
    """
    found = 0
    for tenant in Tenant.objects.filter(is_active=True):
        at = now()
        report = check_clocks(tenant, at=at)
        found += len(report.differences)
        with tenant_scope(tenant):
            check = ClockCheck.objects.create(
                at=at, tickets=report.tickets, clocks=report.clocks, differences=len(report.differences), examples=[
                    f"#{d.number} {d.metric} {d.cycle} {d.field}: stored {d.stored}, computed {d.computed}"
                    for d in report.differences[:_EXAMPLES]])
            if report.differences:
                logger.error("%s: %s stored clocks differ from what the engine computes", tenant.slug, check.differences)
                clocks_differ.send(sender=ClockCheck, check=check)
    return found


@shared_task(name="sla.run_jobs", ignore_result=True)
def run_jobs() -> None:
    """What-ifs and recalculations that are due; each worker also looks for them by itself (supportdesk.ticker)."""
    while run_open_jobs(clock=now):
        pass
