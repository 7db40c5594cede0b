"""Who is told of a clock: at once, or later in one digest. Whatever number of tenants it is of, in one statement."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from accounts.enums import AgentRole
from accounts.models import Agent
from accounts.queries import current_tenant, email_of
from notifications import live
from notifications.enums import OutboxKind, Template
from notifications.services.desks import Around, Staff, desks_around
from notifications.services.news import clock_kind
from notifications.services.outbox import TOPICS, Mail, cause_of, put
from notifications.threading import message_id_for
from sla.enums import Action
from sla.events import Fired
from sla.models import ClockCheck
from toolkit.queue import wake

LATE = timedelta(minutes=5)  # told so long after its moment only when everything stood still
_EXAMPLES = 10
_GATHER = timedelta(minutes=1)  # what an outage has left is worked off meanwhile


@dataclass
class _Batch:
    """What is to be written, row by row; the digests by tenant and person, each at the latest moment wanted."""

    told: list[dict[str, Any]] = field(default_factory=list)
    digests: dict[tuple[int, int], dict[str, Any]] = field(default_factory=dict)

    def gather(self, one: Fired, agent: Staff, around: Around, later: datetime) -> None:
        """See to it that a digest waits for the person."""
        key = one.tenant_id, agent.person_id
        if key not in self.digests:
            cause = cause_of(f"digest:{agent.person_id}:{one.fired_at.timestamp():.0f}", agent.address)
            self.digests[key] = {
                "event": one.event_id, "person": agent.person_id, "address": agent.address, "cause": cause,
                "message_id": message_id_for(one.tenant_id, cause, around.mail_domain), "next_at": later.isoformat()}
        elif self.digests[key]["next_at"] < later.isoformat():
            self.digests[key]["next_at"] = later.isoformat()

    def write(self) -> None:
        """One round trip. Digests go in one order, so that two workers never wait for each other in a circle."""
        if not self.told:
            return
        digests = [self.digests[key] for key in sorted(self.digests)]
        with connection.cursor() as cursor:
            cursor.execute("SELECT tell_of_clocks(%s, %s)", [json.dumps(self.told), json.dumps(digests)])
        if digests or any(row["message_id"] for row in self.told):
            wake(TOPICS[OutboxKind.EMAIL])


def tell_staff_of_clocks(fired: Sequence[Fired], *, at: datetime) -> None:
    """Tell whoever answers for each clock, once per clock and action (3 queries at most, of however many tenants).

    After an outage, and in the desk's quiet hours below rank 1, each person gets one digest in place of single mails;
    the inbox has them at once.
    """
    desks = desks_around({f.tenant_id for f in fired}, at)
    batch = _Batch()
    for one in fired:
        around = desks[one.tenant_id]
        later = _later(one, around, at)
        context = _context(one)
        for agent in around.people.audience(one, one.escalation):
            _tell(batch, one, agent, around, later, context)
    live.publish_each([*((f.tenant_id, _change(f)) for f in fired), *_bells(fired, batch)])
    batch.write()


def _tell(batch: _Batch, one: Fired, agent: Staff, around: Around, later: datetime | None, context: dict[str, Any]) -> None:
    """One person's rows: in the inbox by their rules, and by mail or, what may come later, in their digest."""
    kind = clock_kind(one.action)
    is_mailed = bool(agent.address) and agent.is_active and Template.STAFF_SLA not in agent.mails_off
    cause = cause_of(f"sla:{one.event_id}", agent.address)
    row = {
        "event": one.event_id, "person": agent.person_id, "kind": kind, "context": context, "address": agent.address,
        "inbox": agent.is_active and kind not in agent.rules.inbox_off,
        "browser": agent.is_active and kind not in agent.rules.browser_off,
        "held": bool(later and agent.address), "cause": cause,
        "message_id": message_id_for(one.tenant_id, cause, around.mail_domain) if is_mailed and not later else None}
    batch.told.append(row)
    if later and row["held"] and agent.is_active and Template.STAFF_DIGEST not in agent.mails_off:
        batch.gather(one, agent, around, later)


def _later(one: Fired, around: Around, at: datetime) -> datetime | None:
    """When a digest tells it; None when it is told at once."""
    if around.quiet_until and one.priority > 1:
        return around.quiet_until
    return at + _GATHER if at - one.at > LATE else None


def _context(one: Fired) -> dict[str, Any]:
    due = one.due_at or one.at if one.action is Action.ESCALATE else one.at
    return {"action": one.action, "metric": one.metric, "clock": one.clock_id, "due": due.isoformat()}


def _change(one: Fired) -> dict[str, Any]:
    return {"ticket": one.number, "organization": one.organization_id, "requester": one.requester_id,
            "kind": f"sla.{one.action}", "staff_only": True}


def _bells(fired: Sequence[Fired], batch: _Batch) -> list[tuple[int, dict[str, Any]]]:
    """Each person's bell rings once for the batch: their page then asks for all that is new."""
    tenants = {f.event_id: f.tenant_id for f in fired}
    people = {(tenants[row["event"]], row["person"]) for row in batch.told if row["inbox"] or row["browser"]}
    return [(tenant, {"kind": "news", "person": person, "staff_only": True}) for tenant, person in sorted(people)]


def tell_admins_of_differences(check: ClockCheck) -> None:
    """Mail each admin what the nightly check found; once a day, however often it runs."""
    tenant = current_tenant()
    day = check.at.astimezone(ZoneInfo(tenant.time_zone)).date()
    admins = Agent.objects.select_related("person").filter(is_active=True, role=AgentRole.ADMIN)
    put([Mail(cause=f"clocks:{day.isoformat()}", template=Template.STAFF_CLOCKS, to_address=email_of(agent.person),
              person=agent.person, context={"differences": check.differences, "clocks": check.clocks,
                                            "examples": check.examples[:_EXAMPLES]}) for agent in admins],
        tenant=tenant, at=check.at)

