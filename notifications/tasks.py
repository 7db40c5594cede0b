from __future__ import annotations

from celery import shared_task

from notifications.services import send_due as send
from toolkit.clock import now


@shared_task(name="notifications.send_due")
def send_due() -> None:
    """Send what the outbox holds."""
    while send(now=now()):
        pass
