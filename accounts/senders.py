"""Who is behind a mail address: asked for each mail that comes in, so in one statement."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from accounts.members import Member
from accounts.models import Person, PersonAddress, Tenant
from accounts.queries import member_of_rows
from accounts.tenancy import current_tenant_id
from toolkit.rows import beginning, columns


@dataclass(frozen=True)
class KnownAddress:
    """A mail address on record, with its person and the member that this person is."""

    address: PersonAddress
    member: Member


_KNOWN = f"""
SELECT ARRAY(
    SELECT 'agent ' || id || ' ' || role FROM accounts_agent
    WHERE tenant_id = a.tenant_id AND person_id = a.person_id AND is_active
    UNION ALL SELECT 'customer ' || organization_id || ' ' || role FROM accounts_membership
    WHERE tenant_id = a.tenant_id AND person_id = a.person_id),
    {columns(PersonAddress, "a")}, {columns(Person, "p")}
FROM accounts_personaddress a JOIN accounts_person p ON p.tenant_id = a.tenant_id AND p.id = a.person_id
WHERE a.tenant_id = %s AND a.kind = 'email' AND a.value = %s
"""  # noqa: S608 -- columns of our own models


def known_address(tenant: Tenant, address: str) -> KnownAddress | None:
    """The person with this mail address (lower case), active or not, and what they may; None when nobody has it."""
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, [current_tenant_id(), address])
        row = cursor.fetchone()
    if row is None:
        return None
    found, of_person = beginning(PersonAddress, row[1:])
    person, _ = beginning(Person, of_person)
    found.person = person
    if found.is_primary:
        person.known_email = found.value
    roles = [(kind, int(pk), role) for kind, pk, role in (text.split(" ") for text in row[0])]
    return KnownAddress(found, member_of_rows(tenant, person, roles))
