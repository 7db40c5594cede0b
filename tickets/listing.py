"""Saved and typed queries on tickets: names and values from an address, made into rows. Unknown ones are told, not obeyed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.db import connection
from django.db.models import Q, QuerySet

from accounts.members import Member
from tickets.enums import ACTIVE_STATUSES, ChannelKind, Environment, Snooze, Status
from tickets.models import Ticket
from tickets.queries import LIST_RELATIONS, DueCounts, search_ticket_ids, visible_tickets

SORTS: dict[str, list[str]] = {
    "due": ["due_at", "id"],
    "channel": ["channel_rank", "due_at", "id"],
    "updated": ["-updated_at", "-id"],
}
# Kept with a saved view; `due` (a deadline group) belongs to the moment and only narrows.
KEPT_FILTERS = ("status", "team", "assignee", "priority", "customer", "product", "environment", "channel", "tag",
                "triage")
FILTER_NAMES = (*KEPT_FILTERS, "due")
_GROUPS = ("breached", "within_hour", "today", "later", "paused", "none")

Filters = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Day:
    """The moment and the end of the reader's day: what deadline groups are measured by."""

    now: datetime
    midnight: datetime


@dataclass(frozen=True)
class Listing:
    """Rows to page over, their order, and what in the query wasn't understood (in words).

    `counted` are the rows before a deadline group was chosen: what the groups are counted over.
    """

    rows: QuerySet[Ticket]
    order: list[str]
    sort: str
    unknown: tuple[str, ...]
    counted: QuerySet[Ticket]
    groups: tuple[str, ...] = ()


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


def _tag(member: Member, values: Sequence[str]) -> Q | None:
    return Q(tags__overlap=[v[:60] for v in values]) if values and member.is_staff else None


def _triage(member: Member, values: Sequence[str]) -> Q | None:
    if "yes" not in values or not member.is_staff:
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
    "channel": _one_of("channel", [c.value for c in ChannelKind]),
    "tag": _tag,
    "triage": _triage,
}


def condition_of(member: Member, filters: Filters) -> tuple[Q, list[str]]:
    """The filters as one condition, and in words what in them wasn't understood."""
    found, unknown = Q(), []
    for name, condition_for in _CONDITIONS.items():
        values = [v for v in filters.get(name, []) if v]
        if not values:
            continue
        condition = condition_for(member, values)
        if condition is None:
            unknown.append(f"{name} {', '.join(values)[:60]}")
        else:
            found &= condition
    return found, unknown


def list_tickets(member: Member, filters: Filters, *, sort: str = "due", words: str = "",
                 day: Day | None = None) -> Listing:
    """The member's tickets that fit. Without a status asked for, the active ones that nobody snoozed (customers know
    of no snooze); `words` search the full text.

    A deadline group (`due`) is understood when the `day` is told.
    """
    rows = visible_tickets(member).select_related(*LIST_RELATIONS)
    if words.strip():
        rows = rows.filter(pk__in=search_ticket_ids(member, words))
    elif not any(filters.get("status", ())):
        rows = rows.filter(status__in=[s.value for s in ACTIVE_STATUSES])
        rows = rows.filter(snooze=Snooze.NONE) if member.is_staff else rows
    condition, unknown = condition_of(member, filters)
    rows = counted = rows.filter(condition) if condition else rows
    asked = [v for v in filters.get("due", []) if v]
    groups = tuple(v for v in asked if v in _GROUPS) if day else ()
    if day and groups:
        rows = rows.filter(_in_groups(groups, day))
    elif asked:
        unknown.append(f"due {', '.join(asked)[:60]}")
    if sort not in SORTS:
        unknown.append(f"sort {sort[:20]}")
        sort = "due"
    return Listing(rows, SORTS[sort], sort, tuple(unknown), counted, groups)


def _in_groups(groups: Sequence[str], day: Day) -> Q:
    hour = day.now + timedelta(hours=1)
    night = max(day.midnight, hour)
    known = {
        "breached": Q(due_at__lte=day.now), "within_hour": Q(due_at__gt=day.now, due_at__lte=hour),
        "today": Q(due_at__gt=hour, due_at__lt=night), "later": Q(due_at__gte=night),
        "paused": Q(due_at__isnull=True, due_state="paused"),
        "none": Q(due_at__isnull=True) & ~Q(due_state="paused")}
    return reduce(or_, (known[g] for g in groups))


_COUNTS = """
SELECT {by}, count(*), count(*) FILTER (WHERE due_at <= %s),
    count(*) FILTER (WHERE due_at > %s AND due_at <= %s),
    count(*) FILTER (WHERE due_at > %s AND due_at < %s),
    count(*) FILTER (WHERE due_at >= %s),
    count(*) FILTER (WHERE due_at IS NULL AND due_state = 'paused'),
    count(*) FILTER (WHERE due_at IS NULL AND due_state <> 'paused')
FROM ({rows}) AS chosen {group}"""


def due_counts(listing: Listing, day: Day) -> DueCounts:
    """How many tickets are in each deadline group and, where the order goes by channel, in each channel (1 query).

    The groups are counted by SQL of our own around Django's: the index alone answers it, and six aggregates cost
    Django more to phrase than Postgres to count.
    """
    hour = day.now + timedelta(hours=1)
    night = max(day.midnight, hour)
    by_channel = listing.sort == "channel"
    columns = ("due_at", "due_state", "channel_rank") if by_channel else ("due_at", "due_state")
    inner, params = listing.counted.select_related(None).order_by().values(*columns).query.sql_with_params()
    sql = _COUNTS.format(by="channel_rank" if by_channel else "0", rows=inner, group="GROUP BY 1" if by_channel else "")
    with connection.cursor() as cursor:
        cursor.execute(sql, [day.now, day.now, hour, hour, night, night, *params])
        found = cursor.fetchall()
    shown = [2 + _GROUPS.index(g) for g in listing.groups] or [1]
    numbers: dict[str, int] = {name: sum(row[n] for row in found) for n, name in enumerate(_GROUPS, 2)}
    return DueCounts(**numbers, channels={row[0]: sum(row[n] for n in shown) for row in found})
