"""The whole conversation on one ticket as one read: a page that is opened all day can't afford five."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.members import Member
from accounts.tenancy import current_tenant_id
from tickets.enums import EventKind
from tickets.history import SPOKEN
from tickets.models import Ticket, TicketEvent
from toolkit.prepared import Prepared

_FILES = """CROSS JOIN LATERAL (
    SELECT json_agg(json_build_object('pk', f.id, 'name', f.name, 'size', f.size) ORDER BY f.id) AS files
    FROM tickets_attachment f WHERE f.tenant_id = e.tenant_id AND f.ticket_id = e.ticket_id AND f.{key} = e.id) files"""

_COMMENTS = """
SELECT false, e.id, e.author_id, p.name, e.author_kind, e.channel, e.body, e.quoted, e.created_at, files.files,
    e.next_steps, e.next_update_by, NULL::timestamptz, '', NULL::jsonb
FROM tickets_comment e LEFT JOIN accounts_person p ON p.tenant_id = e.tenant_id AND p.id = e.author_id
{files}
WHERE e.tenant_id = $1 AND e.ticket_id = $2""".replace("{files}", _FILES.format(key="comment_id"))

_NOTES = """
SELECT true, e.id, e.author_id, p.name, 'staff', '', e.body, '', e.created_at, files.files, '', NULL, NULL, '', NULL
FROM tickets_internalnote e LEFT JOIN accounts_person p ON p.tenant_id = e.tenant_id AND p.id = e.author_id
{files}
WHERE e.tenant_id = $1 AND e.ticket_id = $2""".replace("{files}", _FILES.format(key="note_id"))

_HELD = """
SELECT false, e.id, e.person_id, p.name, 'staff', 'portal', e.body, '', e.pressed_at, NULL,
    e.next_steps, e.next_update_by, e.leaves_at, e.problem, NULL
FROM tickets_heldreply e LEFT JOIN accounts_person p ON p.tenant_id = e.tenant_id AND p.id = e.person_id
WHERE e.tenant_id = $1 AND e.ticket_id = $2"""

_EVENTS = """
SELECT false, e.id, e.actor_id, p.name, e.actor_kind, e.kind, '', '', e.at, NULL, '', NULL, NULL, '', e.data
FROM tickets_ticketevent e LEFT JOIN accounts_person p ON p.tenant_id = e.tenant_id AND p.id = e.actor_id
WHERE e.tenant_id = $1 AND e.ticket_id = $2 AND e.kind <> ALL($3)"""


def _read(name: str, types: str, *parts: str) -> Prepared:
    return Prepared(f"timeline_{name}", types, f"{' UNION ALL '.join(parts)} ORDER BY 9, 1, 2")


_SAID = _read("said", "bigint, bigint", _COMMENTS)
_OF_STAFF = _read("of_staff", "bigint, bigint", _COMMENTS, _NOTES, _HELD)
_ALL = _read("all", "bigint, bigint, text[]", _COMMENTS, _NOTES, _HELD, _EVENTS)


@dataclass(frozen=True)
class Entry:
    """A comment, an internal note, (with `leaves_at`) a reply that hasn't left yet, or (with `event`) a change.

    `files` has pk, name and size (bytes) of each file; the desk's words may carry next steps and when the next update
    comes (S48); `problem` says why a held reply couldn't leave; `channel` of a change is its kind, and `event` its data.
    """

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
    next_steps: str = ""
    next_update_by: datetime | None = None
    leaves_at: datetime | None = None
    problem: str = ""
    event: dict[str, Any] | None = None


def timeline(member: Member, ticket: Ticket, *, changes: bool = False) -> list[Entry]:
    """What was said, oldest first (S45; 1 query): comments, and for staff the internal notes and held replies.

    With `changes`, staff get the ticket's other events between them.
    """
    keys = [current_tenant_id(), ticket.pk]
    if not member.is_staff:
        rows = _SAID.rows(keys)
    else:
        rows = _ALL.rows([*keys, [str(kind) for kind in SPOKEN]]) if changes else _OF_STAFF.rows(keys)
    return [Entry(*row[:3], row[3] or "", *row[4:9], row[9] or [], *row[10:14], _json(row[14]))  # type: ignore[call-arg]
            for row in rows]


def _json(value: Any) -> Any:
    """A jsonb column as Django's connection gives it: text, to be read by whoever asked for it."""
    return json.loads(value) if isinstance(value, str) else value


@dataclass(frozen=True)
class Seen:
    """How far somebody has read: the newest comment, note and held reply on the page. Written “12.5.0”."""

    comment: int = 0
    note: int = 0
    held: int = 0

    def __str__(self) -> str:
        return f"{self.comment}.{self.note}.{self.held}"


def seen_of(entries: Sequence[Entry]) -> Seen:
    """What a page with these entries shows."""
    said = [e for e in entries if e.event is None]

    def newest(*, note: bool, held: bool) -> int:
        return max((e.pk for e in said if e.is_note is note and (e.leaves_at is not None) is held), default=0)

    return Seen(newest(note=False, held=False), newest(note=True, held=False), newest(note=False, held=True))


def read_seen(text: str) -> Seen | None:
    """The mark that a form carries; None when it carries none."""
    parts = text.split(".")
    if len(parts) != 3 or not all(p.isascii() and p.isdigit() and len(p) < 19 for p in parts):
        return None
    return Seen(*(int(p) for p in parts))


def unseen(member: Member, ticket: Ticket, seen: Seen) -> list[Entry]:
    """What others said after `seen`, oldest first. A reply that was seen while it was held isn't new when it left."""
    new = [e for e in timeline(member, ticket) if e.author_id != member.person.pk and _is_beyond(e, seen)]
    if seen.held and any(e.author_kind == "staff" and not e.is_note for e in new):
        left = set(TicketEvent.objects.filter(ticket=ticket, kind=EventKind.REPLIED, data__held__lte=seen.held)
                   .values_list("data__comment", flat=True))
        new = [e for e in new if e.is_note or e.leaves_at or e.pk not in left]
    return new


def _is_beyond(entry: Entry, seen: Seen) -> bool:
    mark = seen.held if entry.leaves_at else seen.note if entry.is_note else seen.comment
    return entry.pk > mark
