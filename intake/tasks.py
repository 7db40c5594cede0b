from __future__ import annotations

from celery import shared_task

from intake.services import process_due as process
from toolkit.clock import now


@shared_task(name="intake.process_due")
def process_due() -> None:
    """Read the messages that wait."""
    while process(now=now()):
        pass
