"""Answers that intake itself gives."""

from __future__ import annotations

from datetime import datetime

from accounts.errors import CannotFileError
from accounts.members import Member
from accounts.queries import member_for_person
from intake.parsing import ParsedMail
from intake.services.filing import keep_files
from notifications.enums import Template
from notifications.links import base_url
from notifications.quiet import quiet
from notifications.services import Mail, put
from tickets.enums import AuthorKind, ChannelKind, Status
from tickets.models import Ticket
from tickets.services import NewTicket, open_ticket
from tickets.services.status import move_status

_SECURITY = """Thank you for telling us. This mailbox is read by the security team.

A weakness in our product: report it through our disclosure programme{programme}, with the steps to reproduce it.
A leaked key or password of yours: revoke it first, then write to us which one it was.
Abuse or spam that comes from our service: send us the address and the headers or the link.
A security question about your own installation: open a support ticket on the portal.

For anything confidential, encrypt your mail with the security team’s PGP key."""


def answer_visitor(member: Member, mail: ParsedMail, reason: CannotFileError, *, inbound_id: int,
                   at: datetime) -> None:
    """Tell a customer who can't file why, and where to go instead (S17, S36). Once per message."""
    link = member.tenant.forum_url if reason.code == "free_plan" else base_url(member.tenant)
    put([Mail(cause=f"visitor:{inbound_id}", template=Template.INTAKE_ANSWER, to_address=mail.from_address,
              person=member.person, context={"subject": f"Re: {mail.subject or 'your message'}"[:200],
                                             "message": reason.message, "link": link or ""})],
        tenant=member.tenant, at=at)


def answer_security(member: Member, mail: ParsedMail, *, at: datetime) -> Ticket:
    """Mail to the security address: instructions at once, and the ticket closes itself (S34)."""
    sender = member_for_person(member.tenant, member.person)
    files, _refused = keep_files(mail, sender, at)
    with quiet():
        ticket = open_ticket(NewTicket(
            requester=member.person, subject=mail.subject or "Security report", body=mail.text or "(no text)",
            channel=ChannelKind.EMAIL, message_id=mail.message_id, attachments=files, tags=["security"]), at=at)
        move_status(ticket, Status.CLOSED, by=None, actor_kind=AuthorKind.SYSTEM, at=at, reason="Security address")
    programme = f" ({member.tenant.disclosure_url})" if member.tenant.disclosure_url else ""
    put([Mail(cause=f"security:{ticket.pk}", template=Template.INTAKE_ANSWER, to_address=mail.from_address,
              person=member.person, ticket=None,
              context={"subject": "How to report a security concern", "message": _SECURITY.format(programme=programme),
                       "link": ""})],
        tenant=member.tenant, at=at)
    return ticket
