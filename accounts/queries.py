"""Reads of the accounts floor. All but `tenant_for_host` work inside a tenant scope."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.enums import AddressKind, AgentRole, InvitationKind, MembershipRole
from accounts.errors import CannotFileError
from accounts.members import Member
from accounts.models import (
    Agent,
    ApiToken,
    Contract,
    ContractEntitlement,
    Invitation,
    Membership,
    Organization,
    OrganizationDomain,
    Person,
    PersonAddress,
    PlanEntitlement,
    Project,
    Tenant,
    TenantDomain,
    User,
)
from accounts.remembering import remembered_each
from accounts.tenancy import current_tenant_id, scoped_tenant
from toolkit.errors import NotFoundError
from toolkit.prepared import Prepared
from toolkit.rows import beginning, columns


def tenant_for_host(host: str) -> Tenant | None:
    """The active tenant whose domain this is (lower case, no port), or None."""
    domain = TenantDomain.objects.select_related("tenant").filter(host=host, tenant__is_active=True).first()
    return domain.tenant if domain else None


def current_tenant() -> Tenant:
    """The tenant that the running code works for."""
    known = scoped_tenant()
    return known if isinstance(known, Tenant) else Tenant.objects.get(pk=current_tenant_id())


# Each request asks for it.
_OF_LOGIN = Prepared("member_of_login", "bigint, bigint", f"""
SELECT {columns(Person, "p")}, {columns(Agent, "a")} FROM accounts_person p
LEFT JOIN accounts_agent a ON a.tenant_id = p.tenant_id AND a.person_id = p.id AND a.is_active
WHERE p.tenant_id = $1 AND p.user_id = $2 AND p.is_active ORDER BY a.id LIMIT 1
""")  # noqa: S608 -- columns of our own models


def member_for_user(tenant: Tenant, user: User) -> Member | None:
    """The member that a login is in this tenant; None when it is nobody here."""
    rows = _OF_LOGIN.rows([current_tenant_id(), user.pk])
    if not rows:
        return None
    person, of_agent = beginning(Person, rows[0])
    if of_agent[0] is not None:
        agent = beginning(Agent, of_agent)[0]
        agent.person = person
        return Member(tenant=tenant, person=person, agent=agent)
    found = member_for_person(tenant, person)
    return None if was_let_go(found) else found


def was_let_go(member: Member) -> bool:
    """Did they work here, and are they nobody now: neither staff nor of a customer."""
    return not member.is_staff and not member.memberships and Agent.objects.filter(person=member.person).exists()


_ROLES = """
SELECT 'agent', id, role FROM accounts_agent WHERE tenant_id = %(tenant)s AND person_id = %(person)s AND is_active
UNION ALL
SELECT 'customer', organization_id, role FROM accounts_membership
WHERE tenant_id = %(tenant)s AND person_id = %(person)s
"""


def member_for_person(tenant: Tenant, person: Person) -> Member:
    """The member that a person is, staff or customer."""
    with connection.cursor() as cursor:
        cursor.execute(_ROLES, {"tenant": current_tenant_id(), "person": person.pk})
        return member_of_rows(tenant, person, cursor.fetchall())


def member_of_rows(tenant: Tenant, person: Person, rows: Sequence[tuple[str, int, str]]) -> Member:
    """The member that a person is by their roles: (`agent`, id, role) or (`customer`, organization id, role)."""
    for kind, pk, role in rows:
        if kind == "agent":
            agent = Agent.from_db(connection.alias, ["id", "tenant_id", "person_id", "role", "is_active"],
                                  [pk, person.tenant_id, person.pk, role, True])
            agent.person = person
            return Member(tenant=tenant, person=person, agent=agent)
    memberships = {organization_id: MembershipRole(role) for _kind, organization_id, role in rows}
    return Member(tenant=tenant, person=person, memberships=memberships)


def person_by_email(address: str) -> Person | None:
    """The active person with this mail address, whatever its case."""
    found = PersonAddress.objects.select_related("person").filter(
        kind=AddressKind.EMAIL, value=address.lower(), person__is_active=True).first()
    return found.person if found else None


def contact_for(address: str, *, at: datetime) -> Person:
    """The person with this mail address; a new one, without rights, when nobody has it."""
    person = person_by_email(address)
    if person is None:
        person = Person.objects.create(name=address[:160], created_at=at)
        PersonAddress.objects.create(person=person, kind=AddressKind.EMAIL, value=address.lower()[:254],
                                     is_primary=True)
    return person


def email_of(person: Person) -> str:
    """The address at which a person is written to: the primary one, else the first; empty when there is none."""
    if person.known_email:
        return person.known_email
    found = PersonAddress.objects.filter(kind=AddressKind.EMAIL, person=person).order_by("-is_primary", "id").first()
    return found.value if found else ""


def phones_of(person: Person) -> list[str]:
    """The phone numbers of a person, the primary one first."""
    return list(PersonAddress.objects.filter(kind=AddressKind.PHONE, person=person).order_by("-is_primary", "id")
                .values_list("value", flat=True))


def colleagues(organization_id: int, most: int = 100) -> list[PersonAddress]:
    """The mail addresses of an organization's active people, by name."""
    return list(PersonAddress.objects.select_related("person").filter(
        kind=AddressKind.EMAIL, person__is_active=True, person__memberships__organization_id=organization_id)
        .order_by("person__name", "id")[:most])


def memberships_managed_by(member: Member) -> QuerySet[Membership]:
    """The people of the organizations that a member manages; for the others nobody."""
    return Membership.objects.select_related("person__user", "organization").filter(
        organization_id__in=member.managed_organizations)


def membership_managed_by(member: Member, membership_id: int) -> Membership:
    """One of them. Raises NotFoundError for absent and foreign alike."""
    found: Membership | None = memberships_managed_by(member).filter(pk=membership_id).first()
    if found is None:
        raise NotFoundError(str(_("There is no such person.")))
    return found


def invitations_managed_by(member: Member, at: datetime) -> QuerySet[Invitation]:
    """The open invitations to the organizations that a member manages."""
    return Invitation.objects.select_related("organization").filter(
        organization_id__in=member.managed_organizations, kind=InvitationKind.INVITED, used_at__isnull=True,
        withdrawn_at__isnull=True, expires_at__gt=at)


def emails_of(people: Iterable[Person]) -> dict[int, str]:
    """The mail address of each person, by id (1 query)."""
    found: dict[int, str] = {}
    for row in PersonAddress.objects.filter(kind=AddressKind.EMAIL, person__in=[p.pk for p in people]).order_by(
            "-is_primary", "id"):
        found.setdefault(row.person_id, row.value)
    return found


def colleague_by_email(organization_id: int, address: str) -> Person | None:
    """The active person of this organization with this mail address; somebody of another one is not found."""
    person = person_by_email(address.strip())
    is_member = person is not None and Membership.objects.filter(person=person, organization_id=organization_id).exists()
    return person if is_member else None


def in_force(on: date, prefix: str = "") -> Q:
    """The condition that a contract (reached over `prefix`) is in force on a day."""
    return Q(**{f"{prefix}starts_on__lte": on}) & (
        Q(**{f"{prefix}ends_on__isnull": True}) | Q(**{f"{prefix}ends_on__gte": on}))


def filing_projects(member: Member, on: date) -> list[Project]:
    """The customer's active projects under a paid contract in force: what a ticket can be about (S17, S18, S36)."""
    found = _paid_projects(tuple(sorted(member.writable_organizations)))
    return [p for p in found if p.contract.starts_on <= on and (p.contract.ends_on is None or on <= p.contract.ends_on)]


@remembered_each
def _paid_projects(organization_ids: tuple[int, ...]) -> list[Project]:
    return list(
        Project.objects.select_related("contract__plan", "organization", "product")
        .filter(organization_id__in=organization_ids, is_active=True, contract__plan__is_paid=True).order_by("name", "id"))


@remembered_each
def organization_by_domain(domain: str) -> Organization | None:
    """The organization whose verified domain this is."""
    row = OrganizationDomain.objects.select_related("organization").filter(
        domain=domain, is_verified=True, organization__is_active=True).first()
    return row.organization if row else None


def require_filing_projects(member: Member, on: date) -> list[Project]:
    """Like `filing_projects`, but raises CannotFileError with the reason when there is none."""
    projects = filing_projects(member, on)
    if projects:
        return projects
    plans = Contract.objects.filter(in_force(on), organization_id__in=list(member.memberships))
    if plans.exists() and not plans.filter(plan__is_paid=True).exists():
        forum = member.tenant.forum_url
        raise CannotFileError(
            format_lazy(_("Your plan doesn’t include support tickets. Ask in the forum: {forum}"), forum=forum)
            if forum
            else _("Your plan doesn’t include support tickets."),
            code="free_plan",
        )
    if member.memberships and not member.writable_organizations:
        raise CannotFileError(_("You can read your organization’s tickets, but not open new ones. Ask a manager of your "
                                "organization."), code="viewer")
    raise CannotFileError(_("You need an active project under a support plan before you can open a ticket. Ask the manager "
                            "of your organization, or your contact here."))


def entitlements_of(contract: Contract) -> frozenset[str]:
    """The rights of a contract: its plan's and its own."""
    own = ContractEntitlement.objects.filter(contract=contract).values_list("entitlement")
    return frozenset(row[0] for row in PlanEntitlement.objects.filter(plan_id=contract.plan_id)
                     .values_list("entitlement").union(own))


def current_rights(contract_id: int | None, on: date) -> frozenset[str]:
    """The rights of a contract on a day; none without a contract, or when it isn't in force."""
    contract = Contract.objects.filter(in_force(on), pk=contract_id).first() if contract_id else None
    return entitlements_of(contract) if contract else frozenset()


def rights_of(member: Member, on: date) -> frozenset[str]:
    """The rights of all contracts in force under which this customer may file (1 query)."""
    contracts = Contract.objects.filter(in_force(on), organization_id__in=member.writable_organizations)
    own = ContractEntitlement.objects.filter(contract__in=contracts).values_list("entitlement")
    return frozenset(row[0] for row in PlanEntitlement.objects.filter(plan__in=contracts.values("plan_id"))
                     .values_list("entitlement").union(own))


def tokens_for(member: Member, *, everybody: bool = False) -> QuerySet[ApiToken]:
    """The member's own API tokens; those of everybody in the tenant for its admins."""
    rows = ApiToken.objects.select_related("person")
    return rows if everybody and member.is_at_least(AgentRole.ADMIN) else rows.filter(person=member.person)
