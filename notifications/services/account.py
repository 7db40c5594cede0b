"""Mails about logins. Their text carries links that let in, so the outbox keeps it sealed and no page shows it."""

from __future__ import annotations

import hashlib
from datetime import datetime

from accounts.models import Person, Tenant
from notifications.accountmail import sealed_body
from notifications.enums import Template
from notifications.services.outbox import Mail, put


def put_account_mail(tenant: Tenant, *, to: str, subject: str, body: str, at: datetime,
                     person: Person | None = None) -> None:
    """Put a mail about a login in the outbox. The same words go to the same address once an hour."""
    digest = hashlib.sha256(f"{subject}\n{body}".encode()).hexdigest()[:24]
    put([Mail(cause=f"account:{digest}:{at:%Y-%m-%dT%H}", template=Template.ACCOUNT, to_address=to.strip().lower(),
              person=person, context={"subject": subject, "sealed": sealed_body(body, tenant_id=tenant.pk)})],
        tenant=tenant, at=at)
