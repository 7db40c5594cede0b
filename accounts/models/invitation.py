from __future__ import annotations

from typing import ClassVar

from django.db import models

from accounts.enums import InvitationKind, MembershipRole, choices
from accounts.models.base import TenantModel
from accounts.models.people import Organization, Person
from accounts.tenancy import TenantForeignKey


class Invitation(TenantModel):
    """A mailed link that lets its holder in, once (S38). Only the SHA-256 of its secret is stored."""

    kind = models.CharField(max_length=8, choices=choices(InvitationKind))
    organization = TenantForeignKey(Organization, null=True, on_delete=models.CASCADE, related_name="invitations")
    role = models.CharField(max_length=10, choices=choices(MembershipRole), default=MembershipRole.MEMBER)
    email = models.CharField(max_length=254, help_text="Lower case.")
    digest = models.CharField(max_length=64)
    created_by = TenantForeignKey(Person, null=True, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    used_by = TenantForeignKey(Person, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "digest"], name="invitation_digest_once")]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "organization", "email"], name="invitations_open",
                         condition=models.Q(used_at__isnull=True, withdrawn_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.email
