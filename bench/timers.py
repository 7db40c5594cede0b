"""Ten thousand timers due in one second among a million tickets, four workers, one of them killed every two seconds."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.management.base import OutputWrapper
from django.db import connection, transaction

from accounts.models import Tenant
from accounts.tenancy import tenant_scope
from bench.measure import p95, tell
from notifications.models import HeldNotice, OutboxMessage
from notifications.quiet import quiet
from sla.models import SlaClock, SlaEvent, SlaTimer
from sla.services import fire_due
from toolkit.clock import now

WORKERS = 4
_LIMIT = 300.0  # seconds, then the bench ends whatever stands


def timers(out: OutputWrapper, size: int = 10_000) -> None:
    """Rate, lateness, idle tick; raises when an action happened twice or not at all."""
    while _drained():
        pass
    idle = p95(fire_due, 40)
    tell(out, "timers idle tick", idle, None, "s p95")
    value, floor = _claims(size), _empty_claims(size)
    tell(out, "timers claims", value, floor, "1/s")
    tell(out, "timers lateness, workers killed", _with_killed_workers(size), None, "s p99")


def work() -> None:
    """One worker process: ticks until it is ended, a second apart while nothing is due."""
    while True:
        if not fire_due():
            time.sleep(0.2)


def _drained() -> int:
    """Fire what the making of the data left due, telling nobody."""
    with quiet():
        return fire_due()


def _arm(moment: datetime, size: int) -> list[int]:
    """Let the clocks of `size` open tickets, spread over all tenants, fall due at one moment; returns the clocks' ids."""
    tenants = list(Tenant.objects.all())
    each, chosen = -(-size // len(tenants)), []
    for tenant in tenants:
        with tenant_scope(tenant):
            ids = list(SlaTimer.objects.filter(state=0, step__isnull=True, due_at__gt=moment).order_by("-due_at")
                       .values_list("clock_id", flat=True)[:each])
            SlaClock.objects.filter(pk__in=ids).update(due_at=moment, warn_at=None, goal_at=None)
            SlaTimer.objects.filter(clock_id__in=ids).update(due_at=moment, action="breach")
            chosen += ids
    return chosen


def _claims(size: int) -> float:
    """Timers a second that one worker claims, records and passes on."""
    clocks = _arm(now() - timedelta(seconds=1), size)
    began = time.perf_counter()
    while fire_due():
        pass
    return len(clocks) / (time.perf_counter() - began)


def _empty_claims(size: int) -> float:
    """Rows a second of a loop that only claims them with SKIP LOCKED, in batches of the same size."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE bench_queue AS SELECT g AS id, now() AS due_at, 0 AS state"
                       " FROM generate_series(1, %s) g", [size])
        cursor.execute("CREATE INDEX ON bench_queue (due_at) WHERE state = 0")

    def claim() -> int:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE bench_queue q SET state = 1 FROM (SELECT id FROM bench_queue WHERE state = 0 AND due_at"
                           " <= now() ORDER BY due_at LIMIT 500 FOR UPDATE SKIP LOCKED) d WHERE q.id = d.id RETURNING q.id")
            return len(cursor.fetchall())

    began = time.perf_counter()
    while claim():
        pass
    return size / (time.perf_counter() - began)


def _with_killed_workers(size: int) -> float:
    """Lateness in seconds below which 99 of 100 actions stay, by their transactions' own clocks."""
    moment = now() + timedelta(seconds=30)  # arming takes a few seconds
    clocks = _arm(moment, size)
    time.sleep(max(0.0, (moment - now()).total_seconds() - 4))
    workers = [_start() for _ in range(WORKERS)]
    try:
        _wait(lambda: now() >= moment + timedelta(milliseconds=300), _LIMIT)
        began, turn = time.monotonic(), 0
        while _left(clocks) and time.monotonic() - began < _LIMIT:
            victim = workers[turn % WORKERS]
            victim.kill()
            victim.wait()
            workers[turn % WORKERS] = _start()
            turn += 1
            time.sleep(2)
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
    return _judge(clocks)


def _judge(clocks: list[int]) -> float:
    """Each action once, and each told once; then how late they were."""
    late: list[float] = []
    for tenant in Tenant.objects.all():
        with tenant_scope(tenant):
            events = list(SlaEvent.objects.filter(clock_id__in=clocks, kind="breach").values_list("id", "at", "fired_at"))
            late += [(fired_at - at).total_seconds() for _id, at, fired_at in events]
            causes = [f"sla:{pk}:" for pk, _at, _fired in events]
            told = OutboxMessage.objects.filter(cause__regex=f"^({'|'.join(causes)})").count() if causes else 0
            held = HeldNotice.objects.filter(event_id__in=[pk for pk, _at, _fired in events]).count()
            assert told + held == len(events), f"{tenant.slug}: {len(events)} breaches, told {told} and held {held}"
    assert len(late) == len(clocks), f"{len(clocks)} timers were due, {len(late)} actions are on record"
    return sorted(late)[int(len(late) * 0.99)]


def _left(clocks: list[int]) -> int:
    """How many of the timers still wait."""
    left = 0
    for tenant in Tenant.objects.all()[:20]:
        with tenant_scope(tenant):
            left += SlaTimer.objects.filter(clock_id__in=clocks, state=0).count()
    return left


def _start() -> subprocess.Popen[bytes]:
    manage = Path(settings.BASE_DIR) / "manage.py"
    return subprocess.Popen([sys.executable, str(manage), "bench", "timers"],
                            env={**os.environ, "SUPPORTDESK_BENCH_WORKER": "1"}, start_new_session=True)


def _wait(until: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not until() and time.monotonic() < end:
        time.sleep(0.05)
