"""What people do with a message that ended in quarantine or was ignored. Each is safe to press twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.members import Member
from accounts.queries import current_tenant
from accounts.services.audit import record_audit
from intake.enums import InboundState
from intake.matching import auth_of, sender_of
from intake.models import InboundMessage
from intake.parsing import ParsedMail, parse
from intake.raw import is_gone, raw_of
from intake.services.filing import add_words, file_ticket
from intake.services.outcome import Outcome
from intake.services.processing import end
from tickets.errors import NotAllowedError
from tickets.models import Ticket
from tickets.rules import can_work
from toolkit.errors import ConflictError, DomainError
from toolkit.queue import wake

_OPEN_ENDS = (InboundState.QUARANTINE, InboundState.IGNORED)


def replay(row: InboundMessage, *, by: Member, at: datetime) -> bool:
    """Read a message again, after a fix. One that made a ticket or comment is left alone; says if it is read again."""
    _require(by)
    _require_bytes(row)
    again = InboundMessage.objects.filter(
        pk=row.pk, state__in=_OPEN_ENDS, comment__isnull=True).update(
        state=InboundState.RECEIVED, attempts=0, next_at=at, reason="", ticket=None, processed_at=None)
    if again:
        record_audit(by=by.person, action="mail.replayed", subject=row, at=at,
                     changes={"state": [row.state, InboundState.RECEIVED.value]})
        wake("mail")
    return bool(again)


def assign_to_ticket(row: InboundMessage, ticket: Ticket, *, by: Member, at: datetime) -> Ticket:
    """Put a message on a ticket by hand, as its sender's word."""

    def place(found: InboundMessage, mail: ParsedMail) -> Outcome:
        sender = _sender(mail, at)
        comment = add_words(ticket, sender.person, mail, at=at)
        return Outcome(InboundState.COMMENT, f"put on #{ticket.number} by {by.person.name}", ticket, comment)

    return _by_hand(row, place, action="mail.assigned", by=by, at=at)


def open_as_ticket(row: InboundMessage, *, by: Member, at: datetime) -> Ticket:
    """Open a ticket from a message by hand, for its sender, whatever its sender may."""

    def place(found: InboundMessage, mail: ParsedMail) -> Outcome:
        ticket = file_ticket(_sender(mail, at), mail, at=at, by=by.person, must=True)
        return Outcome(InboundState.TICKET, f"opened by {by.person.name}", ticket)

    return _by_hand(row, place, action="mail.opened", by=by, at=at)


def ignore(row: InboundMessage, *, reason: str, by: Member, at: datetime) -> None:
    """Put a quarantined message aside for good, with a reason."""
    _require(by)
    if not reason.strip():
        raise DomainError(_("Say why it is ignored."), field="reason", code="reason_needed")
    changed = InboundMessage.objects.filter(pk=row.pk, state=InboundState.QUARANTINE).update(
        state=InboundState.IGNORED, reason=f"{reason.strip()} ({by.person.name})"[:300], processed_at=at)
    if not changed:
        raise ConflictError(_("It isn’t in quarantine any more."))
    record_audit(by=by.person, action="mail.ignored", subject=row, at=at, changes={"reason": ["", reason.strip()[:300]]})


def _by_hand(row: InboundMessage, place: Callable[[InboundMessage, ParsedMail], Outcome], *, action: str, by: Member,
             at: datetime) -> Ticket:
    """Give a message that made nothing its end; the ticket that it has already, when somebody was faster."""
    _require(by)
    try:
        with transaction.atomic():
            found = (InboundMessage.objects.select_for_update(of=("self",)).select_related("mailbox", "ticket").defer("raw")
                     .get(pk=row.pk))
            if found.state not in _OPEN_ENDS:
                if found.ticket is None:
                    raise ConflictError(_("It is being read right now. Look again in a moment."))
                return found.ticket
            _require_bytes(found)
            mail = parse(raw_of(found))
            outcome = place(found, mail)
            end(found, mail, outcome, at, auth_of(mail, found.mailbox))
            record_audit(by=by.person, action=action, subject=found, at=at,
                         changes={"state": [found.state, outcome.state.value]})
    except IntegrityError as error:
        raise ConflictError(_("The same mail came by another way and is on a ticket already.")) from error
    assert outcome.ticket is not None  # noqa: S101 -- both ends have one
    return outcome.ticket


def _sender(mail: ParsedMail, at: datetime) -> Member:
    if not mail.from_address:
        raise DomainError(_("It names no sender, so nobody could be answered. Read it and open a ticket by hand."))
    return sender_of(current_tenant(), mail.from_name, mail.from_address, at=at).member


def _require_bytes(row: InboundMessage) -> None:
    if is_gone(row):
        raise ConflictError(_("What it said was redacted: there is nothing left to file."), code="redacted")


def _require(by: Member) -> None:
    if not can_work(by):
        raise NotAllowedError(_("Agents sort mail."))
