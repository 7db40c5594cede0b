"""Mail that an agent passes on: the ticket is the original sender's."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from accounts.members import Member
from accounts.models import Tenant
from intake.matching import sender_of
from intake.parsing import ParsedMail, read_forward
from intake.services.filing import file_ticket
from tickets.models import Ticket
from tickets.services import add_note


def file_forward(tenant: Tenant, agent: Member, mail: ParsedMail, *, at: datetime) -> Ticket | None:
    """Open a ticket for whom the passed-on mail is from; None when the mail is the agent's own.

    What the agent wrote above it becomes an internal note. A sender who can't file gets a ticket all the same, flagged:
    an agent wanted it.
    """
    forward = read_forward(mail)
    if forward is None or forward.address == mail.from_address:
        return None
    original = sender_of(tenant, forward.name, forward.address, at=at)
    if original.member.is_staff:
        return None
    inner = replace(mail, from_name=forward.name, from_address=forward.address, subject=forward.subject,
                    text=forward.text, reply_text=forward.text, quoted_text="", html="", attachments=forward.files,
                    to=(), cc=())
    ticket = file_ticket(original.member, inner, at=at, by=agent.person, must=True)
    if forward.comment:
        add_note(ticket, body=forward.comment, by=agent, at=at)
    return ticket
