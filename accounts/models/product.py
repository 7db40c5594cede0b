from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.models.base import TenantModel
from accounts.models.contract import Contract
from accounts.models.people import Organization
from accounts.tenancy import TenantForeignKey


class Product(TenantModel):
    """Something the tenant supports."""

    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=60)
    aliases = ArrayField(models.CharField(max_length=120), default=list, blank=True,
                         help_text="Other names that customers write in mail.")
    docs_url = models.URLField(blank=True)
    release_notes_url = models.URLField(blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "slug"], name="product_slug_once")]

    def __str__(self) -> str:
        return self.name


class ProductVersion(TenantModel):
    """A released version; `position` puts the newest first."""

    product = TenantForeignKey(Product, on_delete=models.CASCADE, related_name="versions")
    name = models.CharField(max_length=60)
    release_notes_url = models.URLField(blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "product", "name"], name="version_once")]

    def __str__(self) -> str:
        return self.name


class Project(TenantModel):
    """A supported thing of a customer, under a contract. Only an active one can carry tickets (S17)."""

    organization = TenantForeignKey(Organization, related_name="projects")
    contract = TenantForeignKey(Contract, related_name="projects")
    product = TenantForeignKey(Product, null=True, blank=True, related_name="projects")
    name = models.CharField(max_length=120)
    url = models.URLField(blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "organization", "name"], name="project_once")]

    def __str__(self) -> str:
        return self.name
