"""Mail for a trial without a mail server: each is kept as an .eml file under var/mail/<tenant>/."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


def mail_path(tenant_slug: str, message_id: str) -> Path:
    """Where the mail with this Message-ID lies."""
    name = "".join(c for c in message_id.strip("<>").partition("@")[0] if c.isalnum() or c in ".-")
    return Path(settings.MAIL_DIR) / tenant_slug / f"{name}.eml"


class EmailBackend(BaseEmailBackend):
    """Writes mails to files."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Keep each mail; the file appears whole or not at all."""
        for message in email_messages:
            parsed = message.message()
            path = mail_path(str(parsed["X-Supportdesk-Loop"] or "other"), str(parsed["Message-ID"]))
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_suffix(".part")
            part.write_bytes(parsed.as_bytes())
            part.rename(path)
        return len(email_messages)
