"""Writing and delivering mail in tests."""

from __future__ import annotations

import hashlib
from datetime import datetime
from email.message import EmailMessage

from django.db import connection

from intake.models import InboundMessage
from intake.services import process_due, store_mail
from tests.factories.desk import Desk


def write(desk: Desk, sender: str, subject: str = "Help", body: str = "It is broken.\n", *, to: str = "",
          **headers: str) -> bytes:
    """A mail as a person's program would send it."""
    message = EmailMessage()
    message["From"], message["To"] = sender, to or support(desk)
    message["Subject"] = subject
    message["Message-ID"] = f"<{hashlib.sha256(repr((sender, subject, body)).encode()).hexdigest()[:24]}@mail.example>"
    for name, value in headers.items():
        name = name.replace("_", "-")
        del message[name]
        message[name] = value
    message.set_content(body)
    return message.as_bytes()


def support(desk: Desk) -> str:
    """The desk's support address."""
    return f"support@{desk.tenant.slug}.localhost"


def clock(at: datetime) -> None:
    """Let the database's clock stand at a moment, for this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.now', %s, true)", [at.isoformat()])


def take(raw: bytes, desk: Desk, at: datetime, *, to: str = "", mail_from: str = "x@y.example") -> InboundMessage:
    """Deliver and process a mail."""
    clock(at)
    ids = store_mail(raw, mail_from=mail_from, rcpt_tos=[to or support(desk)], at=at)
    process_due(now=at)
    return InboundMessage.objects.get(pk=ids[0])
