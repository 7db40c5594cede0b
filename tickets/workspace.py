"""A ticket as the desk's workspace shows it: opened more often than anything else, so what stands on it comes along."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.members import Member
from accounts.tenancy import current_tenant_id
from tickets.models import Ticket
from toolkit.errors import NotFoundError
from toolkit.prepared import Prepared
from toolkit.rows import beginning, columns

_TICKET = Prepared("ticket_workspace", "bigint, bigint, int", f"""
SELECT {columns(Ticket, "t")}, requester.name, coalesce(assignee.name, ''), ARRAY(
    SELECT p.name FROM tickets_ticketcc c JOIN accounts_person p ON p.tenant_id = c.tenant_id AND p.id = c.person_id
    WHERE c.tenant_id = t.tenant_id AND c.ticket_id = t.id ORDER BY p.name),
    d.mode, d.body, d.then, d.macro_id, d.uploads, d.revision, d.updated_at, d.next_steps, d.next_update_by, target.number
FROM tickets_ticket t
JOIN accounts_person requester ON requester.tenant_id = t.tenant_id AND requester.id = t.requester_id
LEFT JOIN accounts_agent a ON a.tenant_id = t.tenant_id AND a.id = t.assignee_id
LEFT JOIN accounts_person assignee ON assignee.tenant_id = a.tenant_id AND assignee.id = a.person_id
LEFT JOIN tickets_draft d ON d.tenant_id = t.tenant_id AND d.ticket_id = t.id AND d.person_id = $1
LEFT JOIN tickets_ticket target ON target.tenant_id = t.tenant_id AND target.id = t.merged_into_id
WHERE t.tenant_id = $2 AND t.number = $3
""")  # noqa: S608 -- names of our own models


@dataclass(frozen=True)
class Writing:
    """The reader's own draft on the ticket; `revision` 0 and no `saved_at` when there is none."""

    mode: str = "reply"
    body: str = ""
    then: str = ""
    macro_id: int | None = None
    uploads: list[int] = field(default_factory=list)
    revision: int = 0
    saved_at: datetime | None = None
    next_steps: str = ""
    next_update_by: datetime | None = None


@dataclass(frozen=True)
class Workspace:
    """The ticket and what stands on it; `assignee_name` is empty while nobody has it.

    `target_number` is that of the ticket it was merged into.
    """

    ticket: Ticket
    requester_name: str
    assignee_name: str
    cc_names: list[str]
    draft: Writing
    target_number: int | None


def workspace_for(member: Member, number: int) -> Workspace:
    """The door of the workspace (1 query). Raises NotFoundError for absent and foreign tickets, and for customers."""
    rows = _TICKET.rows([member.person.pk, current_tenant_id(), number]) if member.is_staff else []
    if not rows:
        raise NotFoundError(_("There is no such ticket."))
    ticket, (requester, assignee, cc_names, *draft, target) = beginning(Ticket, rows[0])
    written = Writing(*draft)
    return Workspace(ticket, requester, assignee, cc_names, written if written.revision else Writing(), target)
