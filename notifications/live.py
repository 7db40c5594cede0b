"""Telling open pages that something changed: what, never the content. A lost word costs a few seconds."""

from __future__ import annotations

import json
import logging
import time
from functools import cache
from typing import Any

from django.conf import settings
from django.db import transaction
from redis import Redis
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

_PAUSE_SECONDS = 5.0
_quiet_until = 0.0


def channel(tenant_id: int) -> str:
    """The pub/sub channel of a tenant."""
    return f"live:{tenant_id}"


def publish(tenant_id: int, **news: Any) -> None:
    """After commit, tell the tenant's open pages: `ticket` number, `organization`, `requester` and `kind`."""
    transaction.on_commit(lambda: _publish(channel(tenant_id), json.dumps(news)), robust=True)


def _publish(name: str, text: str) -> None:
    global _quiet_until  # noqa: PLW0603 -- one breaker per process
    if time.monotonic() < _quiet_until:
        return
    try:
        _redis().publish(name, text)
    except RedisError:
        _quiet_until = time.monotonic() + _PAUSE_SECONDS
        logger.warning("open pages were not told of a change; they look by themselves")


@cache
def _redis() -> Redis:
    return Redis.from_url(settings.REDIS_URL, socket_connect_timeout=0.5, socket_timeout=0.5)
