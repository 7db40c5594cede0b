"""A mail becomes a ticket, or an answer on one."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings

from accounts.enums import AddressKind
from accounts.errors import CannotFileError
from accounts.members import Member
from accounts.models import Membership, Organization, Person, PersonAddress, Product, Project
from accounts.queries import require_filing_projects
from intake.matching import mailboxes_by_address, organization_by_domain, priority_named, product_named
from intake.parsing import Fields, ParsedMail, read_fields
from intake.services.answering import ask_for_project
from intake.services.inviting import with_invitation
from tickets.enums import ChannelKind
from tickets.errors import UploadError
from tickets.models import Attachment, Comment, PriorityLevel, Ticket
from tickets.services import Entry, NewTicket, add_cc, add_requester_message, open_ticket, reply, store_file
from tickets.services.attachments import clean_name
from tickets.workflow import PROJECT_UNDECIDED

_MOST_CCS = 20


def file_ticket(member: Member, mail: ParsedMail, *, at: datetime, follows: Ticket | None = None,
                by: Person | None = None, must: bool = False,
                flags: Sequence[str] = ()) -> Ticket:
    """Open a ticket from a mail. Raises CannotFileError when the sender is a customer who can't file (S17, S36).

    A sender of no organization gets a ticket flagged for triage: nobody's first mail is thrown away. `must` opens one
    in any case, when a person of the desk asked for it. `flags` are what is known of the mail already.
    """
    fields = read_fields(mail.reply_text)
    flags = list(flags)
    projects: list[Project] = []
    if member.memberships:
        try:
            projects = require_filing_projects(member, at.date())
        except CannotFileError as reason:
            if not must:
                raise
            flags.append(f"The sender can’t file tickets: {reason.message}")
    elif not member.is_staff:
        flags.append(f"Unknown sender {mail.from_address}: choose the customer and project.")
    project, is_sure = _project(projects, fields, mail) if projects else (None, True)
    if not is_sure:
        flags.append(PROJECT_UNDECIDED)
    priority, product = _read(fields, flags)
    files, refused = keep_files(mail, member.person, at)
    if mail.is_encrypted:
        flags.append("The mail is encrypted: its words can’t be read here.")
    if follows is not None:
        flags.append(f"Follows #{follows.number}, which was solved more than 14 days before.")
    organization = project.organization if project else None
    ccs, left_out = _ccs(mail, organization, at)
    flags += refused + [f"Also addressed, but not of this customer: {address}" for address in left_out]
    ticket = open_ticket(NewTicket(
        requester=member.person, subject=_subject(mail, fields, follows),
        body=_body(fields, mail, organization), channel=ChannelKind.EMAIL, project=project, product=product,
        product_version=fields.version or "", requested_priority=priority, quoted=mail.quoted_text, html=mail.html,
        message_id=mail.message_id, attachments=files, ccs=ccs, follows=follows,
        triage_flags=[f[:200] for f in flags]), at=at, by=by)
    if not is_sure:
        ask_for_project(ticket, member, projects, at=at)
    return ticket


def _subject(mail: ParsedMail, fields: Fields, follows: Ticket | None) -> str:
    """The mail's own; the old ticket's where it answers one of our mails about that; else the first words."""
    if follows is not None and f"[#{follows.number}]" in mail.subject:
        return follows.subject
    return mail.subject or (fields.description or mail.text).strip()[:80] or "No subject"


def add_answer(ticket: Ticket, member: Member, mail: ParsedMail, *, at: datetime) -> Comment:
    """Put a mail on the ticket it answers: staff's is a public reply, anybody else's the customer's word."""
    if member.is_staff:
        return reply(ticket, _entry(ticket, mail, member.person, at), by=member, at=at)
    comment = add_words(ticket, member.person, mail, at=at)
    for person in _ccs(mail, ticket.organization, at)[0]:
        if person.pk != ticket.requester_id:
            add_cc(ticket, person, by=member, at=at)
    return comment


def add_words(ticket: Ticket, person: Person, mail: ParsedMail, *, at: datetime) -> Comment:
    """Put a mail on a ticket as somebody's word, whoever they are: the caller has decided that they may."""
    return add_requester_message(ticket, _entry(ticket, mail, person, at), by=person, at=at)


def _entry(ticket: Ticket, mail: ParsedMail, person: Person, at: datetime) -> Entry:
    files, refused = keep_files(mail, person, at)
    body = with_invitation(mail.reply_text, mail, ticket.organization) + ("\n\n" + "\n".join(refused) if refused else "")
    return Entry(body=body or "(no text)", channel=ChannelKind.EMAIL, attachments=files, quoted=mail.quoted_text,
                 html=mail.html, message_id=mail.message_id)


def keep_files(mail: ParsedMail, person: Person, at: datetime) -> tuple[list[Attachment], list[str]]:
    """Store a mail's attachments: all that a mail may hold, as it was taken already. Those that can't be taken are named;
    the raw mail still holds them.
    """
    files, refused = [], []
    for part in mail.attachments:
        try:
            files.append(store_file(io.BytesIO(part.content), name=part.filename, content_type=part.content_type,
                                    at=at, by=person, content_id=part.content_id, most=settings.MAX_MAIL_BYTES))
        except UploadError as error:
            refused.append(f"Left out {clean_name(part.filename)}: {error.message}")
    return files, refused


def _ccs(mail: ParsedMail, organization: Organization | None, at: datetime) -> tuple[list[Person], list[str]]:
    """(people of the same customer who were addressed too, addresses of anybody else).

    Nobody else is added by a mail: who reads along is the desk's decision.
    """
    wanted = [address for _name, address in mail.recipients if address != mail.from_address][:_MOST_CCS]
    if not wanted:
        return [], []
    bases = {_base(a): a for a in wanted}
    ours = mailboxes_by_address()
    others = [a for base, a in bases.items() if base not in ours]
    if not others:
        return [], []
    rows = PersonAddress.objects.select_related("person").filter(
        kind=AddressKind.EMAIL, value__in=others, person__is_active=True)
    members = set(Membership.objects.filter(organization=organization, person_id__in=[r.person_id for r in rows])
                  .values_list("person_id", flat=True)) if organization else set()
    people = {r.value: r.person for r in rows if r.person_id in members}
    if organization is not None:
        gone = set(PersonAddress.objects.filter(kind=AddressKind.EMAIL, value__in=others, person__is_active=False)
                   .values_list("value", flat=True))
        people |= {a: _colleague(mail, a, organization, at) for a in others
                   if a not in people and a not in gone and organization_by_domain(a) == organization}
    return list(people.values()), [a for a in others if a not in people]


def _base(address: str) -> str:
    local, _at, domain = address.partition("@")
    return f"{local.partition('+')[0]}@{domain}"


def _colleague(mail: ParsedMail, address: str, organization: Organization, at: datetime) -> Person:
    """Somebody in a verified domain of the customer, known from now on."""
    row = PersonAddress.objects.select_related("person").filter(kind=AddressKind.EMAIL, value=address).first()
    if row is None:
        name = next((n for n, a in mail.recipients if a == address and n), address)
        person = Person.objects.create(name=name[:160], created_at=at)
        row = PersonAddress.objects.create(person=person, kind=AddressKind.EMAIL, value=address[:254], is_primary=True)
    Membership.objects.get_or_create(person=row.person, organization=organization)
    return row.person


def _project(projects: Sequence[Project], fields: Fields, mail: ParsedMail) -> tuple[Project, bool]:
    """(the project a mail is about, is it sure): the only one, the one of the named product, one that the mail names,
    else the first of those that fit."""
    if len(projects) == 1:
        return projects[0], True
    product = product_named(fields.product) if fields.product else None
    fitting = [p for p in projects if product is not None and p.product_id == product.pk]
    named = [p for p in projects if p.name.lower() in f"{mail.subject}\n{mail.reply_text}".lower()]
    for found in (fitting, named):
        if len(found) == 1:
            return found[0], True
    return (fitting or named or list(projects))[0], False


def _read(fields: Fields, flags: list[str]) -> tuple[int | None, Product | None]:
    """Priority rank and product of the S4 lines; what can't be understood is flagged in words."""
    if fields.is_empty:
        return None, None
    priority = priority_named(fields.priority) if fields.priority else None
    if fields.priority and priority is None:
        labels = ", ".join(level.label for level in PriorityLevel.objects.all())
        flags.append(f"“{fields.priority}” is no priority here ({labels}).")
    product = product_named(fields.product) if fields.product else None
    if fields.product and product is None:
        flags.append(f"“{fields.product}” is not in the product catalogue.")
    missing = [name for name, value in [("Product", fields.product), ("Version", fields.version),
                                        ("Priority", fields.priority)] if not value]
    if missing:
        flags.append(f"The mail doesn’t say: {', '.join(missing)}.")
    return priority, product


def _body(fields: Fields, mail: ParsedMail, organization: Organization | None) -> str:
    """The description line and what stood before it; the whole text for an ordinary mail."""
    text = mail.reply_text
    if fields.description is not None:
        text = "\n\n".join(part for part in (fields.rest, fields.description) if part)
    return with_invitation(text, mail, organization) or "(no text)"
