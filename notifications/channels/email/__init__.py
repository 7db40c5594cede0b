"""Mail, through Django's backend."""

from __future__ import annotations

import logging
from datetime import datetime
from email.errors import MessageError
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException

from anymail.exceptions import AnymailError
from django.core.mail import EmailMultiAlternatives, get_connection

from accounts.models import Tenant
from notifications.channels.contract import DeliveryError
from notifications.models import OutboxMessage
from notifications.rendering import render_mail

logger = logging.getLogger(__name__)
_NETWORK = (OSError, SMTPException, AnymailError)


class EmailSender:
    """One connection to the mail server for a round."""

    def __init__(self) -> None:
        self.relay = get_connection(fail_silently=False)

    def prepare(self, row: OutboxMessage, tenant: Tenant, *, now: datetime) -> EmailMultiAlternatives:
        """The mail."""
        return render_mail(row, tenant, now=now)

    def deliver(self, prepared: EmailMultiAlternatives) -> str:
        """The provider's id, where it tells one."""
        try:
            self.relay.send_messages([prepared])
        except (*_NETWORK, MessageError, ValueError) as error:
            raise DeliveryError(f"{type(error).__name__}: {error}", is_final=_is_final(error)) from error
        status = getattr(prepared, "anymail_status", None)
        return str(getattr(status, "message_id", "") or "")

    def close(self) -> None:
        """Say goodbye."""
        try:
            self.relay.close()
        except _NETWORK:
            logger.warning("the mail connection did not close cleanly", exc_info=True)


def _is_final(error: Exception) -> bool:
    """The server's answer is a no for good, or there is nothing that could be sent."""
    return isinstance(error, (MessageError, ValueError)) or (
        isinstance(error, SMTPResponseException) and 500 <= error.smtp_code < 600) or (
        isinstance(error, SMTPRecipientsRefused) and all(c >= 500 for c, _m in error.recipients.values()))
