from __future__ import annotations

from typing import ClassVar

from django.db import models

from accounts.models import TenantModel


class MailTemplate(TenantModel):
    """The tenant's own words for a kind of mail in a language; without a row the product's own stand."""

    kind = models.CharField(max_length=24, help_text="A value of notifications.enums.Template.")
    language = models.CharField(max_length=12)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "kind", "language"], name="mail_template_once")]

    def __str__(self) -> str:
        return f"{self.kind} ({self.language})"
