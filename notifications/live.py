"""Telling open pages that something changed: what, never the content. A lost word costs a few seconds."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from redis import Redis

from toolkit.queue import hint


def channel(tenant_id: int) -> str:
    """The pub/sub channel of a tenant."""
    return f"live:{tenant_id}"


def publish(tenant_id: int, **news: Any) -> None:
    """After commit, tell the tenant's open pages: `ticket` number, `organization`, `requester` and `kind`."""
    publish_each([(tenant_id, news)])


def publish_each(news: Sequence[tuple[int, dict[str, Any]]]) -> None:
    """Like `publish`, for many at once: pairs of a tenant and its news."""
    texts = [(channel(tenant_id), json.dumps(one)) for tenant_id, one in news]

    def give(redis: Redis) -> None:
        for name, text in texts:
            redis.publish(name, text)

    hint(give)
