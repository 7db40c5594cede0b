"""Telling open pages that something changed: what, never the content. What was told is kept for a minute, for pages whose
stream was not open at that moment; a word that is lost for good costs a few seconds.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from redis import Redis
from redis.client import Pipeline

from toolkit.queue import hint

KEPT_SECONDS = 60
_MOST_KEPT = 200


def channel(tenant_id: int) -> str:
    """The pub/sub channel of a tenant."""
    return f"live:{tenant_id}"


def kept(tenant_id: int) -> str:
    """The Redis stream of a tenant's latest news; an entry's id says when it was told, in milliseconds."""
    return f"told:{tenant_id}"


def publish(tenant_id: int, **news: Any) -> None:
    """After commit, tell the tenant's open pages: `ticket` number, `organization`, `requester` and `kind`."""
    publish_each([(tenant_id, news)])


def publish_each(news: Sequence[tuple[int, dict[str, Any]]]) -> None:
    """Like `publish`, for many at once: pairs of a tenant and its news."""
    texts = [(tenant_id, json.dumps(one)) for tenant_id, one in news]

    def give(redis: Redis) -> None:
        pipe = redis if isinstance(redis, Pipeline) else redis.pipeline(transaction=False)
        for tenant_id, text in texts:
            pipe.xadd(kept(tenant_id), {"news": text}, maxlen=_MOST_KEPT)
            pipe.publish(channel(tenant_id), text)
        for tenant_id in {tenant_id for tenant_id, _text in texts}:
            pipe.expire(kept(tenant_id), KEPT_SECONDS)
        if pipe is not redis:
            pipe.execute()

    hint(give)
