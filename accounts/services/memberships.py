"""Changes that a customer's managers, or the desk's, make to the people of organizations."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.enums import AgentRole, MembershipRole
from accounts.members import Member
from accounts.models import Agent, Membership, Person
from accounts.services.audit import record_audit
from accounts.services.invitations import end_invitations
from toolkit.errors import DomainError, ForbiddenError


def change_role(membership: Membership, role: MembershipRole, *, by: Member, at: datetime) -> None:
    """Let somebody do more or less in the organization."""
    _require(membership, by)
    before = membership.role
    if before != role:
        Membership.objects.filter(pk=membership.pk).update(role=role)
        record_audit(by=by.person, action="membership.role_changed", subject=membership.person, at=at,
                     changes={"role": [before, role.value], "organization": [None, membership.organization.name]})


def deactivate(membership: Membership, *, by: Member, at: datetime) -> None:
    """Take somebody out of the organization. Whoever belongs to no other can't sign in any more, nor their programs.

    Links by which they could come back open nothing any more; whom the desk let go only the desk invites again.
    """
    _require(membership, by)
    person = membership.person
    Membership.objects.filter(pk=membership.pk).delete()
    end_invitations(person, membership.organization, at=at)
    if by.is_at_least(AgentRole.MANAGER):
        Person.objects.filter(pk=person.pk).update(let_go_at=at)
    stays = Membership.objects.filter(person=person).exists() or Agent.objects.filter(person=person).exists()
    if not stays:
        Person.objects.filter(pk=person.pk).update(is_active=False)
    record_audit(by=by.person, action="membership.ended", subject=person, at=at, changes={
        "organization": [membership.organization.name, None], "is_active": [True, stays]})


def _require(membership: Membership, by: Member) -> None:
    if membership.organization_id not in by.managed_organizations and not by.is_at_least(AgentRole.MANAGER):
        raise ForbiddenError(_("Only the managers of an organization change its people."))
    if membership.person_id == by.person.pk:
        raise DomainError(_("Another manager has to change your own place, so that somebody always manages."), code="self")
