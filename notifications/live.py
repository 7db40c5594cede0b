"""Telling open pages that something changed: what, never the content. A lost word costs a few seconds."""

from __future__ import annotations

import json
from typing import Any

from toolkit.queue import hint


def channel(tenant_id: int) -> str:
    """The pub/sub channel of a tenant."""
    return f"live:{tenant_id}"


def publish(tenant_id: int, **news: Any) -> None:
    """After commit, tell the tenant's open pages: `ticket` number, `organization`, `requester` and `kind`."""
    text = json.dumps(news)
    hint(lambda redis: redis.publish(channel(tenant_id), text))
