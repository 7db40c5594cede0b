"""Sending: a lease in a short transaction, the network outside of any, the outcome at once."""

from __future__ import annotations

import logging
import random
from datetime import datetime, timedelta
from email.errors import MessageError
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException

from anymail.exceptions import AnymailError
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection

from accounts.models import Tenant
from accounts.tenancy import tenant_scope
from notifications.enums import OutboxState, Template
from notifications.models import OutboxMessage
from notifications.rendering import render_mail
from sla.models import SlaClock

logger = logging.getLogger(__name__)

LEASE_SECONDS = 120
MOST_ATTEMPTS = 8
_NETWORK = (OSError, SMTPException, AnymailError)


def send_due(*, now: datetime, most: int = 50) -> int:
    """Lease mails whose time has come and send them, two of a tenant a round first. Returns how many were taken."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenant_id, id FROM lease_outbox(%s, 2, %s)", [most, LEASE_SECONDS])
        leased = cursor.fetchall()
    if not leased:
        return 0
    tenants = Tenant.objects.in_bulk({tenant_id for tenant_id, _id in leased})
    relay = get_connection(fail_silently=False)
    try:
        for tenant_id, message_id in leased:
            _send(relay, tenants[tenant_id], message_id, now)
    finally:
        _close(relay)
    return len(leased)


def _close(relay: BaseEmailBackend) -> None:
    try:
        relay.close()
    except _NETWORK:
        logger.warning("the mail connection did not close cleanly", exc_info=True)


def _send(relay: BaseEmailBackend, tenant: Tenant, message_id: int, now: datetime) -> None:
    """One mail: rendered inside the tenant, sent outside any transaction, marked at once."""
    with tenant_scope(tenant):
        row = (OutboxMessage.objects.select_related("ticket__requester", "ticket__organization", "comment__author",
                                                    "person").filter(pk=message_id, state=OutboxState.PENDING).first())
        if row is None:
            return
        if _is_stale(row):
            _mark(row, state=OutboxState.SUPERSEDED)
            return
        try:
            mail = render_mail(row, tenant, now=now)
        except Exception as error:  # a broken template must not hold up the others
            logger.exception("mail %s could not be rendered", row.pk)
            _mark(row, state=OutboxState.PARKED, last_error=f"{type(error).__name__}: {error}")
            return
    try:
        relay.send_messages([mail])
    except (*_NETWORK, MessageError, ValueError) as error:
        with tenant_scope(tenant):
            _failed(row, error, now)
        return
    status = getattr(mail, "anymail_status", None)
    with tenant_scope(tenant):
        _mark(row, state=OutboxState.SENT, sent_at=now, last_error="",
              provider_id=str(getattr(status, "message_id", "") or "")[:255])


def _is_stale(row: OutboxMessage) -> bool:
    """A warning about a clock that has been answered since is no news any more."""
    if row.template != Template.STAFF_SLA:
        return False
    return SlaClock.objects.filter(pk=row.context.get("clock"), ended_at__isnull=False).exists()


def _failed(row: OutboxMessage, error: Exception, now: datetime) -> None:
    """Try again later, or park it: at once when the server's answer is final."""
    final = isinstance(error, (MessageError, ValueError)) or (
        isinstance(error, SMTPResponseException) and 500 <= error.smtp_code < 600) or (
        isinstance(error, SMTPRecipientsRefused) and all(c >= 500 for c, _m in error.recipients.values()))
    text = f"{type(error).__name__}: {error}"[:2000]
    logger.warning("mail %s was not sent: %s", row.pk, text)
    if final or row.attempts >= MOST_ATTEMPTS:
        _mark(row, state=OutboxState.PARKED, last_error=text)
        return
    wait = min(3600, 5 * 3 ** row.attempts) * random.uniform(0.8, 1.2)  # noqa: S311 -- jitter
    _mark(row, next_at=now + timedelta(seconds=wait), last_error=text)


def _mark(row: OutboxMessage, **values: object) -> None:
    OutboxMessage.objects.filter(pk=row.pk).update(**values)
