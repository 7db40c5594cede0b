from __future__ import annotations

import time
from datetime import datetime

import pytest
from celery import current_app

from tests.factories.desk import Desk
from tickets.models import Ticket
from toolkit import queue


@pytest.mark.parametrize("name", ["notifications.send_due", "intake.process_due", "tickets.remove_stale_uploads"])
def test_the_tasks_that_are_woken_exist(name: str) -> None:
    assert name in current_app.tasks


def test_a_broker_that_is_away_costs_a_request_next_to_nothing(
        acme: Desk, now: datetime, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks) -> None:
    monkeypatch.setattr(queue, "_quiet_until", 0.0)
    tries = []

    def away(**_kwargs: object) -> None:
        tries.append(1)
        raise ConnectionRefusedError

    monkeypatch.setattr(current_app.tasks["notifications.send_due"], "apply_async", away)
    began = time.monotonic()
    with django_capture_on_commit_callbacks(execute=True):
        acme.ticket(at=now)
        acme.ticket(at=now)
    assert len(tries) == 1
    assert time.monotonic() - began < 2
    assert Ticket.objects.count() == 2
