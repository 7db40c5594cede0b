from __future__ import annotations

from celery import shared_task

from sla.services.jobs import run_open_jobs
from toolkit.clock import now


@shared_task(name="sla.run_jobs", ignore_result=True)
def run_jobs() -> None:
    """What-ifs and recalculations that are due; each worker also looks for them by itself (supportdesk.ticker)."""
    while run_open_jobs(clock=now):
        pass
