from __future__ import annotations

from accounts.models.audit import AuditEvent
from accounts.models.base import TenantModel
from accounts.models.contract import Contract, ContractEntitlement, Plan, PlanEntitlement
from accounts.models.invitation import Invitation
from accounts.models.operating import OperatorEvent
from accounts.models.people import (
    Agent,
    Membership,
    Organization,
    OrganizationDomain,
    Person,
    PersonAddress,
    Team,
    TeamMember,
)
from accounts.models.product import Product, ProductVersion, Project
from accounts.models.tenant import Tenant, TenantDomain
from accounts.models.token import ApiToken, HookToken
from accounts.models.user import User

__all__ = [
    "Agent",
    "ApiToken",
    "AuditEvent",
    "Contract",
    "ContractEntitlement",
    "HookToken",
    "Invitation",
    "Membership",
    "OperatorEvent",
    "Organization",
    "OrganizationDomain",
    "Person",
    "PersonAddress",
    "Plan",
    "PlanEntitlement",
    "Product",
    "ProductVersion",
    "Project",
    "Team",
    "TeamMember",
    "Tenant",
    "TenantDomain",
    "TenantModel",
    "User",
]
