"""Which columns an agent sees in the queue, and how close the lines stand. Stored with the agent: no query of its own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext_lazy as _

from accounts.members import Member
from tickets.queries import QUEUE_COLUMNS
from toolkit.lazy import Words

# Name: heading, class of the heading, and what it needs besides the queue's own columns.
COLUMNS: dict[str, tuple[Words, str, tuple[str, ...]]] = {
    "due": (_("Next deadline"), "w-sla", ()),
    "priority": (_("Priority"), "w-pri", ()),
    "ticket": (_("Ticket"), "", ()),
    "customer": (_("Customer"), "w-cust", ()),
    "status": (_("Status"), "w-stat", ()),
    "team": (_("Team"), "w-who", ("team_id",)),
    "assignee": (_("Assignee"), "w-who", ()),
    "channel": (_("Channel"), "w-act", ("channel",)),
    "tags": (_("Tags"), "w-who", ("tags",)),
    "opened": (_("Opened"), "w-act", ("opened_at",)),
    "updated": (_("Updated"), "w-act", ()),
}
DEFAULT = ("due", "priority", "ticket", "customer", "status", "assignee", "updated")
DENSITIES = {"comfortable": _("Comfortable"), "compact": _("Compact")}


@dataclass(frozen=True)
class Columns:
    """The shown columns in their order, the ticket's fields that they need, and the density."""

    names: tuple[str, ...]
    fields: tuple[str, ...]
    is_compact: bool

    @property
    def headings(self) -> list[tuple[str, Words, str]]:
        """Name, words and class of each heading."""
        return [(n, *COLUMNS[n][:2]) for n in self.names]

    @property
    def span(self) -> int:
        """How many cells a line has, the checkbox among them."""
        return len(self.names) + 1


def columns_of(member: Member) -> Columns:
    """The member's choice."""
    chosen = member.agent.preferences if member.agent else {}
    return _columns(tuple(chosen.get("columns", DEFAULT)), chosen.get("density") == "compact")


@lru_cache(maxsize=500)
def _columns(chosen: tuple[str, ...], is_compact: bool) -> Columns:
    names = tuple(n for n in COLUMNS if n in chosen or n == "ticket")
    extra = (f for n in names for f in COLUMNS[n][2])
    return Columns(names, (*QUEUE_COLUMNS, *dict.fromkeys(extra)), is_compact)
