"""A Redis cache that is allowed to be away: what it holds (rate counters, hints) is never the truth."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


def _failing_open(name: str, fallback: Any) -> Callable[..., Any]:
    original = getattr(RedisCache, name)

    def method(self: RedisCache, *args: Any, **kwargs: Any) -> Any:
        try:
            return original(self, *args, **kwargs)
        except RedisError:
            logger.warning("the cache is away (%s)", name)
            return fallback

    return method


class FailOpenRedisCache(RedisCache):
    """Django's Redis cache; when Redis can't be reached, reads miss and writes are dropped."""

    add = _failing_open("add", fallback=True)
    set = _failing_open("set", fallback=None)
    touch = _failing_open("touch", fallback=False)
    delete = _failing_open("delete", fallback=False)
    set_many = _failing_open("set_many", fallback=[])
    get_many = _failing_open("get_many", fallback={})
    incr = _failing_open("incr", fallback=1)

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        """The cached value, or `default` when it is absent or Redis is away."""
        try:
            return super().get(key, default, version)
        except RedisError:
            logger.warning("the cache is away (get)")
            return default
