from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.models.base import TenantModel
from accounts.models.people import Person
from accounts.tenancy import TenantForeignKey


class ApiToken(TenantModel):
    """A program's key: it acts as a person, within scopes. Only the SHA-256 of the secret is stored."""

    person = TenantForeignKey(Person, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=16)
    digest = models.CharField(max_length=64)
    scopes = ArrayField(models.CharField(max_length=20))
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "digest"], name="token_digest_once")]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"


class HookToken(TenantModel):
    """Another system's right to call us with signed requests. The signing secret is sealed: it must be read to check."""

    name = models.CharField(max_length=80)
    sealed_secret = models.TextField(blank=True, editable=False)
    created_at = models.DateTimeField(editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)

    def __str__(self) -> str:
        return self.name
