"""Waking workers. A wake-up is a hint: every job's truth is a row, and every worker also looks by itself each second."""

from __future__ import annotations

import logging
from typing import Any

from celery import current_app
from django.db import transaction

logger = logging.getLogger(__name__)


def wake(task_name: str, **kwargs: Any) -> None:
    """Run the named task soon after the current transaction commits. A lost wake-up costs latency only."""
    transaction.on_commit(lambda: _send(task_name, kwargs), robust=True)


def _send(task_name: str, kwargs: dict[str, Any]) -> None:
    try:
        current_app.tasks[task_name].apply_async(kwargs=kwargs, retry=False, ignore_result=True)
    except Exception:  # the broker is away: the workers' own tick finds the row
        logger.warning("wake-up of %s was not sent", task_name, exc_info=True)
