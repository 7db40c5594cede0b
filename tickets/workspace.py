"""A ticket as the desk's workspace shows it: opened more often than anything else, so its names come with it."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.members import Member
from accounts.tenancy import current_tenant_id
from tickets.models import Ticket
from toolkit.errors import NotFoundError

_TICKET = """
SELECT t.*, requester.name AS requester_name, coalesce(assignee.name, '') AS assignee_name, ARRAY(
    SELECT p.name FROM tickets_ticketcc c JOIN accounts_person p ON p.tenant_id = c.tenant_id AND p.id = c.person_id
    WHERE c.tenant_id = t.tenant_id AND c.ticket_id = t.id ORDER BY p.name) AS cc_names
FROM tickets_ticket t
JOIN accounts_person requester ON requester.tenant_id = t.tenant_id AND requester.id = t.requester_id
LEFT JOIN accounts_agent a ON a.tenant_id = t.tenant_id AND a.id = t.assignee_id
LEFT JOIN accounts_person assignee ON assignee.tenant_id = a.tenant_id AND assignee.id = a.person_id
WHERE t.tenant_id = %s AND t.number = %s
"""


@dataclass(frozen=True)
class Workspace:
    """The ticket and the names beside it; `assignee_name` is empty while nobody has it."""

    ticket: Ticket
    requester_name: str
    assignee_name: str
    cc_names: list[str]


def workspace_for(member: Member, number: int) -> Workspace:
    """The door of the workspace (1 query). Raises NotFoundError for absent and foreign tickets, and for customers."""
    rows = Ticket.objects.raw(_TICKET, [current_tenant_id(), number]) if member.is_staff else []
    for ticket in rows:
        return Workspace(ticket, ticket.requester_name, ticket.assignee_name, ticket.cc_names)
    raise NotFoundError("There is no such ticket.")
