from __future__ import annotations

import threading
import time
from datetime import datetime

import pytest
from celery import current_app
from django.conf import settings
from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from supportdesk import ticker
from tests.factories.desk import Desk
from tickets.models import Ticket
from toolkit import queue


def test_every_task_of_the_beat_schedule_exists() -> None:
    current_app.loader.import_default_modules()  # as a worker does
    assert ticker.tick.name == "supportdesk.tick"
    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} <= set(current_app.tasks)


def test_whoever_waits_is_woken_at_once() -> None:
    queue._redis().delete("wake:tests")
    threading.Timer(0.1, lambda: Redis.from_url(settings.REDIS_URL).lpush("wake:tests", "1")).start()
    began = time.monotonic()
    queue.wait("tests", 5)
    assert time.monotonic() - began < 2


def test_whoever_waits_looks_by_itself_after_its_time() -> None:
    queue._redis().delete("wake:tests")
    began = time.monotonic()
    queue.wait("tests", 0.2)
    assert 0.1 < time.monotonic() - began < 2


def test_a_redis_that_is_away_costs_a_request_next_to_nothing(
        acme: Desk, now: datetime, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks) -> None:
    tries = []

    class Away:
        def _fail(self, *_args: object) -> None:
            tries.append(1)
            raise RedisConnectionError

        lpush = publish = _fail

    monkeypatch.setattr(queue, "_quiet_until", 0.0)
    monkeypatch.setattr(queue, "_redis", Away)
    with django_capture_on_commit_callbacks(execute=True):
        acme.ticket(at=now)
        acme.ticket(at=now)
    assert len(tries) == 1
    assert Ticket.objects.count() == 2


def test_hints_of_one_turn_are_given_in_one_round_trip(
        acme: Desk, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks) -> None:
    sent: list[str] = []

    class Pipe:
        def __enter__(self) -> Pipe:
            return self

        def __exit__(self, *_args: object) -> None:
            sent.append("end")

        def lpush(self, name: str, *_values: str) -> None:
            sent.append(name)

        def execute(self) -> None:
            sent.append("sent")

        def pipeline(self, **_options: object) -> Pipe:
            return self

    monkeypatch.setattr(queue, "_redis", Pipe)
    with queue.hints_together():
        with django_capture_on_commit_callbacks(execute=True):
            queue.wake("mail")
            queue.wake("chat")
        assert sent == []
    assert sent == ["wake:mail", "wake:chat", "sent", "end"]
