"""Who is told of a clock: at once, or later in one digest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from accounts.enums import AgentRole
from accounts.models import Agent
from accounts.queries import current_tenant, email_of
from notifications import live
from notifications.enums import Template
from notifications.models import QuietHours
from notifications.quiethours import quiet_until
from notifications.services.holding import Notice, hold
from notifications.services.outbox import Mail, put
from notifications.services.responsible import Desk
from sla.enums import Action
from sla.events import Fired
from sla.models import ClockCheck, EscalationStep, SlaClock
from tickets.models import Ticket

LATE = timedelta(minutes=5)  # noticed so long after its moment only when everything stood still
_EXAMPLES = 10
_GATHER = timedelta(minutes=1)  # what an outage has left is worked off meanwhile


def tell_staff_of_clocks(fired: Sequence[Fired]) -> None:
    """Tell whoever answers for each clock, once per clock and action (a fixed number of queries).

    After an outage, and in the desk's quiet hours below rank 1, each person gets one digest in place of single mails.
    """
    tickets = {t.pk: t for t in Ticket.objects.filter(pk__in=[f.ticket_id for f in fired])}
    clocks = {c.pk: c for c in SlaClock.objects.filter(pk__in=[f.clock_id for f in fired])}
    steps = {s.pk: s for s in EscalationStep.objects.filter(pk__in=[f.step_id for f in fired if f.step_id])}
    desk = Desk.of(tickets.values())
    tenant, at = current_tenant(), max(f.fired_at for f in fired)
    hours = QuietHours.objects.first()
    quiet = quiet_until(at, ZoneInfo(tenant.time_zone), hours.starts, hours.ends) if hours else None
    mails: list[Mail] = []
    notices: list[Notice] = []
    for one in fired:
        ticket, clock = tickets[one.ticket_id], clocks[one.clock_id]
        live.publish(ticket.tenant_id, ticket=ticket.number, organization=ticket.organization_id,
                     requester=ticket.requester_id, kind=f"sla.{one.action}", staff_only=True)
        later = quiet if quiet and ticket.priority > 1 else at + _GATHER if one.fired_at - one.at > LATE else None
        for agent in desk.audience(ticket, steps.get(one.step_id or 0)):
            address = desk.addresses.get(agent.person_id, "")
            if later:
                notices.append(Notice(agent.person, address, one.event_id, later))
            else:
                mails.append(_mail(one, ticket, clock, agent, address))
    put(mails, tenant=tenant, at=at)
    hold(notices, tenant=tenant, at=at)


def tell_admins_of_differences(check: ClockCheck) -> None:
    """Mail each admin what the nightly check found; once a day, however often it runs."""
    tenant = current_tenant()
    day = check.at.astimezone(ZoneInfo(tenant.time_zone)).date()
    admins = Agent.objects.select_related("person").filter(is_active=True, role=AgentRole.ADMIN)
    put([Mail(cause=f"clocks:{day.isoformat()}", template=Template.STAFF_CLOCKS, to_address=email_of(agent.person),
              person=agent.person, context={"differences": check.differences, "clocks": check.clocks,
                                            "examples": check.examples[:_EXAMPLES]}) for agent in admins],
        tenant=tenant, at=check.at)


def _mail(one: Fired, ticket: Ticket, clock: SlaClock, agent: Agent, address: str) -> Mail:
    return Mail(cause=f"sla:{one.event_id}", template=Template.STAFF_SLA, to_address=address, person=agent.person,
                ticket=ticket, context={"action": one.action, "metric": clock.metric, "clock": clock.pk,
                                        "due": (clock.due_at or one.at if one.action is Action.ESCALATE
                                                else one.at).isoformat()})
