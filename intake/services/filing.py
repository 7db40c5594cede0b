"""A mail becomes a ticket, or an answer on one."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime

from accounts.errors import CannotFileError
from accounts.members import Member
from accounts.models import Project
from accounts.queries import require_filing_projects
from intake.matching import priority_named, product_named
from intake.parsing import Fields, ParsedMail, read_fields
from tickets.enums import ChannelKind
from tickets.errors import UploadError
from tickets.models import Attachment, Comment, PriorityLevel, Ticket
from tickets.services import Entry, NewTicket, add_requester_message, open_ticket, reply, store_file
from tickets.services.attachments import clean_name


def file_ticket(member: Member, mail: ParsedMail, *, at: datetime,
                follows: Ticket | None = None) -> tuple[Ticket | None, CannotFileError | None]:
    """Open a ticket from a mail. (None, reason) when the sender is a customer who can't file (S17, S36).

    A sender of no organization gets a ticket flagged for triage: nobody's first mail is thrown away.
    """
    fields = read_fields(mail.reply_text)
    flags: list[str] = []
    project: Project | None = None
    if member.memberships:
        try:
            project = _project(require_filing_projects(member, at.date()), fields, mail, flags)
        except CannotFileError as reason:
            return None, reason
    elif not member.is_staff:
        flags.append(f"Unknown sender {mail.from_address}: choose the customer and project.")
    priority, product = _read(fields, flags)
    files, refused = keep_files(mail, member, at)
    flags += refused
    if follows is not None:
        flags.append(f"Follows #{follows.number}, which was solved more than 14 days before.")
    ticket = open_ticket(NewTicket(
        requester=member.person, subject=mail.subject or (fields.description or mail.text).strip()[:80] or "No subject",
        body=_body(fields, mail), channel=ChannelKind.EMAIL, project=project, product=product,
        product_version=fields.version or "", requested_priority=priority, quoted=mail.quoted_text, html=mail.html,
        message_id=mail.message_id, attachments=files, triage_flags=[f[:200] for f in flags]), at=at)
    return ticket, None


def add_answer(ticket: Ticket, member: Member, mail: ParsedMail, *, at: datetime) -> Comment:
    """Put a mail on the ticket it answers: staff's is a public reply, anybody else's the customer's word."""
    files, refused = keep_files(mail, member, at)
    body = mail.reply_text + ("\n\n" + "\n".join(refused) if refused else "")
    entry = Entry(body=body or "(no text)", channel=ChannelKind.EMAIL, attachments=files, quoted=mail.quoted_text,
                  html=mail.html, message_id=mail.message_id)
    if member.is_staff:
        return reply(ticket, entry, by=member, at=at)
    return add_requester_message(ticket, entry, by=member.person, at=at)


def keep_files(mail: ParsedMail, member: Member, at: datetime) -> tuple[list[Attachment], list[str]]:
    """Store a mail's attachments. Those that can't be taken are named; the raw mail still holds them."""
    files, refused = [], []
    for part in mail.attachments:
        try:
            files.append(store_file(io.BytesIO(part.content), name=part.filename, content_type=part.content_type,
                                    at=at, by=member.person, content_id=part.content_id))
        except UploadError as error:
            refused.append(f"Left out {clean_name(part.filename)}: {error.message}")
    return files, refused


def _project(projects: Sequence[Project], fields: Fields, mail: ParsedMail, flags: list[str]) -> Project:
    """The project a mail is about: the only one, the one of the named product, one that the mail names, else the first
    one and a flag."""
    if len(projects) == 1:
        return projects[0]
    product = product_named(fields.product) if fields.product else None
    fitting = [p for p in projects if product is not None and p.product_id == product.pk]
    named = [p for p in projects if p.name.lower() in f"{mail.subject}\n{mail.reply_text}".lower()]
    if len(fitting) == 1:
        return fitting[0]
    if len(named) == 1:
        return named[0]
    flags.append("Several projects fit: check that this is the right one.")
    return (fitting or named or list(projects))[0]


def _read(fields: Fields, flags: list[str]) -> tuple[int | None, object]:
    """Priority rank and product of the S4 lines; what can't be understood is flagged in words."""
    priority = priority_named(fields.priority) if fields.priority else None
    if fields.priority and priority is None:
        labels = ", ".join(level.label for level in PriorityLevel.objects.all())
        flags.append(f"“{fields.priority}” is no priority here ({labels}).")
    product = product_named(fields.product) if fields.product else None
    if fields.product and product is None:
        flags.append(f"“{fields.product}” is not in the product catalogue.")
    if not fields.is_empty:
        missing = [name for name, value in [("Product", fields.product), ("Version", fields.version),
                                            ("Priority", fields.priority)] if not value]
        if missing:
            flags.append(f"The mail doesn’t say: {', '.join(missing)}.")
    return priority, product


def _body(fields: Fields, mail: ParsedMail) -> str:
    """The description line and what stood before it; the whole text for an ordinary mail."""
    if fields.description is None:
        return mail.reply_text or "(no text)"
    return "\n\n".join(part for part in (fields.rest, fields.description) if part)
