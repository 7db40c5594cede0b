"""From a kept mail to its end: ticket, comment, quarantine, or ignored with a reason. There is no fifth."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import connection

from accounts.models import Tenant
from accounts.tenancy import tenant_scope
from intake.enums import InboundState, MailboxState
from intake.matching import auth_of, mailbox_by_id
from intake.models import InboundMessage, Mailbox
from intake.parsing import AuthResult, ParsedMail, glance, parse
from intake.raw import LARGE, raw_of
from intake.services.deciding import decide
from intake.services.outcome import Outcome, quarantined
from intake.services.previewing import preview
from toolkit.queue import hints_together
from toolkit.together import then, together

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
        with hints_together(), tenant_scope(tenant, reading=True), together():  # mail changes no settings
            row = _locked(tenant, message_id)
            if row is not None:
                _take(tenant, row, now)
    except Exception as error:
        logger.exception("inbound message %s could not be processed", message_id)
        with tenant_scope(tenant):
            row = InboundMessage.objects.defer("raw").get(pk=message_id)
            if row.attempts >= MOST_ATTEMPTS and row.state == InboundState.RECEIVED:
                end(row, glance(raw_of(row)), quarantined(f"processing failed: {type(error).__name__}"), now)


_COLUMNS = ("id", "tenant_id", "mailbox_id", "received_at", "mail_from", "rcpt_to", "size", "raw", "state", "attempts")
_SMALL = f"CASE WHEN size < {LARGE} THEN raw END"
# The commit doesn't wait for the disk: after a crash of the database the message still waits and is read anew, and nothing
# has left, since whoever sends commits a lease first, which takes all before it to the disk.
_LOCK = f"SELECT set_config('synchronous_commit', 'off', true), {', '.join(_SMALL if c == 'raw' else c for c in _COLUMNS)}" \
        " FROM intake_inboundmessage WHERE tenant_id = %s AND id = %s AND state = 'received' FOR UPDATE"  # noqa: S608 -- ours


def _locked(tenant: Tenant, message_id: int) -> InboundMessage | None:
    """A message that waits, locked, with its mailbox; None when somebody else has brought it to its end."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [tenant.pk, message_id])
        values = cursor.fetchone()
    if values is None:
        return None
    row = InboundMessage.from_db(connection.alias, _COLUMNS, values[1:])
    row.mailbox = mailbox_by_id(row.mailbox_id)
    return row


def _take(tenant: Tenant, row: InboundMessage, now: datetime) -> None:
    if row.attempts > MOST_ATTEMPTS:  # it took its worker down each time: no error was ever seen
        end(row, ParsedMail(), quarantined("its processing never came to an end"), now)
        return
    state = row.mailbox.state
    if state != MailboxState.ARMED:
        # The lock makes an admin who arms the mailbox now wait for us, so that no message waits for ever.
        state = Mailbox.objects.select_for_update().get(pk=row.mailbox_id).state
    if state == MailboxState.DISARMED:
        InboundMessage.objects.filter(pk=row.pk).update(
            next_at=None, attempts=0, **_facts(glance(raw_of(row)), AuthResult()))
        return
    mail = parse(raw_of(row))
    auth = auth_of(mail, row.mailbox)
    if state == MailboxState.SHADOW:
        InboundMessage.objects.filter(pk=row.pk).update(
            preview=preview(tenant, row, mail, auth, now=now), next_at=None, attempts=0, **_facts(mail, auth))
        return
    end(row, mail, decide(tenant, row, mail, auth), now, auth)


def end(row: InboundMessage, mail: ParsedMail, outcome: Outcome, now: datetime, auth: AuthResult | None = None) -> None:
    """Write down how a message ended."""
    facts = {"state": str(outcome.state), "reason": outcome.reason[:300], "processed_at": now, "preview": None,
             "ticket_id": outcome.ticket and outcome.ticket.pk, "comment_id": outcome.comment and outcome.comment.pk,
             **_facts(mail, auth or AuthResult())}
    then(f"UPDATE intake_inboundmessage SET {', '.join(f'{name} = %s' for name in facts)}"  # noqa: S608 -- our own columns
         " WHERE tenant_id = %s AND id = %s", [*facts.values(), row.tenant_id, row.pk])


def _facts(mail: ParsedMail, auth: AuthResult) -> dict[str, str]:
    return {"from_address": mail.from_address[:320], "subject": mail.subject[:300], "message_id": mail.message_id[:500],
            "body_sha256": mail.body_sha256, "auth_result": auth.words[:200]}
