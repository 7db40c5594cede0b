"""The whole conversation on one ticket as one read: a page that is opened all day can't afford five."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from accounts.members import Member
from accounts.tenancy import current_tenant_id
from tickets.models import Ticket

_FILES = """CROSS JOIN LATERAL (
    SELECT json_agg(json_build_object('pk', f.id, 'name', f.name, 'size', f.size) ORDER BY f.id) AS files
    FROM tickets_attachment f WHERE f.tenant_id = e.tenant_id AND f.ticket_id = e.ticket_id AND f.{key} = e.id) files"""

_COMMENTS = """
SELECT false, e.id, e.author_id, p.name, e.author_kind, e.channel, e.body, e.quoted, e.created_at, files.files,
    e.next_steps, e.next_update_by
FROM tickets_comment e LEFT JOIN accounts_person p ON p.tenant_id = e.tenant_id AND p.id = e.author_id
{files}
WHERE e.tenant_id = %(tenant)s AND e.ticket_id = %(ticket)s""".replace("{files}", _FILES.format(key="comment_id"))

_NOTES = """
SELECT true, e.id, e.author_id, p.name, 'staff', '', e.body, '', e.created_at, files.files, '', NULL
FROM tickets_internalnote e LEFT JOIN accounts_person p ON p.tenant_id = e.tenant_id AND p.id = e.author_id
{files}
WHERE e.tenant_id = %(tenant)s AND e.ticket_id = %(ticket)s""".replace("{files}", _FILES.format(key="note_id"))


@dataclass(frozen=True)
class Entry:
    """A comment, or an internal note. `files` has pk, name and size (bytes) of each file; the desk's words may carry
    next steps and when the next update comes (S48)."""

    is_note: bool
    pk: int
    author_id: int | None
    author_name: str
    author_kind: str
    channel: str
    body: str
    quoted: str
    created_at: datetime
    files: list[dict[str, object]]
    next_steps: str
    next_update_by: datetime | None


def timeline(member: Member, ticket: Ticket) -> list[Entry]:
    """What was said, oldest first (S45; 1 query): comments, and for staff the internal notes between them."""
    sql = f"{_COMMENTS} UNION ALL {_NOTES}" if member.is_staff else _COMMENTS
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} ORDER BY 9, 1, 2", {"tenant": current_tenant_id(), "ticket": ticket.pk})
        return [Entry(*row[:3], row[3] or "", *row[4:9], row[9] or [], *row[10:]) for row in cursor.fetchall()]
