"""Work on many tickets, a batch at a time. Each batch is a transaction; a killed worker's batch is done by another."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from django.db import connection, transaction

from accounts.tenancy import tenant_scope
from sla.enums import JobState
from sla.models import Job, Recalculation, WhatIfRun
from sla.replay import Replay
from sla.services import recalculation, whatif

logger = logging.getLogger(__name__)
_KINDS: dict[str, type[Job]] = {"recalculation": Recalculation, "whatif": WhatIfRun}
_OPEN = [JobState.WAITING.value, JobState.RUNNING.value]


def run_open_jobs(*, clock: Callable[[], datetime]) -> int:
    """Work on the open jobs of any tenant that nobody else works on, until they are done. Returns how many were.

    `clock` gives the moment of each batch.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT tenant_id, kind, id FROM open_sla_jobs()")
        found = cursor.fetchall()
    return sum(_run(tenant_id, _KINDS[kind], pk, clock) for tenant_id, kind, pk in found)


def _run(tenant_id: int, kind: type[Job], pk: int, clock: Callable[[], datetime]) -> bool:
    """Batch after batch of one job; False when another worker has it."""
    replay: Replay | None = None
    worked = False
    while True:
        with tenant_scope(tenant_id):
            job = kind.objects.select_for_update(skip_locked=True).filter(pk=pk, state__in=_OPEN).first()
            if job is None:
                return worked
            worked = True
            try:
                with transaction.atomic():
                    replay = _batch(job, clock(), replay)
            except Exception:
                logger.exception("%s %s stopped", kind.__name__, pk)
                kind.objects.filter(pk=pk).update(
                    state=JobState.FAILED, finished_at=clock(),
                    problem="It stopped with an error. The server’s log has it; start it again after that is mended.")
                return True


def _batch(job: Job, now: datetime, replay: Replay | None) -> Replay | None:
    if isinstance(job, WhatIfRun):
        return whatif.run_batch(job, now=now, replay=replay)
    if isinstance(job, Recalculation):
        recalculation.run_batch(job, now=now)
    return None
