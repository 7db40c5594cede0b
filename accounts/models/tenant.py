from __future__ import annotations

from typing import ClassVar

from django.db import models


class Tenant(models.Model):
    """A company that runs a desk; the isolation key of everything else."""

    slug = models.SlugField(unique=True, max_length=40)
    name = models.CharField(max_length=120)
    desk_name = models.CharField(max_length=120, help_text="How the desk calls itself in pages and mails.")
    language = models.CharField(max_length=12, default="en")
    time_zone = models.CharField(max_length=60, default="UTC", help_text="IANA name, such as Europe/Berlin.")
    phone = models.CharField(max_length=40, blank=True, help_text="Shown to customers entitled to phone support.")
    forum_url = models.URLField(blank=True, help_text="Where people on free plans are sent.")
    disclosure_url = models.URLField(blank=True, help_text="The security disclosure programme.")
    docs_url = models.URLField(blank=True)
    mail_from = models.EmailField(help_text="Sender of the desk's mail; also its support address.")
    signature = models.TextField(blank=True, help_text="Closing lines of every mail.")
    colour = models.CharField(max_length=7, blank=True, default="", help_text="Of its mark and its mails, such as #1f55c4.")
    logo = models.CharField(max_length=40, blank=True, default="", help_text="The stored picture's name.")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    settings_version = models.BigIntegerField(default=0, editable=False, help_text="Grows with each change of a "
                                              "settings table (by trigger); says whether remembered ones still hold.")

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(colour="") | models.Q(
            colour__regex="^#[0-9a-f]{6}$"), name="tenant_colour_is_one")]

    def __str__(self) -> str:
        return self.name


class TenantDomain(models.Model):
    """A host name that leads to a tenant. Read before any tenant is known, so it stands outside the wall."""

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="domains")
    host = models.CharField(max_length=253, unique=True, help_text="Lower case, no port.")
    is_primary = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.host
