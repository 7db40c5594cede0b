"""The Celery app. It holds no time: each worker ticks by itself over due rows (supportdesk.ticker)."""

from __future__ import annotations

import os
from typing import Any

from celery import Celery
from celery.signals import worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "supportdesk.settings")
# Models and addresses are checked where the database is set up. A worker that was killed is back a quarter sooner.
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")

app = Celery("supportdesk")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
def add_ticker(**_kwargs: Any) -> None:
    """Give each worker process its own heartbeat."""
    from supportdesk.ticker import Ticker

    app.steps["worker"].add(Ticker)
