"""Waking workers. A wake-up is a hint: every job's truth is a row, and every worker also looks by itself each second."""

from __future__ import annotations

import logging
import time
from typing import Any

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)

# After a wake-up could not be sent, none is tried for so long: a request must not wait for a broker that is away.
_PAUSE_SECONDS = 15.0
_quiet_until = 0.0


def wake(task_name: str, **kwargs: Any) -> None:
    """Run the named task soon after the current transaction commits. A lost wake-up costs latency only."""
    transaction.on_commit(lambda: _send(task_name, kwargs), robust=True)


def _send(task_name: str, kwargs: dict[str, Any]) -> None:
    global _quiet_until  # noqa: PLW0603 -- one breaker per process
    if time.monotonic() < _quiet_until:
        return
    try:
        current_app.tasks[task_name].apply_async(kwargs=kwargs, retry=False, ignore_result=True)
    except (OSError, OperationalError):  # the broker is away: the workers' own tick finds the row
        _quiet_until = time.monotonic() + _PAUSE_SECONDS
        logger.warning("wake-up of %s was not sent: the broker is away", task_name)
