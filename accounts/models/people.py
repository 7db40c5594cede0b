from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.enums import AddressKind, AgentRole, MembershipRole, choices
from accounts.models.base import TenantModel
from accounts.tenancy import TenantForeignKey


class Person(TenantModel):
    """A tenant's record of somebody; exists with or without a login."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL,
                             related_name="people")
    name = models.CharField(max_length=160)
    title = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=12, blank=True)
    time_zone = models.CharField(max_length=60, blank=True)
    is_active = models.BooleanField(default=True)
    let_go_at = models.DateTimeField(null=True, editable=False, help_text="When the desk itself ended a membership: only it "
                                                                          "invites the person again.")
    created_at = models.DateTimeField()
    mails_off = ArrayField(models.CharField(max_length=24), default=list, blank=True,
                           help_text="Kinds of mail that the person does without.")
    visited_at = models.DateTimeField(null=True, editable=False, help_text="Last seen on the portal's start page.")
    news_since = models.DateTimeField(null=True, editable=False, help_text="When the visit before this one ended.")

    known_email = ""  # the primary mail address, when whoever read the person read it too

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "user"], name="person_once_per_user"),
        ]
        indexes: ClassVar = [models.Index(fields=["tenant", "name"], name="person_by_name")]

    def __str__(self) -> str:
        return self.name


class PersonAddress(TenantModel):
    """A mail address (lower case) or a phone number (E.164) of a person."""

    person = TenantForeignKey(Person, on_delete=models.CASCADE, related_name="addresses")
    kind = models.CharField(max_length=8, choices=choices(AddressKind))
    value = models.CharField(max_length=254)
    is_verified = models.BooleanField(default=False)
    is_primary = models.BooleanField(default=False)
    bounced_at = models.DateTimeField(null=True, blank=True, help_text="Our last mail there came back.")
    bounce_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "value"], condition=models.Q(kind="email"),
                                    name="mail_address_once_per_tenant"),
        ]
        indexes: ClassVar = [models.Index(fields=["tenant", "kind", "value"], name="address_lookup"),
                             models.Index(fields=["tenant", "person"], name="address_of_person")]

    def __str__(self) -> str:
        return self.value


class Organization(TenantModel):
    """The tenant's customer."""

    name = models.CharField(max_length=160)
    time_zone = models.CharField(max_length=60, blank=True)
    notes = models.TextField(blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "name"], name="organization_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class OrganizationDomain(TenantModel):
    """A mail domain of an organization; only a verified one makes unknown senders its people."""

    organization = TenantForeignKey(Organization, on_delete=models.CASCADE, related_name="domains")
    domain = models.CharField(max_length=253)
    is_verified = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "domain"], name="domain_once_per_tenant")]

    def __str__(self) -> str:
        return self.domain


class Membership(TenantModel):
    """A person in an organization."""

    person = TenantForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    organization = TenantForeignKey(Organization, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=choices(MembershipRole), default=MembershipRole.MEMBER)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "person", "organization"], name="membership_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["tenant", "organization"], name="members_of_organization")]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.organization_id}"


class Agent(TenantModel):
    """A person of the tenant's own staff."""

    person = TenantForeignKey(Person, related_name="agents")
    role = models.CharField(max_length=12, choices=choices(AgentRole))
    is_active = models.BooleanField(default=True)
    preferences = models.JSONField(default=dict, db_default={}, editable=False,
                                   help_text="How the desk looks to them: columns, "
                                   "density, keys.")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "person"], name="agent_once_per_person")]

    def __str__(self) -> str:
        return self.person.name


class Team(TenantModel):
    """A group of agents."""

    name = models.CharField(max_length=80)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "name"], name="team_name_once")]

    def __str__(self) -> str:
        return self.name


class TeamMember(TenantModel):
    """An agent in a team; the lead answers for what nobody holds."""

    team = TenantForeignKey(Team, on_delete=models.CASCADE, related_name="members")
    agent = TenantForeignKey(Agent, on_delete=models.CASCADE, related_name="teams")
    is_lead = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "team", "agent"], name="team_member_once")]

    def __str__(self) -> str:
        return f"{self.agent_id} in {self.team_id}"
