"""Links by which a customer rates a ticket without signing in; each is good for one ticket and one person."""

from __future__ import annotations

from django.core.signing import BadSignature, Signer

from accounts.models import Person, Tenant
from notifications.links import base_url
from tickets.models import Ticket

_SALT = "supportdesk.rate"


def rate_url(tenant: Tenant, ticket: Ticket, person: Person) -> str:
    """The page where this person says how this ticket went."""
    return f"{base_url(tenant)}/tickets/{ticket.number}/rate?key={_signer().sign(_text(ticket, person.pk))}"


def person_of_key(key: str, ticket: Ticket) -> int | None:
    """The id of the person to whom the link to this ticket was sent; None when it isn't ours or another ticket's."""
    try:
        text = _signer().unsign(key)
    except BadSignature:
        return None
    person = text.rpartition("-")[2]
    return int(person) if person.isdigit() and text == _text(ticket, int(person)) else None


def _signer() -> Signer:
    return Signer(salt=_SALT)


def _text(ticket: Ticket, person: int) -> str:
    return f"{ticket.tenant_id}-{ticket.pk}-{person}"
