"""Hints over Redis: waking workers and telling open pages. Every job's truth is a row, and whoever waits also looks by
itself each second, so a lost hint costs latency only, and a Redis that is away costs a request next to nothing.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import TypeVar

from django.conf import settings
from django.db import transaction
from redis import Redis
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
T = TypeVar("T")

# After a hint could not be given, none is tried for so long: nobody waits for a Redis that is away.
_PAUSE_SECONDS = 5.0
_quiet_until = 0.0
_gathered: ContextVar[list[Callable[[Redis], object]] | None] = ContextVar("gathered", default=None)


@cache
def _redis() -> Redis:
    return Redis.from_url(settings.REDIS_URL, socket_connect_timeout=0.5, socket_timeout=5)


def hint(give: Callable[[Redis], object]) -> None:
    """After the current transaction commits, do something with Redis that may as well fail."""
    transaction.on_commit(lambda: hint_now(give), robust=True)


@contextmanager
def hints_together() -> Iterator[None]:
    """Give the hints of the transactions inside in one round trip, at the end."""
    gathered: list[Callable[[Redis], object]] = []
    token = _gathered.set(gathered)
    try:
        yield
    finally:
        _gathered.reset(token)
        if gathered:
            hint_now(lambda redis: _give_all(redis, gathered))


def _give_all(redis: Redis, gifts: list[Callable[[Redis], object]]) -> None:
    with redis.pipeline(transaction=False) as pipe:
        for give in gifts:
            give(pipe)
        pipe.execute()


def hint_now(give: Callable[[Redis], object]) -> None:
    """Do something with Redis that may as well fail, without waiting for the transaction."""
    global _quiet_until  # noqa: PLW0603 -- one breaker per process
    gathered = _gathered.get()
    if gathered is not None:
        gathered.append(give)
        return
    if time.monotonic() < _quiet_until:
        return
    try:
        give(_redis())
    except RedisError:
        _quiet_until = time.monotonic() + _PAUSE_SECONDS
        logger.warning("Redis is away: a hint was not given, whoever waits looks by itself")


def wake(topic: str) -> None:
    """Wake one worker that waits for `topic` as soon as the current transaction commits."""
    hint(lambda redis: redis.lpush(f"wake:{topic}", "1"))


def wait(topic: str, seconds: float) -> None:
    """Return when somebody wakes `topic`, or after `seconds`."""
    try:
        if _redis().blpop([f"wake:{topic}"], timeout=seconds):
            _redis().delete(f"wake:{topic}")  # one look finds everything that is due
    except RedisError:
        time.sleep(seconds)


def ask(question: Callable[[Redis], T], otherwise: T) -> T:
    """Redis' answer, or `otherwise` when it is away: for what may as well be unknown."""
    global _quiet_until  # noqa: PLW0603 -- one breaker per process
    if time.monotonic() < _quiet_until:
        return otherwise
    try:
        return question(_redis())
    except RedisError:
        _quiet_until = time.monotonic() + _PAUSE_SECONDS
        logger.warning("Redis is away: a question stays open")
        return otherwise
