"""From a kept mail to its end: ticket, comment, quarantine, or ignored with a reason. There is no fifth."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from accounts.models import Tenant
from accounts.tenancy import tenant_scope
from intake.enums import InboundState, MailboxKind, MailboxState
from intake.matching import answered_ticket, is_duplicate, member_for_sender
from intake.models import InboundMessage
from intake.parsing import ParsedMail, parse
from intake.services.answering import answer_security, answer_visitor
from intake.services.filing import add_answer, file_ticket
from tickets.models import Comment, Ticket
from tickets.workflow import may_reopen
from toolkit.queue import wake

logger = logging.getLogger(__name__)

LEASE_SECONDS = 60
MOST_ATTEMPTS = 5
_BREAKER_WINDOW = timedelta(minutes=10)
_BREAKER_MOST = 30


@dataclass(frozen=True)
class Outcome:
    """How a message ended, and why in words."""

    state: InboundState
    reason: str = ""
    ticket: Ticket | None = None
    comment: Comment | None = None


def process_due(*, now: datetime, most: int = 20) -> int:
    """Read messages that wait, each in a transaction of its own. Returns how many were taken."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenant_id, id FROM lease_inbound(%s, %s)", [most, LEASE_SECONDS])
        leased = cursor.fetchall()
    tenants = Tenant.objects.in_bulk({tenant_id for tenant_id, _id in leased})
    for tenant_id, message_id in leased:
        process_message(tenants[tenant_id], message_id, now=now)
    return len(leased)


def process_message(tenant: Tenant, message_id: int, *, now: datetime) -> None:
    """Bring one message to its end. What goes wrong here is tried again, then quarantined, and never lost."""
    try:
        with tenant_scope(tenant):
            row = (InboundMessage.objects.select_for_update(of=("self",)).select_related("mailbox")
                   .filter(pk=message_id, state=InboundState.RECEIVED).first())
            if row is not None and row.mailbox.state != MailboxState.DISARMED:
                mail = parse(bytes(row.raw))
                _end(row, mail, _outcome(tenant, row, mail), now)
    except Exception as error:
        logger.exception("inbound message %s could not be processed", message_id)
        with tenant_scope(tenant):
            row = InboundMessage.objects.get(pk=message_id)
            if row.attempts >= MOST_ATTEMPTS and row.state == InboundState.RECEIVED:
                _end(row, ParsedMail(), Outcome(InboundState.QUARANTINE,
                                                f"processing failed: {type(error).__name__}"), now)


def replay(row: InboundMessage, *, now: datetime) -> None:
    """Read a quarantined message again (after a fix). A message that made a ticket or comment is left alone."""
    InboundMessage.objects.filter(pk=row.pk, state=InboundState.QUARANTINE).update(
        state=InboundState.RECEIVED, attempts=0, next_at=now, reason="")
    wake("mail")


def _end(row: InboundMessage, mail: ParsedMail, outcome: Outcome, now: datetime) -> None:
    InboundMessage.objects.filter(pk=row.pk).update(
        state=outcome.state, reason=outcome.reason[:300], ticket=outcome.ticket, comment=outcome.comment,
        from_address=mail.from_address[:320], subject=mail.subject[:300], message_id=mail.message_id[:500],
        processed_at=now)


def _outcome(tenant: Tenant, row: InboundMessage, mail: ParsedMail) -> Outcome:
    refusal = _not_for_people(tenant, row, mail)
    if refusal is not None:
        return refusal
    member = member_for_sender(tenant, mail, at=row.received_at)
    if row.mailbox.kind == MailboxKind.SECURITY:
        ticket = answer_security(member, mail, at=row.received_at)
        return Outcome(InboundState.TICKET, "answered with reporting instructions", ticket)
    ticket = answered_ticket(member, mail, row.rcpt_to)
    if ticket is not None and (ticket.is_active or may_reopen(ticket.solved_at, row.received_at)):
        comment = add_answer(ticket, member, mail, at=row.received_at)
        return Outcome(InboundState.COMMENT, "", ticket, comment)
    filed, reason = file_ticket(member, mail, at=row.received_at, follows=ticket)
    if filed is None:
        answer_visitor(member, mail, reason, inbound_id=row.pk, at=row.received_at)
        return Outcome(InboundState.IGNORED, f"answered: {reason.code}")
    return Outcome(InboundState.TICKET, reason.message if reason else "", filed)


def _not_for_people(tenant: Tenant, row: InboundMessage, mail: ParsedMail) -> Outcome | None:
    """What makes neither ticket nor answer."""
    if mail.poison:
        return Outcome(InboundState.QUARANTINE, mail.poison)
    if mail.loop == tenant.slug or mail.from_address == row.mailbox.address:
        return Outcome(InboundState.IGNORED, "it is our own mail")
    if mail.automatic_reason or not row.mail_from:
        return Outcome(InboundState.IGNORED, mail.automatic_reason or "it has no return path")
    if not mail.from_address:
        return Outcome(InboundState.QUARANTINE, "it names no sender")
    if is_duplicate(mail):
        return Outcome(InboundState.IGNORED, "this mail is here already")
    recent = InboundMessage.objects.filter(
        mailbox=row.mailbox, from_address=mail.from_address, received_at__gt=row.received_at - _BREAKER_WINDOW).count()
    if recent >= _BREAKER_MOST:
        return Outcome(InboundState.QUARANTINE, f"more than {_BREAKER_MOST} mails from this sender within 10 minutes")
    return None
