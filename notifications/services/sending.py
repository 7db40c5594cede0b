"""Sending: a lease in a short transaction, the network outside of any, the outcome at once."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import connection

from accounts.models import Tenant
from accounts.tenancy import tenant_scope
from notifications.channels.contract import DeliveryError, Sender
from notifications.channels.email import EmailSender
from notifications.channels.slack import SlackSender
from notifications.enums import OutboxKind, OutboxState, Template
from notifications.models import OutboxMessage
from notifications.services.holding import gather, go_on
from notifications.services.news import gather_news, wait_again
from sla.models import SlaClock

logger = logging.getLogger(__name__)

LEASE_SECONDS = 120
MOST_ATTEMPTS = 8
_SENDERS: dict[OutboxKind, Callable[[], Sender]] = {OutboxKind.EMAIL: EmailSender, OutboxKind.SLACK: SlackSender}


def send_due(*, now: datetime, kind: OutboxKind = OutboxKind.EMAIL, most: int = 50) -> int:
    """Lease messages of a kind whose time has come and send them, two of a tenant a round first. Returns how many were
    taken."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenant_id, id FROM lease_outbox(%s, %s, 2, %s)", [kind.value, most, LEASE_SECONDS])
        leased = cursor.fetchall()
    if not leased:
        return 0
    tenants = Tenant.objects.in_bulk({tenant_id for tenant_id, _id in leased})
    sender = _SENDERS[kind]()
    try:
        for tenant_id, message_id in leased:
            _send(sender, tenants[tenant_id], message_id, now)
    finally:
        sender.close()
    return len(leased)


def _send(sender: Sender, tenant: Tenant, message_id: int, now: datetime) -> None:
    """One message: rendered inside the tenant, sent outside any transaction, marked at once."""
    with tenant_scope(tenant):
        row = (OutboxMessage.objects.select_related("ticket__requester", "ticket__organization", "comment__author",
                                                    "person").filter(pk=message_id, state=OutboxState.PENDING).first())
        if row is None:
            return
        if _is_stale(row):
            _mark(row, state=OutboxState.SUPERSEDED)
            return
        try:
            prepared = sender.prepare(row, tenant, now=now)
        except Exception as error:  # a broken template must not hold up the others
            logger.exception("message %s could not be rendered", row.pk)
            _mark(row, state=OutboxState.PARKED, last_error=f"{type(error).__name__}: {error}")
            return
    try:
        provider_id = sender.deliver(prepared)
    except DeliveryError as error:
        with tenant_scope(tenant):
            _failed(row, error, now)
        return
    except Exception as error:  # one message's accident must not hold up the others
        logger.exception("message %s could not be sent", row.pk)
        with tenant_scope(tenant):
            _failed(row, DeliveryError(f"{type(error).__name__}: {error}"), now)
        return
    with tenant_scope(tenant):
        _mark(row, state=OutboxState.SENT, sent_at=now, last_error="", provider_id=provider_id[:255])
        if row.template == Template.STAFF_DIGEST:
            go_on(row, tenant, at=now)
            wait_again(row, tenant, at=now)


def _is_stale(row: OutboxMessage) -> bool:
    """A warning about a clock that has been answered since is no news any more."""
    if row.template == Template.STAFF_DIGEST:
        deadlines, news = gather(row), gather_news(row)
        return not deadlines and not news
    if row.template != Template.STAFF_SLA:
        return False
    return SlaClock.objects.filter(pk=row.context.get("clock"), ended_at__isnull=False).exists()


def _failed(row: OutboxMessage, error: DeliveryError, now: datetime) -> None:
    """Try again later, or park it: at once when the other side's answer is final."""
    text = str(error)[:2000]
    logger.warning("%s %s was not sent: %s", row.kind, row.pk, text)
    if error.is_final or row.attempts >= MOST_ATTEMPTS:
        _mark(row, state=OutboxState.PARKED, last_error=text)
        return
    wait = min(3600, 5 * 3 ** row.attempts) * random.uniform(0.8, 1.2)  # noqa: S311 -- jitter
    _mark(row, next_at=now + timedelta(seconds=max(wait, error.retry_after or 0)), last_error=text)


def _mark(row: OutboxMessage, **values: object) -> None:
    OutboxMessage.objects.filter(pk=row.pk).update(**values)
