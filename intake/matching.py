"""Whose mail is this, and which ticket does it answer."""

from __future__ import annotations

from datetime import datetime

from accounts.enums import AddressKind
from accounts.members import Member
from accounts.models import (
    Membership,
    Organization,
    OrganizationDomain,
    Person,
    PersonAddress,
    Product,
    Tenant,
)
from accounts.queries import member_for_person, person_by_email
from intake.parsing import ParsedMail
from notifications.threading import ticket_id_from_message_ids, ticket_id_from_token
from tickets.models import PriorityLevel, Ticket
from tickets.queries import visible_tickets
from tickets.services.locking import landing


def member_for_sender(tenant: Tenant, mail: ParsedMail, *, at: datetime) -> Member:
    """The member behind the From address; an unknown sender becomes a person without rights.

    A verified domain of an organization makes its senders members of it.
    """
    person = person_by_email(mail.from_address)
    if person is None:
        person = Person.objects.create(name=(mail.from_name or mail.from_address)[:160], created_at=at)
        PersonAddress.objects.create(person=person, kind=AddressKind.EMAIL, value=mail.from_address[:254],
                                     is_primary=True)
        organization = _organization_by_domain(mail.from_address)
        if organization is not None:
            Membership.objects.create(person=person, organization=organization)
    return member_for_person(tenant, person)


def _organization_by_domain(address: str) -> Organization | None:
    row = OrganizationDomain.objects.select_related("organization").filter(
        domain=address.rpartition("@")[2], is_verified=True, organization__is_active=True).first()
    return row.organization if row else None


def answered_ticket(member: Member, mail: ParsedMail, rcpt_to: str) -> Ticket | None:
    """The ticket this mail answers: named by a signed reply address or a known Message-ID, never by its subject alone,
    and only when the sender may see it. An answer to a merged ticket is one to the ticket that took it in.
    """
    token = rcpt_to.partition("@")[0].partition("+")[2]
    ticket_id = ticket_id_from_token(token, member.tenant.pk) if token else None
    if ticket_id is None:
        ticket_id = ticket_id_from_message_ids(mail.known_ids)
    if ticket_id is None:
        return None
    found = visible_tickets(member).select_related("requester", "organization").filter(pk=ticket_id).first()
    if found is None or found.merged_into_id is None:
        return found
    return visible_tickets(member).select_related("requester", "organization").filter(pk=landing(found).pk).first()


def is_duplicate(mail: ParsedMail) -> bool:
    """The same person's same mail, come by another way: same Message-ID, same sender."""
    if not mail.message_id:
        return False
    author = person_by_email(mail.from_address)
    return author is not None and Ticket.objects.filter(
        comments__message_id=mail.message_id, comments__author=author).exists()


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
