"""The workers' heartbeat: what is due is looked for each second, with or without Redis.

Every Celery worker process ticks by itself, and beat sends a tick as well; any number of ticks is right, since each
row is claimed once. So a lost broker or beat costs nothing but its own wake-ups.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from celery import bootsteps, shared_task
from django.db import close_old_connections

from intake.services import poll_due, process_due
from intake.services.chat import process_chat_due
from notifications.enums import OutboxKind
from notifications.services import send_due
from sla.services import record_due, tell_recorded
from sla.services.jobs import run_open_jobs
from tickets.services import leave_due, wake_due
from toolkit.clock import now
from toolkit.queue import wait

logger = logging.getLogger(__name__)
SECONDS = 1.0


def _drain(work: Callable[[], int], name: str) -> None:
    """Work until nothing is due; an error is told and the next tick tries again."""
    try:
        while work():
            pass
    except Exception:
        logger.exception("%s failed; the next tick tries again", name)
        close_old_connections()


def tick_timers() -> None:
    """Record what timers are due, all of it; then tell of it."""
    _drain(record_due, "timers")
    _drain(tell_recorded, "news of deadlines")


def tick_mail() -> None:
    """Read mail that waits, let held replies leave and snoozed tickets wake, then send what is due."""
    _drain(lambda: process_due(now=now()), "intake")
    _drain(lambda: leave_due(now=now()), "held replies")
    _drain(lambda: wake_due(now=now()), "snoozes")
    _drain(lambda: send_due(now=now()), "outbox")


def tick_jobs() -> None:
    """Work on what-ifs and recalculations."""
    _drain(lambda: run_open_jobs(clock=now), "jobs")


def tick_imap() -> None:
    """Look into the mailboxes on other people's servers."""
    _drain(lambda: poll_due(now=now()), "imap")


def tick_chat() -> None:
    """Read chat that waits, then post what is due."""
    _drain(lambda: process_chat_due(now=now()), "chat intake")
    _drain(lambda: send_due(now=now(), kind=OutboxKind.SLACK), "chat outbox")


@shared_task(name="supportdesk.tick", ignore_result=True)
def tick() -> None:
    """Beat's tick."""
    tick_timers()
    tick_mail()
    tick_chat()


class Ticker(bootsteps.StartStopStep):
    """Threads in each worker process: timers wait for no slow mail server or long replay, nor mail for chat or IMAP."""

    def __init__(self, parent: Any, **kwargs: Any) -> None:
        super().__init__(parent, **kwargs)
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self, parent: Any) -> None:
        """Begin ticking."""
        for work, topic in ((tick_timers, "timers"), (tick_mail, "mail"), (tick_chat, "chat"), (tick_imap, "imap"),
                            (tick_jobs, "jobs")):
            thread = threading.Thread(target=self._run, args=(work, topic), name=topic, daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self, parent: Any) -> None:
        """Finish the tick that runs, then end."""
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=10)

    terminate = stop

    def _run(self, work: Callable[[], None], topic: str) -> None:
        """Look, then wait until somebody wakes us or a second has passed since the last look."""
        while not self._stop.is_set():
            began = time.monotonic()
            close_old_connections()
            work()
            wait(topic, max(0.05, SECONDS - (time.monotonic() - began)))
