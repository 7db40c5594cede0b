"""A listing as CSV, chunk by chunk: however many rows, each chunk is one keyset page in a transaction of its own."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from accounts.models import Tenant
from accounts.tenancy import tenant_scope
from tickets.enums import Status
from tickets.listing import Listing
from tickets.models import PriorityLevel
from tickets.names import Names, names_beside
from tickets.queries import QUEUE_COLUMNS
from tickets.reference import priority_levels, priority_words
from tickets.words import STATUS_WORDS
from toolkit.paging import keyset_page

MOST = 10_000
_CHUNK = 500
_HEADINGS = ("Number", "Subject", "Status", "Priority", "Customer", "Product", "Version", "Environment", "Channel",
             "Assignee", "Team", "Tags", "Opened (UTC)", "Updated (UTC)", "Next deadline (UTC)", "Deadline of")
_FIELDS = (*QUEUE_COLUMNS, "channel", "team_id", "tags", "opened_at")
# What a spreadsheet would take for a formula, in plain and in full-width signs.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def csv_chunks(tenant: Tenant, listing: Listing, *, most: int = MOST) -> Iterator[str]:
    """CSV text with a heading line, at most `most` tickets. Runs after the request's own transaction has ended."""
    yield "\ufeff" + _line(_HEADINGS)  # the mark tells spreadsheets that it is UTF-8
    cursor, written = "", 0
    rows = listing.rows.select_related(None).values_list(*_FIELDS, named=True)
    while written < most:
        with tenant_scope(tenant, reading=True):
            page = keyset_page(rows, order=listing.order, cursor=cursor, size=min(_CHUNK, most - written))
            names, levels = names_beside(page.rows), priority_levels()
        yield "".join(_line(_values(ticket, names, levels)) for ticket in page.rows)
        written, cursor = written + len(page.rows), page.next_cursor
        if not cursor:
            return
    yield _line([f"Only the first {most:,} tickets are here. Narrow the view for the others."])


def _values(ticket: Any, names: Names, levels: Mapping[int, PriorityLevel]) -> list[object]:
    return [ticket.number, ticket.subject, STATUS_WORDS[Status(ticket.status)], priority_words(ticket.priority, levels),
            names.organizations.get(ticket.organization_id, ""), names.products.get(ticket.product_id, ""),
            ticket.product_version, ticket.environment, ticket.channel, names.agents.get(ticket.assignee_id, ""),
            names.teams.get(ticket.team_id, ""), " ".join(ticket.tags), _stamp(ticket.opened_at),
            _stamp(ticket.updated_at), _stamp(ticket.due_at), ticket.due_metric]


def _stamp(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}" if moment else ""


def _line(values: Any) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([harmless(v) for v in values])
    return out.getvalue()


def harmless(value: object) -> object:
    """A cell that no spreadsheet computes: text that begins like a formula gets an apostrophe before it."""
    if isinstance(value, str) and value.lstrip(" ").startswith(_FORMULA):
        return f"'{value}"
    return value
