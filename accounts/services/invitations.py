"""Links that let people in, once (S38): mailed, kept as a hash, short-lived."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.enums import AddressKind, AgentRole, InvitationKind, MembershipRole
from accounts.errors import LinkError
from accounts.members import Member
from accounts.models import (
    Agent,
    Invitation,
    Membership,
    Organization,
    OrganizationDomain,
    Person,
    PersonAddress,
    User,
)
from accounts.services.audit import record_audit
from toolkit.errors import DomainError, ForbiddenError

INVITED_FOR = timedelta(days=7)
SIGN_UP_FOR = timedelta(hours=24)


def invite(organization: Organization, *, email: str, role: MembershipRole, by: Member,
           at: datetime) -> tuple[Invitation, str]:
    """Invite somebody to an organization; returns the row and the link's secret, which isn't kept.

    An earlier open invitation of this address to it is withdrawn, so that one link is good at a time.
    """
    if organization.pk not in by.managed_organizations and not by.is_at_least(AgentRole.MANAGER):
        raise ForbiddenError(_("Only the managers of an organization invite people to it."))
    email = email.strip().lower()
    known = PersonAddress.objects.select_related("person").filter(kind=AddressKind.EMAIL, value=email).first()
    if known and Membership.objects.filter(person=known.person_id, organization=organization).exists():
        raise DomainError(_("This person belongs to the organization already."), field="email", code="known")
    if known and Agent.objects.filter(person=known.person_id, is_active=True).exists():
        raise DomainError(_("This is an address of the desk’s own staff."), field="email", code="staff")
    _may_come_back(known.person if known else None, by)
    _open(email).filter(kind=InvitationKind.INVITED, organization=organization).update(withdrawn_at=at)
    row, secret = _make(InvitationKind.INVITED, email, organization, role, by.person, at + INVITED_FOR, at)
    record_audit(by=by.person, action="person.invited", subject=row, at=at,
                 changes={"organization": [None, organization.name], "role": [None, role.value]})
    return row, secret


def _may_come_back(person: Person | None, by: Member) -> None:
    """Whom the desk let go a customer's manager can't bring back; an invitation by the desk ends that (ADR 0014)."""
    if person is None or person.let_go_at is None:
        return
    if not by.is_at_least(AgentRole.MANAGER):
        raise DomainError(_("The desk ended this person’s access. Ask it to invite them again."), field="email",
                          code="let_go")
    Person.objects.filter(pk=person.pk).update(let_go_at=None)


def end_invitations(person: Person, organization: Organization, *, at: datetime) -> None:
    """Links to this organization that were mailed to somebody open nothing any more."""
    addresses = PersonAddress.objects.filter(person=person, kind=AddressKind.EMAIL).values_list("value", flat=True)
    Invitation.objects.filter(organization=organization, email__in=list(addresses), used_at__isnull=True,
                              withdrawn_at__isnull=True).update(withdrawn_at=at)


def invite_staff(agent: Agent, *, email: str, by: Person | None, at: datetime) -> str:
    """The secret of a link with which somebody of the desk's own staff chooses a password; earlier ones end."""
    email = email.strip().lower()
    _open(email).filter(kind=InvitationKind.STAFF).update(withdrawn_at=at)
    row, secret = _make(InvitationKind.STAFF, email, None, MembershipRole.MEMBER, by, at + INVITED_FOR, at)
    record_audit(by=by, action="staff.invited", subject=row, at=at, changes={"role": [None, agent.role]})
    return secret


def withdraw(row: Invitation, *, by: Member, at: datetime) -> None:
    """The link opens nothing from now on."""
    if row.organization_id not in by.managed_organizations and not by.is_at_least(AgentRole.MANAGER):
        raise ForbiddenError(_("Only the managers of an organization withdraw its invitations."))
    if Invitation.objects.filter(pk=row.pk, used_at__isnull=True, withdrawn_at__isnull=True).update(withdrawn_at=at):
        record_audit(by=by.person, action="person.invitation_withdrawn", subject=row, at=at)


def begin_sign_up(email: str, *, at: datetime) -> str | None:
    """The secret of a link for somebody who says that this is their address; None for whom no login can be made.

    A login is for people of customers: those whom we know with an organization, and unknown ones at an address of an
    organization's verified domain. Whoever has a login here, was let go or is staff gets none this way.
    """
    email = email.strip().lower()
    known = PersonAddress.objects.select_related("person").filter(kind=AddressKind.EMAIL, value=email).first()
    organization = None
    if known is not None:
        person = known.person
        is_staff = Agent.objects.filter(person=person).exists()
        if not person.is_active or person.user_id or is_staff or not person.memberships.exists():
            return None
    else:
        domain = OrganizationDomain.objects.select_related("organization").filter(
            domain=email.rpartition("@")[2], is_verified=True, organization__is_active=True).first()
        if domain is None:
            return None
        organization = domain.organization
    _open(email).filter(kind=InvitationKind.SIGN_UP).update(withdrawn_at=at)
    row, secret = _make(InvitationKind.SIGN_UP, email, organization, MembershipRole.MEMBER, None, at + SIGN_UP_FOR, at)
    record_audit(by=None, action="person.sign_up_asked", subject=row, at=at)
    return secret


def open_invitation(secret: str, *, at: datetime) -> Invitation:
    """The invitation that a link opens. Raises LinkError when it is used, withdrawn, out of date or unknown."""
    row: Invitation | None = Invitation.objects.select_related("organization", "created_by").filter(
        digest=_digest(secret), used_at__isnull=True, withdrawn_at__isnull=True, expires_at__gt=at).first()
    if row is None:
        raise LinkError(_("This link was used already, or its time is over."))
    return row


def has_login(row: Invitation) -> bool:
    """Does the invited person sign in here already, so that there is nothing to choose."""
    return PersonAddress.objects.filter(kind=AddressKind.EMAIL, value=row.email, person__user__isnull=False,
                                        person__user__is_active=True).exists()


def name_known(row: Invitation) -> str:
    """What the invited person is called here already; empty for a new one."""
    found = PersonAddress.objects.select_related("person").filter(kind=AddressKind.EMAIL, value=row.email).first()
    return found.person.name if found else ""


@transaction.atomic
def accept(secret: str, *, name: str, password: str, at: datetime) -> Person:
    """Use a link up: the person, their login (where there is none yet) and their membership. Raises LinkError."""
    found = open_invitation(secret, at=at)
    if not Invitation.objects.filter(pk=found.pk, used_at__isnull=True).update(used_at=at):
        raise LinkError(_("This link was used already, or its time is over."))
    person = _person(found, name, at)
    if person.user is None:
        person.user = _login(found.email, password)
        person.name = name.strip()[:160]
    person.is_active = True
    person.save(update_fields=["user", "name", "is_active"])
    PersonAddress.objects.filter(kind=AddressKind.EMAIL, value=found.email).update(is_verified=True)
    if found.organization is not None:
        Membership.objects.get_or_create(person=person, organization=found.organization, defaults={"role": found.role})
    Invitation.objects.filter(pk=found.pk).update(used_by=person)
    record_audit(by=person, action="person.came_in", subject=person, at=at,
                 changes={"by": [None, found.kind], "role": [None, found.role]})
    return person


def _person(row: Invitation, name: str, at: datetime) -> Person:
    known = PersonAddress.objects.select_related("person__user").filter(
        kind=AddressKind.EMAIL, value=row.email).first()
    if known is not None:
        agent = Agent.objects.filter(person=known.person_id).first()
        if (agent is not None) != (row.kind == InvitationKind.STAFF) or (agent is not None and not agent.is_active):
            raise LinkError(_("This link opens nothing any more."))
        if row.kind == InvitationKind.SIGN_UP and not known.person.is_active:  # let go since they asked
            raise LinkError(_("This link opens nothing any more."))
        return known.person
    if row.kind == InvitationKind.STAFF:
        raise LinkError(_("This link opens nothing any more."))
    person = Person.objects.create(name=name.strip()[:160], created_at=at)
    PersonAddress.objects.create(person=person, kind=AddressKind.EMAIL, value=row.email, is_primary=True)
    return person


def _login(email: str, password: str) -> User:
    """The login of an address whose owner has just shown that it is theirs: as with a reset, the password is new."""
    user = User.objects.filter(email=email).first()
    if user is None:
        return User.objects.create_user(email, password)
    if not user.is_active:
        raise LinkError(_("This link opens nothing any more."))
    user.set_password(password)
    user.save(update_fields=["password"])
    return user


def _open(email: str) -> QuerySet[Invitation]:
    return Invitation.objects.filter(email=email, used_at__isnull=True, withdrawn_at__isnull=True)


def _make(kind: InvitationKind, email: str, organization: Organization | None, role: MembershipRole,
          by: Person | None, until: datetime, at: datetime) -> tuple[Invitation, str]:
    secret = secrets.token_urlsafe(32)
    row = Invitation.objects.create(kind=kind, organization=organization, role=role, email=email, created_by=by,
                                    digest=_digest(secret), created_at=at, expires_at=until)
    return row, secret


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
