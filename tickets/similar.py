"""Is this the same trouble again: open tickets of one customer whose subject is like what is being written."""

from __future__ import annotations

from accounts.members import Member
from accounts.models import Organization
from tickets.models import Ticket
from tickets.queries import active_tickets

_LOOKED_AT = 300
_ALIKE = 0.3


def similar_open_tickets(member: Member, organization: Organization, subject: str, most: int = 5) -> list[Ticket]:
    """The member's open tickets of this customer that read alike, most alike first."""
    if len(subject.strip()) < 4:
        return []
    rows = active_tickets(member).filter(organization=organization).order_by("-updated_at", "-id")[:_LOOKED_AT]
    scored = [(likeness(subject, t.subject), t) for t in rows]
    return [t for score, t in sorted(scored, key=lambda pair: -pair[0]) if score >= _ALIKE][:most]


def likeness(one: str, other: str) -> float:
    """0–1: the share of three-letter pieces that the shorter of two texts has in common with the longer."""
    first, second = _pieces(one), _pieces(other)
    if not first or not second:
        return 0.0
    return len(first & second) / min(len(first), len(second)) * min(1.0, 0.4 + len(first & second) / 12)


def _pieces(text: str) -> set[str]:
    found: set[str] = set()
    for word in "".join(c if c.isalnum() else " " for c in text.lower()).split():
        padded = f" {word} "
        found |= {padded[i:i + 3] for i in range(len(padded) - 2)}
    return found
