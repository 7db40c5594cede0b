"""Who works at the desks of many tenants at once, remembered with their settings: for the workers, who tell of clocks."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db import connection

from accounts.models import Tenant
from accounts.remembering import remembered_of_many
from notifications.preferences import NewsRules
from notifications.quiethours import quiet_until
from notifications.services.responsible import Desk


class Staff(NamedTuple):
    """One of a desk's active agents, as far as telling them goes; `address` is empty without one."""

    pk: int
    person_id: int
    role: str
    rules: NewsRules
    is_active: bool
    mails_off: frozenset[str]
    address: str


@dataclass(frozen=True)
class Told:
    """A tenant's people with its quiet hours."""

    people: Desk[Staff]
    quiet: tuple[time, time] | None


class Around(NamedTuple):
    """Everything besides clock and ticket that telling of a clock depends on."""

    people: Desk[Staff]
    mail_domain: str
    quiet_until: datetime | None


def desks_around(tenant_ids: Iterable[int], at: datetime) -> dict[int, Around]:
    """The desks of these tenants at a moment (1 query, and 1 for those that have changed)."""
    rows = list(Tenant.objects.filter(pk__in=set(tenant_ids)).values_list(
        "pk", "settings_version", "mail_from", "time_zone"))
    known = _desks({pk: version for pk, version, _mail, _zone in rows})
    return {pk: Around(known[pk].people, mail_from.partition("@")[2],
                       quiet_until(at, ZoneInfo(zone), *quiet) if (quiet := known[pk].quiet) else None)
            for pk, _version, mail_from, zone in rows}


@remembered_of_many
def _desks(tenant_ids: list[int]) -> dict[int, Told]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenant_id, desk FROM desks_of(%s)", [tenant_ids])
        return {tenant_id: _told(json.loads(found)) for tenant_id, found in cursor.fetchall()}


def _told(found: dict[str, Any]) -> Told:
    agents = {pk: Staff(pk, person, role, NewsRules.of(preferences), is_active, frozenset(off), address or "")
              for pk, person, role, preferences, is_active, off, address in found["agents"] or []}
    desk = Desk(agents, success={int(pk): agent for pk, agent in (found["success"] or {}).items()})
    for team, agent, is_lead in found["teams"] or []:
        desk.join(team, agent, is_lead=is_lead)
    quiet = found["quiet"]
    return Told(desk, (time.fromisoformat(quiet[0]), time.fromisoformat(quiet[1])) if quiet else None)
