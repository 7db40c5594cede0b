from __future__ import annotations

from celery import shared_task

from accounts.models import Person, Tenant
from accounts.queries import member_for_person
from accounts.tenancy import tenant_scope
from tickets.services import remove_stale_uploads as remove
from tickets.services.bulk import continue_run, forget_old
from toolkit.clock import now


@shared_task(name="tickets.remove_stale_uploads")
def remove_stale_uploads() -> None:
    """Delete files whose form was never sent."""
    for tenant in Tenant.objects.filter(is_active=True):
        with tenant_scope(tenant):
            remove(at=now())


@shared_task(name="tickets.run_bulk")
def run_bulk(tenant_id: int, person_id: int, run_id: int) -> None:
    """Work a run off, a chunk in each transaction; started twice, the second finds less or nothing to do."""
    tenant, taken = Tenant.objects.get(pk=tenant_id), 1
    while taken:
        with tenant_scope(tenant):
            taken = continue_run(run_id, member_for_person(tenant, Person.objects.get(pk=person_id)), at=now())


@shared_task(name="tickets.forget_bulk_runs")
def forget_bulk_runs() -> None:
    """Take old previews and reports away."""
    for tenant in Tenant.objects.filter(is_active=True):
        with tenant_scope(tenant):
            forget_old(at=now())
