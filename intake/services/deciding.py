"""What becomes of a mail, rule by rule."""

from __future__ import annotations

from datetime import timedelta

from accounts.errors import CannotFileError
from accounts.models import Tenant
from intake.enums import InboundState, MailboxKind
from intake.matching import Sender, background_of, mailboxes_by_address, may_answer, named_ticket, sender_of
from intake.models import InboundMessage, Mailbox
from intake.parsing import AuthResult, ParsedMail
from intake.services.answering import answer_visitor, why_refused
from intake.services.filing import add_answer, file_ticket
from intake.services.forwarding import file_forward
from intake.services.holding import hold
from intake.services.outcome import Outcome, ignored, quarantined
from intake.services.security import file_report, tell_team
from notifications.services import mark_bounced
from tickets.models import Ticket
from tickets.workflow import may_reopen

BREAKER_WINDOW = timedelta(minutes=10)
BREAKER_MOST = 30
_UNPROVEN_FLAG = "An agent’s address, but nothing proves that the agent wrote it."


def decide(tenant: Tenant, row: InboundMessage, mail: ParsedMail, auth: AuthResult) -> Outcome:
    """Make of a mail what it is: all writes happen in the caller's transaction."""
    refusal = _not_for_people(tenant, row, mail)
    if refusal is not None:
        return refusal
    if row.mailbox.kind == MailboxKind.SECURITY:
        return _report(tenant, row, mail, row.mailbox)
    sender = sender_of(tenant, mail.from_name, mail.from_address, at=row.received_at)
    ticket = named_ticket(tenant, mail, row.rcpt_to, row.mailbox, sender)
    is_unproven = sender.member.is_staff and not (auth.is_proven or row.mailbox.trusts_relay)
    answered = _answer(row, mail, auth, sender, ticket, is_unproven=is_unproven) if ticket is not None else None
    if answered is not None:
        return answered
    if auth.is_doubtful:
        return quarantined(f"the sender’s server denies it ({auth.words})")
    security = _security_mailbox() if mail.is_pgp and ticket is None else None
    if security is not None:  # nobody but the security team can read it (S35)
        return _report(tenant, row, mail, security)
    if sender.member.is_staff and not is_unproven:
        forwarded = file_forward(tenant, sender.member, mail, at=row.received_at)
        if forwarded is not None:
            return Outcome(InboundState.TICKET, f"forwarded by {sender.member.person.name}", forwarded)
    try:
        filed = file_ticket(sender.member, mail, at=row.received_at, follows=ticket,
                            flags=[_UNPROVEN_FLAG] if is_unproven else [])
    except CannotFileError as refused:
        answer_visitor(sender.member, mail, refused, inbound_id=row.pk, at=row.received_at)
        return ignored(why_refused(refused))
    return Outcome(InboundState.TICKET, f"follows #{ticket.number}" if ticket else "", filed)


def _answer(row: InboundMessage, mail: ParsedMail, auth: AuthResult, sender: Sender, ticket: Ticket, *,
            is_unproven: bool) -> Outcome | None:
    """A word on the ticket that a mail names, or one that is held; None for the answer that comes too late."""
    doubt = "nothing proves that this agent wrote it" if is_unproven else ""
    if auth.is_doubtful:
        doubt = f"the sender’s server denies it ({auth.words})"
    elif not may_answer(sender, ticket):
        doubt = "the sender isn’t on this ticket"
    if doubt:
        hold(row, ticket, sender.member, reason=doubt, at=row.received_at, is_unproven=is_unproven)
        return Outcome(InboundState.COMMENT, f"held: {doubt}", ticket)
    if ticket.is_active or may_reopen(ticket.solved_at, row.received_at):
        return Outcome(InboundState.COMMENT, "", ticket, add_answer(ticket, sender.member, mail, at=row.received_at))
    return None


def _security_mailbox() -> Mailbox | None:
    return next((m for m in mailboxes_by_address().values() if m.kind == MailboxKind.SECURITY), None)


def _report(tenant: Tenant, row: InboundMessage, mail: ParsedMail, mailbox: Mailbox) -> Outcome:
    sender = sender_of(tenant, mail.from_name, mail.from_address, at=row.received_at)
    ticket = file_report(sender.member, row, mail, mailbox, at=row.received_at)
    return Outcome(InboundState.TICKET, "answered with reporting instructions", ticket)


def _not_for_people(tenant: Tenant, row: InboundMessage, mail: ParsedMail) -> Outcome | None:
    """What makes neither ticket nor answer."""
    if mail.poison:
        return quarantined(mail.poison)
    if mail.loop == tenant.slug or mail.from_address == row.mailbox.address:
        return ignored("it is our own mail")
    if mail.report is not None:
        return _bounce(row, mail)
    if mail.automatic_reason or not row.mail_from:
        return ignored(mail.automatic_reason or "it has no return path")
    if not mail.from_address:
        return quarantined("it names no sender")
    around = background_of(row, mail, since=row.received_at - BREAKER_WINDOW, most=BREAKER_MOST)
    if around.is_ours:
        return ignored("it comes from another address of this desk")
    if around.twin_id is not None:
        return _twin(row, mail, InboundMessage.objects.defer("raw").get(pk=around.twin_id))
    # A pair of addresses that exceeds a rate is two machines talking: stopped, and left to a person.
    if around.recent >= BREAKER_MOST:
        return quarantined(f"more than {BREAKER_MOST} mails from this sender within 10 minutes")
    return None


def _twin(row: InboundMessage, mail: ParsedMail, twin: InboundMessage) -> Outcome:
    """A mail that came by another way too makes nothing; at the security address the team is told all the same."""
    if row.mailbox.kind != MailboxKind.SECURITY or twin.mailbox_id == row.mailbox_id or twin.ticket is None:
        return ignored("this mail is here already", twin.ticket)
    tell_team(row, mail, row.mailbox, twin.ticket, at=row.received_at)
    return ignored("this mail is here already; the security team has its copy", twin.ticket)


def _bounce(row: InboundMessage, mail: ParsedMail) -> Outcome:
    """A delivery report marks the mail and the address that failed."""
    report = mail.report
    assert report is not None  # noqa: S101 -- asked by the caller
    marked = mark_bounced(report.message_ids, report.recipients, reason=report.diagnosis or "not delivered",
                          at=row.received_at) if report.recipients else []
    if not marked:
        return ignored(mail.automatic_reason)
    return ignored(f"delivery report: {', '.join(m.to_address for m in marked)} could not be reached"[:300],
                   marked[0].ticket)
