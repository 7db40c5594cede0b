"""Live news of this process: one subscription to Redis, fanned out in memory to all open streams."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from typing import Any

from django.conf import settings
from redis import asyncio as redis
from redis.exceptions import RedisError

from notifications.live import channel, kept

logger = logging.getLogger(__name__)

_MOST_WAITING = 200
_READY_SECONDS = 2.0


class Hub:
    """All streams of this process."""

    def __init__(self) -> None:
        self.listeners: dict[int, set[asyncio.Queue[str]]] = {}
        self.reader: asyncio.Task[None] | None = None
        self.hears = asyncio.Event()

    @contextlib.asynccontextmanager
    async def listen(self, tenant_id: int) -> AsyncIterator[asyncio.Queue[str]]:
        """A queue of the tenant's news for as long as the block runs."""
        queue: asyncio.Queue[str] = asyncio.Queue(_MOST_WAITING)
        self.listeners.setdefault(tenant_id, set()).add(queue)
        if self.reader is None or self.reader.done():
            self.reader = asyncio.create_task(self._read())
        try:
            with contextlib.suppress(TimeoutError):  # Redis is away: the page looks by itself
                await asyncio.wait_for(self.hears.wait(), _READY_SECONDS)
            yield queue
        finally:
            self.listeners[tenant_id].discard(queue)

    async def _read(self) -> None:
        """Pass on what Redis says; when it is away, try again each second (pages poll in the meantime)."""
        while any(self.listeners.values()):
            try:
                link = redis.Redis.from_url(settings.REDIS_URL)
                async with link.pubsub() as subscription:
                    await subscription.psubscribe("live:*")
                    async for message in subscription.listen():
                        if message["type"] == "psubscribe":
                            self.hears.set()
                        elif message["type"] == "pmessage":
                            self._pass_on(message["channel"].decode(), message["data"].decode())
            except (RedisError, OSError):
                logger.warning("live news are interrupted; trying again")
            self.hears.clear()
            await asyncio.sleep(1)

    def _pass_on(self, name: str, text: str) -> None:
        for tenant_id, queues in self.listeners.items():
            if channel(tenant_id) == name:
                for queue in queues:
                    with contextlib.suppress(asyncio.QueueFull):
                        queue.put_nowait(text)


async def told_since(tenant_id: int, since: int) -> list[str]:
    """What the tenant's pages were told from this moment on (milliseconds), oldest first; nothing while Redis is away."""
    link = redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=0.5, socket_timeout=2)
    try:
        async with link:
            entries: Any = await link.xrange(kept(tenant_id), min=str(since))
            return [entry[b"news"].decode() for _id, entry in entries]
    except (RedisError, OSError):
        return []
