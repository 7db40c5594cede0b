"""From a kept mail to its end: ticket, comment, quarantine, or ignored with a reason. There is no fifth."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import connection

from accounts.models import Tenant
from accounts.tenancy import tenant_scope
from intake.enums import InboundState, MailboxState
from intake.models import InboundMessage, Mailbox
from intake.parsing import AuthResult, ParsedMail, parse, read_auth
from intake.services.deciding import decide
from intake.services.outcome import Outcome, quarantined
from intake.services.previewing import preview

logger = logging.getLogger(__name__)

LEASE_SECONDS = 60
MOST_ATTEMPTS = 5


def process_due(*, now: datetime, most: int = 20) -> int:
    """Read messages that wait, each in a transaction of its own. Returns how many were taken."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenant_id, id FROM lease_inbound(%s, %s)", [most, LEASE_SECONDS])
        leased = cursor.fetchall()
    tenants = Tenant.objects.in_bulk({tenant_id for tenant_id, _id in leased}) if leased else {}
    for tenant_id, message_id in leased:
        process_message(tenants[tenant_id], message_id, now=now)
    return len(leased)


def process_message(tenant: Tenant, message_id: int, *, now: datetime) -> None:
    """Bring one message to its end. What goes wrong here is tried again, then quarantined, and never lost."""
    try:
        with tenant_scope(tenant, reading=True):  # mail changes no settings
            row = (InboundMessage.objects.select_for_update(of=("self",)).select_related("mailbox")
                   .filter(pk=message_id, state=InboundState.RECEIVED).first())
            if row is not None:
                _take(tenant, row, now)
    except Exception as error:
        logger.exception("inbound message %s could not be processed", message_id)
        with tenant_scope(tenant):
            row = InboundMessage.objects.get(pk=message_id)
            if row.attempts >= MOST_ATTEMPTS and row.state == InboundState.RECEIVED:
                end(row, ParsedMail(), quarantined(f"processing failed: {type(error).__name__}"), now)


def _take(tenant: Tenant, row: InboundMessage, now: datetime) -> None:
    if row.attempts > MOST_ATTEMPTS:  # it took its worker down each time: no error was ever seen
        end(row, ParsedMail(), quarantined("its processing never came to an end"), now)
        return
    state = row.mailbox.state
    if state != MailboxState.ARMED:
        # The lock makes an admin who arms the mailbox now wait for us, so that no message waits for ever.
        state = Mailbox.objects.select_for_update().get(pk=row.mailbox_id).state
    if state == MailboxState.DISARMED:
        InboundMessage.objects.filter(pk=row.pk).update(next_at=None, attempts=0)
        return
    mail = parse(bytes(row.raw))
    auth = read_auth(mail.auth_results, row.mailbox.authserv_id)
    if state == MailboxState.SHADOW:
        InboundMessage.objects.filter(pk=row.pk).update(
            preview=preview(tenant, row, mail, auth, now=now), next_at=None, attempts=0, **_facts(mail, auth))
        return
    end(row, mail, decide(tenant, row, mail, auth), now, auth)


def end(row: InboundMessage, mail: ParsedMail, outcome: Outcome, now: datetime, auth: AuthResult | None = None) -> None:
    """Write down how a message ended."""
    InboundMessage.objects.filter(pk=row.pk).update(
        state=outcome.state, reason=outcome.reason[:300], ticket=outcome.ticket, comment=outcome.comment,
        processed_at=now, preview=None, **_facts(mail, auth or AuthResult()))


def _facts(mail: ParsedMail, auth: AuthResult) -> dict[str, str]:
    return {"from_address": mail.from_address[:320], "subject": mail.subject[:300], "message_id": mail.message_id[:500],
            "body_sha256": mail.body_sha256, "auth_result": auth.words[:200]}
