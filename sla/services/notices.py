"""Whoever has to know of what clocks did is told, once, after it is on record (ADR 0015)."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

from django.db import DatabaseError, OperationalError, connection, transaction

from accounts.remembering import settings_stand
from accounts.tenancy import tenant_scope
from sla.enums import Action, Escalation
from sla.events import Fired, clocks_fired
from sla.models import SlaEvent, SlaNotice
from toolkit.queue import hints_together, wake
from toolkit.quiet import is_quiet

logger = logging.getLogger(__name__)
TOPIC = "timers"
_STUMBLES = 5  # so many that can't be told are met in one go; the rest of that tenant's is for the next


class _UntoldError(Exception):
    """These events could not be told; the cause says why."""

    def __init__(self, events: list[int]) -> None:
        super().__init__(f"events {events}")
        self.events = events


def leave_notices(events: Sequence[SlaEvent]) -> None:
    """See to it that a worker tells of these events of the chosen tenant, as soon as the transaction commits."""
    if events and not is_quiet():
        SlaNotice.objects.bulk_create(SlaNotice(pk=event.pk) for event in events)
        wake(TOPIC)


def tell_recorded(*, most: int = 500) -> int:
    """Tell the floors above of up to `most` recorded actions of any tenant, oldest first. Returns of how many.

    A notice goes in the transaction that writes what is told. A batch that can't be told is taken apart by tenant, and there
    one by one: what can't be told then waits a minute, an error is logged each time, and `/health/workers` shows it.
    """
    if not _any_wait():
        return 0
    try:
        return _tell(most, None)
    except _UntoldError as error:
        if isinstance(error.__cause__, DatabaseError) and not connection.is_usable():
            raise
        logger.warning("news of deadlines can't be told together, so each tenant's alone: %s", error.__cause__)
    return sum(_tell_alone(tenant_id, most) for tenant_id in _tenants())


def _any_wait() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT notices_wait()")
        return bool(cursor.fetchone()[0])


def _tenants() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenants_with_notices()")
        return [row[0] for row in cursor.fetchall()]


def _tell_alone(tenant_id: int, most: int) -> int:
    try:
        return _tell(most, tenant_id)
    except _UntoldError as error:
        logger.warning("news of deadlines of tenant %s can't be told together, so one by one: %s", tenant_id, error.__cause__)
    told = stumbles = 0
    while told < most and stumbles < _STUMBLES:
        try:
            if not _tell(1, tenant_id):
                break
            told += 1
        except _UntoldError as error:
            if isinstance(error.__cause__, OperationalError):  # a lock, or the connection: not the event's fault
                logger.exception("a deadline of tenant %s can't be told now; the next tick tries again", tenant_id)
                break
            logger.exception("a deadline of tenant %s can't be told; tried again in a minute", tenant_id)
            _put_off(tenant_id, error.events)
            stumbles += 1
    return told


def _put_off(tenant_id: int, events: list[int]) -> None:
    with tenant_scope(tenant_id), connection.cursor() as cursor:
        cursor.execute("UPDATE sla_slanotice SET not_before = app_now() + interval '1 minute'"
                       " WHERE tenant_id = %s AND id = ANY(%s)", [tenant_id, events])


def _tell(most: int, tenant_id: int | None) -> int:
    fired: list[Fired] = []
    try:
        with hints_together(), transaction.atomic(), settings_stand():
            fired, at = _take(most, tenant_id)
            if fired:
                clocks_fired.send(sender=SlaEvent, fired=fired, at=at)
    except Exception as error:
        raise _UntoldError([one.event_id for one in fired]) from error
    return len(fired)


def _take(most: int, tenant_id: int | None) -> tuple[list[Fired], datetime | None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM take_notices(%s, %s)", [most, tenant_id])
        rows = cursor.fetchall()
    fired = [Fired._make([*row[1:5], Action(row[5]), *row[6:8], Escalation(row[8]) if row[8] else None, *row[9:]])
             for row in rows]
    return fired, rows[0][0] if rows else None
