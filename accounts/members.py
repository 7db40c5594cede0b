"""Who is acting: every door and every service takes a member."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from accounts.enums import STAFF_ORDER, AgentRole, MembershipRole
from accounts.models import Agent, Person, Tenant


@dataclass(frozen=True)
class Member:
    """A person acting within a tenant, as staff or as a customer, at the screen or through a token.

    `memberships` maps organization ids to roles. `scopes` is None at the screen, else the token's scopes.
    """

    tenant: Tenant
    person: Person
    agent: Agent | None = None
    memberships: Mapping[int, MembershipRole] = field(default_factory=dict)
    scopes: frozenset[str] | None = None

    @property
    def is_staff(self) -> bool:
        """On the tenant's side of the desk."""
        return self.agent is not None

    @property
    def agent_id(self) -> int:
        """The agent's id; 0, which nobody has, for customers."""
        return self.agent.pk if self.agent else 0

    @property
    def role(self) -> AgentRole | None:
        """The staff role, None for customers."""
        return AgentRole(self.agent.role) if self.agent else None

    def is_at_least(self, role: AgentRole) -> bool:
        """Staff with this role or a stronger one."""
        return self.role is not None and STAFF_ORDER.index(self.role) >= STAFF_ORDER.index(role)

    @property
    def writable_organizations(self) -> list[int]:
        """Ids of the organizations for which this customer may file and write."""
        return [pk for pk, role in self.memberships.items() if role != MembershipRole.VIEWER]

    @property
    def managed_organizations(self) -> list[int]:
        """Ids of the organizations whose people this customer manages."""
        return [pk for pk, role in self.memberships.items() if role == MembershipRole.MANAGER]

    @property
    def zone(self) -> ZoneInfo:
        """The person's time zone, else the tenant's."""
        return ZoneInfo(self.person.time_zone or self.tenant.time_zone)
