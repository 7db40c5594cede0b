"""Saved and typed queries on tickets: names and values from an address, made into rows. Unknown ones are told, not obeyed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Q, QuerySet

from accounts.members import Member
from tickets.enums import ACTIVE_STATUSES, Environment, Status
from tickets.models import Ticket
from tickets.queries import LIST_RELATIONS, DueCounts, search_ticket_ids, visible_tickets

SORTS: dict[str, list[str]] = {
    "due": ["due_at", "id"],
    "channel": ["channel_rank", "due_at", "id"],
    "updated": ["-updated_at", "-id"],
}
FILTER_NAMES = ("status", "team", "assignee", "priority", "customer", "product", "environment", "tag", "triage")

Filters = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Listing:
    """Rows to page over, their order, and what in the query wasn't understood (in words)."""

    rows: QuerySet[Ticket]
    order: list[str]
    sort: str
    unknown: tuple[str, ...]


def _ids(values: Sequence[str]) -> list[int]:
    return [int(v) for v in values if v.isascii() and v.isdigit() and len(v) < 19]


def _by_id(column: str) -> Callable[[Member, Sequence[str]], Q | None]:
    def condition(_member: Member, values: Sequence[str]) -> Q | None:
        found = Q(**{f"{column}__in": _ids(values)})
        if "none" in values:
            found |= Q(**{f"{column}__isnull": True})
        return found if _ids(values) or "none" in values else None

    return condition


def _assignee(member: Member, values: Sequence[str]) -> Q | None:
    own = [str(member.agent.pk)] if "me" in values and member.agent else []
    return _by_id("assignee_id")(member, [*values, *own])


def _one_of(column: str, allowed: Sequence[str]) -> Callable[[Member, Sequence[str]], Q | None]:
    def condition(_member: Member, values: Sequence[str]) -> Q | None:
        good = [v for v in values if v in allowed]
        return Q(**{f"{column}__in": good}) if good else None

    return condition


def _tag(_member: Member, values: Sequence[str]) -> Q | None:
    return Q(tags__overlap=[v[:60] for v in values]) if values else None


def _triage(_member: Member, values: Sequence[str]) -> Q | None:
    if "yes" not in values:
        return None
    return Q(priority_confirmed_at__isnull=True) | ~Q(triage_flags=[])


_CONDITIONS: dict[str, Callable[[Member, Sequence[str]], Q | None]] = {
    "status": _one_of("status", [s.value for s in Status]),
    "team": _by_id("team_id"),
    "assignee": _assignee,
    "priority": _one_of("priority", ["1", "2", "3", "4"]),
    "customer": _by_id("organization_id"),
    "product": _by_id("product_id"),
    "environment": _one_of("environment", [e.value for e in Environment]),
    "tag": _tag,
    "triage": _triage,
}


def list_tickets(member: Member, filters: Filters, *, sort: str = "due", words: str = "") -> Listing:
    """The member's tickets that fit. Without a status asked for, the active ones; `words` search the full text."""
    unknown = []
    rows = visible_tickets(member).select_related(*LIST_RELATIONS)
    if words.strip():
        rows = rows.filter(pk__in=search_ticket_ids(member, words))
    elif not filters.get("status"):
        rows = rows.filter(status__in=[s.value for s in ACTIVE_STATUSES])
    for name in FILTER_NAMES:
        values = [v for v in filters.get(name, []) if v]
        if not values:
            continue
        condition = _CONDITIONS[name](member, values)
        if condition is None:
            unknown.append(f"{name} {', '.join(values)[:60]}")
        else:
            rows = rows.filter(condition)
    if sort not in SORTS:
        unknown.append(f"sort {sort[:20]}")
        sort = "due"
    return Listing(rows, SORTS[sort], sort, tuple(unknown))


_COUNTS = """
SELECT count(*) FILTER (WHERE due_at <= %s),
    count(*) FILTER (WHERE due_at > %s AND due_at <= %s),
    count(*) FILTER (WHERE due_at > %s AND due_at < %s),
    count(*) FILTER (WHERE due_at >= %s),
    count(*) FILTER (WHERE due_at IS NULL AND due_state = 'paused'),
    count(*) FILTER (WHERE due_at IS NULL AND due_state <> 'paused')
FROM """


def due_counts(rows: QuerySet[Ticket], now: datetime, midnight: datetime) -> DueCounts:
    """How many of these active tickets are in each deadline group (1 query); `midnight` ends the reader's day.

    The groups are counted by SQL of our own around Django's: the index alone answers it, and six aggregates cost
    Django more to phrase than Postgres to count.
    """
    hour = now + timedelta(hours=1)
    inner, params = rows.select_related(None).order_by().values("due_at", "due_state").query.sql_with_params()
    day = max(midnight, hour)
    with connection.cursor() as cursor:
        cursor.execute(f"{_COUNTS} ({inner}) AS chosen", [now, now, hour, hour, day, day, *params])
        return DueCounts(*cursor.fetchone())
