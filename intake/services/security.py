"""The security address (S34, S35): instructions at once, and the report itself for the team's eyes only."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from accounts.members import Member
from accounts.queries import current_tenant
from intake.models import InboundMessage, Mailbox
from intake.parsing import ParsedMail
from intake.raw import raw_of
from notifications.enums import Template
from notifications.links import base_url
from notifications.services import Mail, put
from tickets.enums import AuthorKind, ChannelKind, Status
from tickets.models import Ticket
from tickets.services import NewTicket, open_ticket
from tickets.services.status import move_status
from toolkit.quiet import quiet

_INSTRUCTIONS = """Thank you for telling us. This mailbox is read by the security team.

A weakness in our product: report it through our disclosure programme{programme}, with the steps to reproduce it.
A leaked key or password of yours: revoke it first, then write to us which one it was.
Abuse or spam that comes from our service: send us the address and the headers or the link.
A security question about your own installation: open a support ticket on the portal.

For anything confidential, encrypt your mail with the security team’s PGP key."""
_KEPT = "A report to the security address. Its words and files are kept for the security team."


def file_report(sender: Member, row: InboundMessage, mail: ParsedMail, mailbox: Mailbox, *, at: datetime) -> Ticket:
    """Answer with instructions, close the ticket by itself, and give the team the message as it arrived.

    The ticket says that there is a report and nothing of what is in it: every agent reads tickets.
    """
    with quiet():
        ticket = open_ticket(NewTicket(
            requester=sender.person, subject="Security report", body=_KEPT, channel=ChannelKind.EMAIL,
            message_id=mail.message_id, tags=["security"]), at=at)
        move_status(ticket, Status.CLOSED, by=None, actor_kind=AuthorKind.SYSTEM, at=at, reason="Security address")
    _instruct(sender, mail, at)
    tell_team(row, mail, mailbox, ticket, at=at)
    return ticket


def _instruct(sender: Member, mail: ParsedMail, at: datetime) -> None:
    programme = f" ({sender.tenant.disclosure_url})" if sender.tenant.disclosure_url else ""
    put([Mail(cause=f"security:{at:%Y-%m-%d}", template=Template.INTAKE_ANSWER, to_address=mail.from_address,
              person=sender.person, context={"subject": "How to report a security concern",
                                             "message": _INSTRUCTIONS.format(programme=programme), "link": ""})],
        tenant=sender.tenant, at=at)


def tell_team(row: InboundMessage, mail: ParsedMail, mailbox: Mailbox, ticket: Ticket, *, at: datetime) -> None:
    """Give the security team a report, byte for byte, at its own address."""
    tenant = current_tenant()
    if mailbox.copy_to:
        put([_copy(row, mail, mailbox, ticket, base_url(tenant), at)], tenant=tenant, at=at)


def _copy(row: InboundMessage, mail: ParsedMail, mailbox: Mailbox, ticket: Ticket, base: str, at: datetime) -> Mail:
    key = default_storage.save(f"{row.tenant_id}/{at:%Y/%m}/{secrets.token_hex(16)}", ContentFile(raw_of(row)))
    return Mail(cause=f"security-copy:{row.pk}", template=Template.SECURITY_COPY, to_address=mailbox.copy_to, context={
        "number": ticket.number, "mailbox": mailbox.address, "sender": mail.from_address, "is_pgp": mail.is_pgp,
        "link": f"{base}/desk/intake/{row.pk}", "file": key, "file_name": f"report-{ticket.number}.eml"})
