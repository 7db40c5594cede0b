"""Ten thousand timers due in one second among a million tickets: how fast one worker is, and four that are killed."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from multiprocessing import get_context
from multiprocessing.process import BaseProcess

from django.core.management.base import OutputWrapper
from django.db import DatabaseError, connection, transaction

from accounts.models import Tenant
from accounts.tenancy import tenant_scope
from bench.measure import as_owner, p95, tell
from notifications.models import HeldNotice, OutboxMessage
from sla.models import SlaClock, SlaEvent, SlaTimer
from sla.services import record_due, tell_recorded
from toolkit.clock import now
from toolkit.quiet import quiet

WORKERS = 4
KILL_EVERY = 2.0  # seconds
_ROUNDS = 5
_BATCH = 500
_LIMIT = 90.0  # seconds, then the bench ends whatever stands

# What `claim_due_timers` does before it has recorded anything: the same rows in the same order under the same locks, marked,
# and a commit that waits as little.
_EMPTY = """
CREATE OR REPLACE FUNCTION bench_claim(most integer) RETURNS SETOF bigint LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = public, pg_temp SET enable_bitmapscan = off SET enable_seqscan = off SET enable_mergejoin = off AS $$
    SELECT set_config('synchronous_commit', 'off', true);
    WITH due AS MATERIALIZED (
        SELECT t.id FROM sla_slatimer t CROSS JOIN LATERAL (
            SELECT FROM tickets_ticket k WHERE k.tenant_id = t.tenant_id AND k.id = t.ticket_id
            FOR NO KEY UPDATE SKIP LOCKED) k
        WHERE t.state = 0 AND t.due_at <= app_now() ORDER BY t.due_at LIMIT most FOR NO KEY UPDATE OF t SKIP LOCKED)
    UPDATE sla_slatimer t SET state = 1 FROM due WHERE t.id = due.id RETURNING t.id
$$
"""


def timers(out: OutputWrapper, size: int = 10_000) -> None:
    """Rate, lateness, idle tick; raises when an action happened twice or not at all."""
    while _drained():
        pass
    tell(out, "timers idle tick", p95(_tick, 200), None, "s p95")
    recorded, floor, told = _side_by_side(size)
    tell(out, "timers claims", recorded, floor, "1/s")
    tell(out, "timers told", told, None, "1/s")
    _with_killed_workers(out, size)


def work() -> None:
    """One worker process: ticks until it is ended, a fifth of a second apart while nothing is due."""
    while True:
        with suppress(DatabaseError):  # as the product's ticker: the next tick tries again
            if _tick():
                continue
        time.sleep(0.2)


def _tick() -> int:
    """What a worker's tick does, batch by batch: recording goes before telling."""
    return record_due() or tell_recorded()


def _drained() -> int:
    """Record what the making of the data left due, telling nobody."""
    with quiet():
        return record_due()


def _arm(moment: datetime, size: int) -> list[int]:
    """Let the clocks of `size` open tickets, spread over all tenants, fall due at one moment; returns the clocks' ids."""
    tenants = list(Tenant.objects.order_by("id"))
    each, chosen = -(-size // len(tenants)), []
    for tenant in tenants:
        with tenant_scope(tenant):
            ids = list(SlaTimer.objects.filter(state=0, step__isnull=True, due_at__gt=moment).order_by("-due_at")
                       .values_list("clock_id", flat=True)[:each])
            SlaClock.objects.filter(pk__in=ids).update(due_at=moment, warn_at=None, goal_at=None)
            SlaTimer.objects.filter(clock_id__in=ids).update(due_at=moment, action="breach")
            chosen += ids
    return chosen


def _side_by_side(size: int) -> tuple[float, float, float]:
    """Timers a second that one worker records, that an empty loop claims, and that one worker tells of. In turns, so that
    noise hits all."""
    with as_owner() as owner:
        owner.execute(_EMPTY)
        owner.execute("GRANT EXECUTE ON FUNCTION bench_claim(integer) TO supportdesk_app")
    recorded = empty = told = 0.0
    count = 0
    for _ in range(_ROUNDS):
        count += len(_arm(now() - timedelta(seconds=1), size // _ROUNDS))
        recorded += _seconds(record_due)
        told += _seconds(tell_recorded)
        armed = _arm(now() - timedelta(seconds=1), size // _ROUNDS)
        assert len(armed) >= size // _ROUNDS, f"only {len(armed)} clocks still run: make the bench database anew"
        empty += _seconds(_claim_only)
        _restore(armed)
    with as_owner() as owner:
        owner.execute("DROP FUNCTION bench_claim(integer)")
    return count / recorded, count / empty, count / told


def _claim_only() -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM bench_claim(%s)", [_BATCH])
        return len(cursor.fetchall())


def _seconds(work: Callable[[], int]) -> float:
    began = time.perf_counter()
    while work():
        pass
    return time.perf_counter() - began


def _restore(clocks: list[int]) -> None:
    """What the empty loop took is still to come, a week from now."""
    with as_owner() as owner:
        for table in ("sla_slatimer SET state = 0,", "sla_slaclock SET"):
            owner.execute(f"UPDATE {table} due_at = now() + interval '7 days' WHERE"
                          f" {'clock_id' if 'timer' in table else 'id'} = ANY(%s)", [clocks])


def _with_killed_workers(out: OutputWrapper, size: int) -> None:
    """Four worker processes at work while one of them dies each two seconds, from before the moment until all is done."""
    clocks = _arm(now() + timedelta(hours=1), size)
    assert len(clocks) >= size, f"only {len(clocks)} clocks still run: make the bench database anew"
    moment = now() + timedelta(seconds=4 * KILL_EVERY)
    _set_due(clocks, moment)
    workers = [_start() for _ in range(WORKERS)]
    killed, ends = 0, time.monotonic() + _LIMIT
    try:
        while _left(clocks) and time.monotonic() < ends:
            victim = killed % WORKERS
            _kill(workers[victim])
            workers[victim] = _start()
            killed += 1
            time.sleep(KILL_EVERY)
    finally:
        for worker in workers:
            _kill(worker)
    late = _judge(clocks, moment)
    tell(out, f"timers fired once, {killed} workers killed", len(late), len(clocks), "actions")
    tell(out, "timers lateness, workers killed", late[int(len(late) * 0.99)], None, "s p99")


def _kill(worker: BaseProcess) -> None:
    worker.kill()
    worker.join()


def _set_due(clocks: list[int], moment: datetime) -> None:
    with as_owner() as owner:
        owner.execute("UPDATE sla_slaclock SET due_at = %s WHERE id = ANY(%s)", [moment, clocks])
        owner.execute("UPDATE sla_slatimer SET due_at = %s WHERE clock_id = ANY(%s)", [moment, clocks])


def _judge(clocks: list[int], moment: datetime) -> list[float]:
    """Each action once, and each told once; returns how late they were, in seconds, by their transactions' own clocks."""
    late: list[float] = []
    for tenant in Tenant.objects.all():
        with tenant_scope(tenant):
            events = dict(SlaEvent.objects.filter(clock_id__in=clocks, kind="breach", at=moment)
                          .values_list("id", "fired_at"))
            late += [(fired_at - moment).total_seconds() for fired_at in events.values()]
            causes = [f"sla:{pk}" for pk in events]
            mails = OutboxMessage.objects.filter(template="staff_sla", created_at__gte=moment).values_list("cause", flat=True)
            told = sum(cause.rpartition(":")[0] in causes for cause in mails)
            held = HeldNotice.objects.filter(event_id__in=list(events)).count()
            assert told + held == len(events), f"{tenant.slug}: {len(events)} breaches, told {told} and held {held}"
    assert len(late) == len(clocks), f"{len(clocks)} timers were due, {len(late)} actions are on record"
    return sorted(late)


def _left(clocks: list[int]) -> int:
    """How many of the timers still wait, and how many of their notices."""
    with as_owner() as owner:
        owner.execute("SELECT (SELECT count(*) FROM sla_slatimer WHERE clock_id = ANY(%s) AND state = 0)"
                      " + (SELECT count(*) FROM sla_slanotice)", [clocks])
        return int(owner.fetchone()[0])


def _start() -> BaseProcess:
    """A worker as a pool has it: forked from a process that has everything loaded, so that it works until it is killed."""
    connection.close()
    process = get_context("fork").Process(target=work, daemon=True)
    process.start()
    return process
