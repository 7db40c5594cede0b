"""Who of the desk answers for a ticket."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from accounts.enums import AddressKind, AgentRole
from accounts.models import Agent, PersonAddress, TeamMember
from sla.enums import Escalation
from tickets.models import Ticket


class _Agent(Protocol):
    @property
    def pk(self) -> Any: ...
    @property
    def person_id(self) -> Any: ...
    @property
    def role(self) -> Any: ...


class _Held(Protocol):
    """What says who answers: a ticket, or news of one."""

    @property
    def assignee_id(self) -> int | None: ...
    @property
    def team_id(self) -> int | None: ...
    @property
    def contract_id(self) -> int | None: ...


A = TypeVar("A", bound=_Agent)


@dataclass
class Desk(Generic[A]):
    """The people around some tickets: who is told, and where."""

    agents: dict[int, A]
    teams: dict[int, list[tuple[A, bool]]] = field(default_factory=dict)
    success: dict[int, int] = field(default_factory=dict)
    addresses: dict[int, str] = field(default_factory=dict)

    @staticmethod
    def of(tickets: Iterable[Ticket]) -> Desk[Agent]:
        """Who may answer for these tickets (3 queries). For escalation steps see `notifications.services.desks`."""
        desk = Desk({a.pk: a for a in Agent.objects.select_related("person").filter(is_active=True)})
        for row in TeamMember.objects.filter(team_id__in={t.team_id for t in tickets}):
            desk.join(row.team_id, row.agent_id, is_lead=row.is_lead)
        rows = PersonAddress.objects.filter(person_id__in={a.person_id for a in desk.agents.values()},
                                            kind=AddressKind.EMAIL).order_by("is_primary", "-id")
        desk.addresses = {row.person_id: row.value for row in rows}
        return desk

    def join(self, team_id: int, agent_id: int, *, is_lead: bool) -> None:
        """Put one of the agents into a team; who isn't at the desk any more isn't in it."""
        if agent_id in self.agents:
            self.teams.setdefault(team_id, []).append((self.agents[agent_id], is_lead))

    def audience(self, ticket: _Held, escalation: Escalation | None) -> list[A]:
        """Who is told: by an escalation step its people, otherwise who answers for the ticket."""
        if escalation is None:
            return self.responsible(ticket)
        if escalation in {Escalation.RAISE, Escalation.PAGE}:
            return []
        if escalation == Escalation.TELL_TEAM:
            return [agent for agent, _lead in self.teams.get(ticket.team_id or 0, [])] or self._managers()
        if escalation == Escalation.TELL_SUCCESS_MANAGER:
            found = self.agents.get(self.success.get(ticket.contract_id or 0, 0))
            return [found] if found else self._managers()
        return self._managers() if escalation == Escalation.TELL_MANAGERS else self.responsible(ticket)

    def responsible(self, ticket: _Held) -> list[A]:
        """The assignee, else the team's leads, else the managers."""
        if ticket.assignee_id in self.agents:
            return [self.agents[ticket.assignee_id]]
        return [agent for agent, lead in self.teams.get(ticket.team_id or 0, []) if lead] or self._managers()

    def _managers(self) -> list[A]:
        return [a for a in self.agents.values() if a.role == AgentRole.MANAGER]
