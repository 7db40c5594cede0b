"""News that could wait, told in one digest per person, of which at most one waits at a time (by a constraint).

`notifications.services.clocks` holds them.
"""

from __future__ import annotations

from datetime import datetime

from accounts.models import Person, Tenant
from notifications.enums import Template
from notifications.models import HeldNotice, OutboxMessage
from notifications.services.outbox import Mail, put


def gather(digest: OutboxMessage) -> list[HeldNotice]:
    """What a digest tells: all that has been held for its person until now, less what has been answered since."""
    HeldNotice.objects.filter(person_id=digest.person_id, digest__isnull=True).update(digest=digest)
    rows = HeldNotice.objects.filter(digest=digest).select_related("event__clock", "event__ticket", "event__step")
    return [row for row in rows.order_by("event__at", "id") if row.event.clock.ended_at is None]


def go_on(digest: OutboxMessage, tenant: Tenant, *, at: datetime) -> None:
    """A digest has gone. What was held while it was on its way goes with the next one."""
    person = digest.person
    if person and HeldNotice.objects.filter(person=person, digest__isnull=True).exists():
        put([_digest(person, digest.to_address, at)], tenant=tenant, at=at)


def _digest(person: Person, address: str, at: datetime) -> Mail:
    return Mail(cause=f"digest:{person.pk}:{at.timestamp():.0f}", template=Template.STAFF_DIGEST, to_address=address,
                person=person)
