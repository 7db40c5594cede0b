"""Who of the desk answers for a ticket."""

from __future__ import annotations

from accounts.enums import AddressKind, AgentRole
from accounts.models import Agent, PersonAddress, TeamMember
from tickets.models import Ticket


def responsible(tickets: list[Ticket]) -> dict[int, list[Agent]]:
    """Ticket id → the agents who answer for it."""
    agents = {a.pk: a for a in Agent.objects.select_related("person").filter(is_active=True)}
    leads: dict[int, list[Agent]] = {}
    for row in TeamMember.objects.filter(team_id__in={t.team_id for t in tickets}, is_lead=True):
        if row.agent_id in agents:
            leads.setdefault(row.team_id, []).append(agents[row.agent_id])
    managers = [a for a in agents.values() if a.role == AgentRole.MANAGER]
    return {t.pk: [agents[t.assignee_id]] if t.assignee_id in agents else leads.get(t.team_id or 0) or managers
            for t in tickets}


def addresses_of(person_ids: set[int]) -> dict[int, str]:
    """Person id → the mail address, the primary one where there are several."""
    rows = PersonAddress.objects.filter(person_id__in=person_ids, kind=AddressKind.EMAIL).order_by("is_primary", "-id")
    return {row.person_id: row.value for row in rows}
