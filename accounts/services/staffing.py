"""Who works at the desk, and as what."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.enums import AddressKind, AgentRole
from accounts.models import Agent, Membership, Person, PersonAddress
from toolkit.errors import DomainError


def add_staff(*, name: str, email: str, role: AgentRole, at: datetime, title: str = "") -> Agent:
    """A colleague, who has no login until they come in by a link. Raises DomainError for an address that is taken."""
    email = email.strip().lower()
    known = PersonAddress.objects.select_related("person").filter(kind=AddressKind.EMAIL, value=email).first()
    if known is None:
        person = Person.objects.create(name=name.strip()[:160], title=title.strip()[:120], created_at=at)
        PersonAddress.objects.create(person=person, kind=AddressKind.EMAIL, value=email, is_primary=True)
    else:
        person = known.person
        if Agent.objects.filter(person=person).exists():
            raise DomainError(_("Somebody of the staff has this address already."), field="email", code="staff")
        if Membership.objects.filter(person=person).exists():
            raise DomainError(_("This is the address of somebody at a customer’s."), field="email", code="customer")
        Person.objects.filter(pk=person.pk).update(name=name.strip()[:160], title=title.strip()[:120], is_active=True)
        person.refresh_from_db()
    agent: Agent = Agent.objects.create(person=person, role=role)
    return agent


def change_staff(agent: Agent, *, role: AgentRole, is_active: bool) -> None:
    """Another role, or none for now. The last active admin stays one, whoever of two admins is faster."""
    admins = list(Agent.objects.select_for_update().filter(role=AgentRole.ADMIN, is_active=True).order_by("pk"))
    stays = role == AgentRole.ADMIN and is_active
    if not stays and [a.pk for a in admins] == [agent.pk]:
        raise DomainError(_("This is the desk’s last admin. Make somebody else one first."), field="role", code="last_admin")
    Agent.objects.filter(pk=agent.pk).update(role=role, is_active=is_active)
