"""What the queue can be narrowed by: words for each filter, the choices it offers, and the names of what is chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Agent, Organization, Product, Team
from accounts.tenancy import current_tenant_id
from tickets.enums import ACTIVE_STATUSES, ChannelKind, Environment, Status
from tickets.listing import Filters
from tickets.reference import priority_levels
from tickets.words import CHANNEL_WORDS, ENVIRONMENT_WORDS, STATUS_WORDS
from toolkit.lazy import Words

FILTER_WORDS = {"status": _("Status"), "team": _("Team"), "assignee": _("Assignee"), "priority": _("Priority"),
                "customer": _("Customer"), "product": _("Product"), "environment": _("Environment"), "channel": _("Channel"),
                "tag": _("Tag"), "triage": _("Triage"), "due": _("Deadline")}
DUE_WORDS = {"breached": _("Breached"), "within_hour": _("Due within 1 hour"), "today": _("Due today"), "later": _("Later"),
             "paused": _("Paused, the clock is stopped"), "none": _("No deadline")}
MOST = 20

_SHORT: dict[ChannelKind, Words] = {ChannelKind.API: "API", ChannelKind.EMAIL: _("Mail")}
_FIXED: dict[str, Mapping[str, Words]] = {
    "status": {s.value: STATUS_WORDS[s] for s in Status},
    "environment": {e.value: ENVIRONMENT_WORDS[e] for e in Environment},
    "channel": {c.value: _SHORT.get(c, CHANNEL_WORDS[c]) for c in ChannelKind},
    "triage": {"yes": _("Needs triage")},
    "due": DUE_WORDS,
}
_EXTRA: dict[str, Mapping[str, Words]] = {
    "assignee": {"me": _("Me"), "none": _("Nobody")},
    "team": {"none": _("No team")},
    "customer": {"none": _("Unknown")},
    "product": {"none": _("None")},
}

_NAMES = """
SELECT 'team', id, name FROM accounts_team WHERE tenant_id = %(tenant)s AND id = ANY(%(team)s)
UNION ALL SELECT 'customer', id, name FROM accounts_organization WHERE tenant_id = %(tenant)s AND id = ANY(%(customer)s)
UNION ALL SELECT 'product', id, name FROM accounts_product WHERE tenant_id = %(tenant)s AND id = ANY(%(product)s)
UNION ALL SELECT 'assignee', a.id, p.name FROM accounts_agent a
    JOIN accounts_person p ON p.tenant_id = a.tenant_id AND p.id = a.person_id
    WHERE a.tenant_id = %(tenant)s AND a.id = ANY(%(assignee)s)
"""
_BY_ID = ("team", "customer", "product", "assignee")


@dataclass(frozen=True)
class Option:
    """A value that a filter can have, in words."""

    value: str
    label: Words
    is_chosen: bool


def chosen_words(filters: Filters) -> dict[str, list[str]]:
    """For each filter that is set, its values in words; asks the database only where they are ids (1 query)."""
    found = {name: list(dict.fromkeys(v for v in values if v)) for name, values in filters.items() if any(values)}
    ids = {name: [int(v) for v in found.get(name, []) if v.isascii() and v.isdigit() and len(v) < 19]
           for name in _BY_ID}
    names = _names(ids) if any(ids.values()) else {}
    return {name: [_word(name, v, names) for v in values] for name, values in found.items() if name in FILTER_WORDS}


def _names(ids: dict[str, list[int]]) -> dict[tuple[str, str], str]:
    with connection.cursor() as cursor:
        cursor.execute(_NAMES, {"tenant": current_tenant_id(), **ids})
        return {(kind, str(pk)): name for kind, pk, name in cursor.fetchall()}


def _word(name: str, value: str, names: dict[tuple[str, str], str]) -> str:
    if name == "priority":
        level = priority_levels().get(int(value)) if value in {"1", "2", "3", "4"} else None
        return level.code if level else value
    return str(names.get((name, value)) or _FIXED.get(name, {}).get(value) or _EXTRA.get(name, {}).get(value)
               or value)[:60]


def options_for(name: str, chosen: Sequence[str], find: str = "") -> list[Option]:
    """What a filter offers: the chosen values first, then the others in their order; at most 20 where they are many."""
    if name in _FIXED:
        pairs = list(_FIXED[name].items())
    elif name == "priority":
        pairs = [(str(rank), str(level)) for rank, level in sorted(priority_levels().items())]
    else:
        pairs = [*_EXTRA.get(name, {}).items(), *_OFFERS[name](find.strip()[:60])]
    known = dict(pairs)
    missing = [v for v in chosen if v and v not in known]
    if missing:
        pairs = [*zip(missing, chosen_words({name: missing}).get(name, missing), strict=False), *pairs]
    return [Option(value, label, value in chosen) for value, label in pairs]


def _teams(find: str) -> list[tuple[str, str]]:
    rows = Team.objects.filter(name__icontains=find).order_by("name", "id")[:MOST]
    return [(str(team.pk), team.name) for team in rows]


def _agents(find: str) -> list[tuple[str, str]]:
    rows = Agent.objects.filter(is_active=True, person__name__icontains=find).select_related("person")
    return [(str(a.pk), a.person.name) for a in rows.order_by("person__name", "id")[:MOST]]


def _customers(find: str) -> list[tuple[str, str]]:
    return [(str(pk), name) for pk, name in customers_like(find)]


def customers_like(find: str, most: int = MOST) -> list[tuple[int, str]]:
    """Active customers whose name, or a word of it, begins so; id and name."""
    fits = Q(name__istartswith=find) | Q(name__icontains=f" {find}") if find else Q()
    rows = Organization.objects.filter(fits, is_active=True).order_by("name", "id")
    return list(rows.values_list("pk", "name")[:most])


def _products(find: str) -> list[tuple[str, str]]:
    rows = Product.objects.filter(is_active=True, name__icontains=find).order_by("name", "id")[:MOST]
    return [(str(product.pk), product.name) for product in rows]


_TAGS = """
SELECT tag FROM (SELECT unnest(tags) AS tag FROM tickets_ticket WHERE tenant_id = %s AND status = ANY(%s)) AS used
WHERE position(%s IN tag) > 0 GROUP BY tag ORDER BY count(*) DESC, tag LIMIT %s
"""


def tags_like(find: str, most: int = MOST) -> list[str]:
    """The tags of active tickets with these letters, most used first."""
    with connection.cursor() as cursor:
        cursor.execute(_TAGS, [current_tenant_id(), [s.value for s in ACTIVE_STATUSES], find.lower(), most])
        return [row[0] for row in cursor.fetchall()]


_OFFERS: dict[str, Callable[[str], list[tuple[str, str]]]] = {
    "team": _teams, "assignee": _agents, "customer": _customers, "product": _products,
    "tag": lambda find: [(tag, tag) for tag in tags_like(find)],
}
FINDABLE = frozenset(_OFFERS)
