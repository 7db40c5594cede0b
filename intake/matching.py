"""Whose mail is this, and which ticket does it answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from accounts import queries
from accounts.enums import AddressKind
from accounts.members import Member
from accounts.models import (
    Membership,
    Organization,
    Person,
    PersonAddress,
    Product,
    Tenant,
)
from accounts.queries import member_for_person
from accounts.remembering import remembered
from accounts.senders import known_address
from intake.models import InboundMessage, Mailbox
from intake.parsing import AuthResult, ParsedMail, read_auth
from notifications.threading import ticket_id_from_token, ticket_ids_from_message_ids
from tickets.models import PriorityLevel, Ticket
from tickets.queries import visible_tickets
from tickets.rules import can_reply
from tickets.services.locking import landing


@dataclass(frozen=True)
class Sender:
    """Who wrote. `is_trusted`: what the address says is believed, so it may act on what this person may."""

    member: Member
    is_trusted: bool


def sender_of(tenant: Tenant, name: str, address: str, *, at: datetime) -> Sender:
    """The member behind an address; an unknown one becomes a person without rights.

    Rights come by a verified address, else by the verified domain of an organization. An unverified address of
    somebody who has a verified one is nobody's: anybody could have named it.
    """
    address = address[:254].lower()
    known = known_address(tenant, address)
    if known is None:
        person = Person.objects.create(name=(name or address)[:160], created_at=at)
        PersonAddress.objects.create(person=person, kind=AddressKind.EMAIL, value=address, is_primary=True)
        stranger = Member(tenant=tenant, person=person)
        return _by_domain(stranger, address) or Sender(stranger, is_trusted=True)
    row, member, person = known.address, known.member, known.member.person
    if row.bounced_at is not None:  # who writes can be reached
        PersonAddress.objects.filter(pk=row.pk).update(bounced_at=None, bounce_reason="")
    if not person.is_active:
        return Sender(Member(tenant=tenant, person=person), is_trusted=False)
    if row.is_verified:
        return Sender(member, is_trusted=True)
    by_domain = _by_domain(member, address)
    if by_domain is not None:
        return by_domain
    has_other = PersonAddress.objects.filter(person=person, kind=AddressKind.EMAIL, is_verified=True).exists()
    return Sender(Member(tenant=tenant, person=person), is_trusted=not has_other)


def _by_domain(member: Member, address: str) -> Sender | None:
    organization = organization_by_domain(address)
    if organization is None:
        return None
    if not member.is_staff and organization.pk not in member.memberships:
        Membership.objects.create(person=member.person, organization=organization)
        member = member_for_person(member.tenant, member.person)
    return Sender(member, is_trusted=True)


def organization_by_domain(address: str) -> Organization | None:
    """The organization whose verified domain an address is in."""
    return queries.organization_by_domain(address.rpartition("@")[2])


@remembered
def mailboxes_by_address() -> dict[str, Mailbox]:
    """The tenant's mailboxes."""
    return {mailbox.address: mailbox for mailbox in Mailbox.objects.order_by("pk")}


def mailbox_by_id(pk: int) -> Mailbox:
    """One of the tenant's mailboxes."""
    return next(mailbox for mailbox in mailboxes_by_address().values() if mailbox.pk == pk)


def named_ticket(tenant: Tenant, mail: ParsedMail, rcpt_to: str, mailbox: Mailbox, sender: Sender) -> Ticket | None:
    """The ticket that a mail names by a signed reply address or a known Message-ID, never by its subject; for a merged
    one, the ticket that took it in. Of several that know the same Message-ID, the sender's own.
    """
    ticket_id = None
    addressed = (rcpt_to, *(a for _n, a in (*mail.delivered_to, *mail.recipients)))
    for address in dict.fromkeys(addressed):
        local, _at, domain = address.lower().partition("@")
        base, _plus, token = local.partition("+")
        if token and f"{base}@{domain}" == mailbox.address:
            ticket_id = ticket_id or ticket_id_from_token(token, tenant.pk)
    named = [ticket_id] if ticket_id is not None else ticket_ids_from_message_ids(mail.known_ids)
    found = [ticket for ticket in map(_landed, named) if ticket is not None]
    if len(found) > 1:
        return next((ticket for ticket in found if may_answer(sender, ticket)), found[0])
    return found[0] if found else None


def _landed(ticket_id: int) -> Ticket | None:
    found = Ticket.objects.select_related("requester", "organization").filter(pk=ticket_id).first()
    if found is None or found.merged_into_id is None:
        return found
    return Ticket.objects.select_related("requester", "organization").get(pk=landing(found).pk)


def auth_of(mail: ParsedMail, mailbox: Mailbox) -> AuthResult:
    """What the mailbox's believed server found out about a mail's sender."""
    return read_auth(mail.auth_results, mailbox.authserv_id, mail.from_address if mail.has_one_author else "")


def may_answer(sender: Sender, ticket: Ticket) -> bool:
    """Is the sender entitled to write on this ticket."""
    return (sender.is_trusted and visible_tickets(sender.member).filter(pk=ticket.pk).exists()
            and can_reply(sender.member, ticket))


_BACKGROUND = """
SELECT (SELECT id FROM intake_inboundmessage WHERE tenant_id = %(tenant)s AND message_id = %(message_id)s
        AND from_address = %(sender)s AND body_sha256 = %(body)s AND state IN ('ticket', 'comment')
        AND message_id <> '' AND id <> %(row)s LIMIT 1),
    (SELECT count(*) FROM (SELECT FROM intake_inboundmessage WHERE tenant_id = %(tenant)s AND mailbox_id = %(mailbox)s
        AND from_address = %(sender)s AND received_at > %(since)s AND received_at <= %(until)s AND id <> %(row)s
        LIMIT %(most)s) AS found)
"""


@dataclass(frozen=True)
class Background:
    """What is known around a mail: is its sender a mailbox of this desk, its twin that was filed already (a mail come
    by another way), and how many mails of the pair came lately.

    A twin has the same Message-ID, sender and content. A Message-ID alone says nothing: some programs repeat theirs,
    and anybody may use anybody's.
    """

    is_ours: bool
    twin_id: int | None
    recent: int


def background_of(row: InboundMessage, mail: ParsedMail, *, since: datetime, most: int) -> Background:
    """Asked in one statement, as each mail asks it."""
    with connection.cursor() as cursor:
        cursor.execute(_BACKGROUND, {
            "tenant": row.tenant_id, "sender": mail.from_address[:320], "message_id": mail.message_id[:500],
            "body": mail.body_sha256, "row": row.pk, "mailbox": row.mailbox_id, "since": since,
            "until": row.received_at, "most": most})
        return Background(mail.from_address in mailboxes_by_address(), *cursor.fetchone())


def product_named(name: str) -> Product | None:
    """The active product with this name or one of its aliases, whatever the case; in a list, the first that is one."""
    wanted = [part.strip().lower() for part in [name, *name.replace("/", ",").split(",")] if part.strip()]
    products = list(Product.objects.filter(is_active=True))
    for text in wanted:
        for product in products:
            if text in {product.name.lower(), product.slug, *(a.lower() for a in product.aliases)}:
                return product
    return None


def priority_named(text: str) -> int | None:
    """The rank of a priority given by label, code or both (“High (P2)”)."""
    words = text.lower().replace("(", " ").replace(")", " ").split()
    for level in PriorityLevel.objects.all():
        if level.label.lower() in words or level.code.lower() in words or text.strip().lower() == level.label.lower():
            return level.rank
    return None
