from __future__ import annotations

from typing import ClassVar

from django.db import models

from accounts.enums import ContactMethod, Entitlement, choices
from accounts.models.base import TenantModel
from accounts.models.people import Agent, Organization
from accounts.tenancy import TenantForeignKey


class Plan(TenantModel):
    """An offer. People on an unpaid plan are shown the forum and can't file tickets (S36)."""

    name = models.CharField(max_length=80)
    slug = models.SlugField(max_length=40)
    description = models.TextField(blank=True)
    is_paid = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "slug"], name="plan_slug_once")]

    def __str__(self) -> str:
        return self.name


class PlanEntitlement(TenantModel):
    """A right that comes with a plan."""

    plan = TenantForeignKey(Plan, on_delete=models.CASCADE, related_name="entitlements")
    entitlement = models.CharField(max_length=20, choices=choices(Entitlement))

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "plan", "entitlement"],
                                                         name="plan_entitlement_once")]

    def __str__(self) -> str:
        return self.entitlement


class Contract(TenantModel):
    """A customer's signed terms. The SLA policy it carries is the sla floor's `Coverage`."""

    organization = TenantForeignKey(Organization, related_name="contracts")
    plan = TenantForeignKey(Plan, related_name="contracts")
    reference = models.CharField(max_length=40)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    sales_engineer = TenantForeignKey(Agent, null=True, blank=True, related_name="+")
    success_manager = TenantForeignKey(Agent, null=True, blank=True, related_name="+")
    contact_method = models.CharField(max_length=8, choices=choices(ContactMethod), default=ContactMethod.EMAIL)
    contact_note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "reference"], name="contract_reference_once")]
        indexes: ClassVar = [models.Index(fields=["tenant", "organization"], name="contracts_of_organization")]

    def __str__(self) -> str:
        return self.reference


class ContractEntitlement(TenantModel):
    """A right that a contract gives beyond its plan."""

    contract = TenantForeignKey(Contract, on_delete=models.CASCADE, related_name="entitlements")
    entitlement = models.CharField(max_length=20, choices=choices(Entitlement))

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "contract", "entitlement"],
                                                         name="contract_entitlement_once")]

    def __str__(self) -> str:
        return self.entitlement
