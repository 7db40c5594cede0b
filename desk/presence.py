"""Who looks at a ticket and who writes on it: shown beside the composer, and for the queue's lines to ask."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from accounts.members import Member
from notifications.live import publish
from toolkit.presence import Present, enter, leave, present

VIEWING, WRITING = "viewing", "writing"


def _room(tenant_id: int, number: int) -> str:
    return f"{tenant_id}:{number}"


def come(member: Member, number: int, doing: str, *, now: datetime) -> None:
    """The member looks at a ticket, or writes on it. Open pages hear of it when it is news."""
    tenant = member.tenant.pk
    if enter(_room(tenant, number), member.person.pk, member.person.name, doing, now=now):
        publish(tenant, ticket=number, kind="presence", staff_only=True)


def go(member: Member, number: int) -> None:
    """The member's page is closed."""
    leave(_room(member.tenant.pk, number), member.person.pk)
    publish(member.tenant.pk, ticket=number, kind="presence", staff_only=True)


def others_at(member: Member, numbers: Iterable[int], *, now: datetime) -> dict[int, list[Present]]:
    """Who else is at each of these tickets, by number (one round trip to Redis, no query)."""
    rooms = {number: _room(member.tenant.pk, number) for number in numbers}
    found = present(rooms.values(), now=now)
    return {n: [p for p in found[room] if p.who != member.person.pk] for n, room in rooms.items()}
