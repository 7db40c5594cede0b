"""Who of the desk answers for a ticket."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from accounts.enums import AddressKind, AgentRole
from accounts.models import Agent, Contract, PersonAddress, TeamMember
from sla.enums import Escalation
from sla.models import EscalationStep
from tickets.models import Ticket


@dataclass
class Desk:
    """The people around some tickets: who is told, and where."""

    agents: dict[int, Agent]
    teams: dict[int, list[tuple[Agent, bool]]] = field(default_factory=dict)
    success: dict[int, int] = field(default_factory=dict)
    addresses: dict[int, str] = field(default_factory=dict)

    @classmethod
    def of(cls, tickets: Iterable[Ticket]) -> Desk:
        """Everybody around these tickets (a fixed number of queries)."""
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
            return self.responsible(ticket)
        if step.action in {Escalation.RAISE, Escalation.PAGE}:
            return []
        if step.action == Escalation.TELL_TEAM:
            return [agent for agent, _lead in self.teams.get(ticket.team_id or 0, [])] or self._managers()
        if step.action == Escalation.TELL_SUCCESS_MANAGER:
            found = self.agents.get(self.success.get(ticket.contract_id or 0, 0))
            return [found] if found else self._managers()
        return self._managers() if step.action == Escalation.TELL_MANAGERS else self.responsible(ticket)

    def responsible(self, ticket: Ticket) -> list[Agent]:
        """The assignee, else the team's leads, else the managers."""
        if ticket.assignee_id in self.agents:
            return [self.agents[ticket.assignee_id]]
        return [agent for agent, lead in self.teams.get(ticket.team_id or 0, []) if lead] or self._managers()

    def _managers(self) -> list[Agent]:
        return [a for a in self.agents.values() if a.role == AgentRole.MANAGER]
