"""allauth's last wiring: its mails go the way of all mails."""

from __future__ import annotations

from typing import Any

from allauth.core import context as allauth_context
from django.utils.translation import override

from accounts.languages import language_for
from accounts.login import TenantAccountAdapter
from accounts.queries import person_by_email
from notifications.links import base_url
from notifications.services import put_account_mail
from toolkit.clock import now as clock_now


class OutboxAccountAdapter(TenantAccountAdapter):
    """The account pages of a tenant, with mails sent by the workers and tried again when a mail server is away."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Put a mail in the tenant's outbox, in the transaction of the request that causes it."""
        request = allauth_context.request
        person = person_by_email(email)
        with override(language_for(person, request.tenant)):
            mail = self.render_mail(template_prefix, email, {**context, "request": request, "email": email,
                                                             "tenant": request.tenant})
        put_account_mail(request.tenant, to=email, subject=str(mail.subject), body=str(mail.body), at=clock_now(),
                         person=person)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """At the tenant's own address, whatever host and port the request named."""
        return f"{base_url(allauth_context.request.tenant)}/account/password/reset/key/{key}/"

    def format_email_subject(self, subject: str) -> str:
        """As the template has it; the sender's name says whose it is."""
        return subject
