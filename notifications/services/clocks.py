"""Who is told of a clock: at once, or later in one digest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from zoneinfo import ZoneInfo

from accounts.enums import AddressKind, AgentRole
from accounts.models import Agent, Contract, PersonAddress, TeamMember
from accounts.queries import current_tenant
from notifications import live
from notifications.enums import Template
from notifications.models import QuietHours
from notifications.quiethours import quiet_until
from notifications.services.holding import Notice, hold
from notifications.services.outbox import Mail, put
from sla.enums import Action, Escalation
from sla.events import Fired
from sla.models import EscalationStep, SlaClock
from tickets.models import Ticket

LATE = timedelta(minutes=5)  # noticed so long after its moment only when everything stood still
_GATHER = timedelta(minutes=1)  # what an outage has left is worked off meanwhile


def tell_staff_of_clocks(fired: Sequence[Fired]) -> None:
    """Tell whoever answers for each clock, once per clock and action (a fixed number of queries).

    After an outage, and in the desk's quiet hours below rank 1, each person gets one digest in place of single mails.
    """
    tickets = {t.pk: t for t in Ticket.objects.filter(pk__in=[f.ticket_id for f in fired])}
    clocks = {c.pk: c for c in SlaClock.objects.filter(pk__in=[f.clock_id for f in fired])}
    steps = {s.pk: s for s in EscalationStep.objects.filter(pk__in=[f.step_id for f in fired if f.step_id])}
    desk = _Desk.of(tickets.values())
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


def _mail(one: Fired, ticket: Ticket, clock: SlaClock, agent: Agent, address: str) -> Mail:
    return Mail(cause=f"sla:{one.event_id}", template=Template.STAFF_SLA, to_address=address, person=agent.person,
                ticket=ticket, context={"action": one.action, "metric": clock.metric, "clock": clock.pk,
                                        "due": (clock.due_at or one.at if one.action is Action.ESCALATE
                                                else one.at).isoformat()})


@dataclass
class _Desk:
    """The people around some tickets."""

    agents: dict[int, Agent]
    teams: dict[int, list[tuple[Agent, bool]]] = field(default_factory=dict)
    success: dict[int, int] = field(default_factory=dict)
    addresses: dict[int, str] = field(default_factory=dict)

    @classmethod
    def of(cls, tickets: Iterable[Ticket]) -> _Desk:
        tickets = list(tickets)
        desk = cls({a.pk: a for a in Agent.objects.select_related("person").filter(is_active=True)})
        for row in TeamMember.objects.filter(team_id__in={t.team_id for t in tickets}):
            if row.agent_id in desk.agents:
                desk.teams.setdefault(row.team_id, []).append((desk.agents[row.agent_id], row.is_lead))
        desk.success = dict(Contract.objects.filter(
            pk__in={t.contract_id for t in tickets}, success_manager__isnull=False).values_list("pk", "success_manager"))
        rows = PersonAddress.objects.filter(person_id__in={a.person_id for a in desk.agents.values()},
                                            kind=AddressKind.EMAIL).order_by("is_primary", "-id")
        desk.addresses = {row.person_id: row.value for row in rows}
        return desk

    def audience(self, ticket: Ticket, step: EscalationStep | None) -> list[Agent]:
        """Who is told: by an escalation step its people, otherwise who answers for the ticket."""
        if step is None:
            return self._responsible(ticket)
        if step.action in {Escalation.RAISE, Escalation.PAGE}:
            return []
        if step.action == Escalation.TELL_TEAM:
            return [agent for agent, _lead in self.teams.get(ticket.team_id or 0, [])] or self._managers()
        if step.action == Escalation.TELL_SUCCESS_MANAGER:
            found = self.agents.get(self.success.get(ticket.contract_id or 0, 0))
            return [found] if found else self._managers()
        return self._managers() if step.action == Escalation.TELL_MANAGERS else self._responsible(ticket)

    def _responsible(self, ticket: Ticket) -> list[Agent]:
        """The assignee, else the team's leads, else the managers."""
        if ticket.assignee_id in self.agents:
            return [self.agents[ticket.assignee_id]]
        return [agent for agent, lead in self.teams.get(ticket.team_id or 0, []) if lead] or self._managers()

    def _managers(self) -> list[Agent]:
        return [a for a in self.agents.values() if a.role == AgentRole.MANAGER]
