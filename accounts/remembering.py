"""A tenant's settings, read once and kept in the process until one of them changes.

Pages and workers that change no settings know the version of the settings from the statement that told Postgres the
tenant; a trigger on each settings table moves it in the changing transaction. So what is remembered is exact, without
a message or a guess.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import TypeVar

from django.utils.translation import get_language

from accounts.tenancy import current_tenant_id, settings_version

T = TypeVar("T")
K = TypeVar("K")
_MOST = 2_000
_MOST_KEYS = 5_000
_stand: ContextVar[bool] = ContextVar("stand", default=False)


def remembered(read: Callable[[], T]) -> Callable[[], T]:
    """Remember what `read` gives for each tenant, in each language. Its tables must be watched (`walls.watch_settings_sql`).

    What is given is shared between requests: nobody may change it. In scopes that may write, each call reads anew.
    """
    known: dict[tuple[int, str | None], tuple[int, T]] = {}

    @wraps(read)
    def recall() -> T:
        version = settings_version()
        if version is None:
            return read()
        key = current_tenant_id(), get_language()
        found = known.get(key)
        if found is None or found[0] != version:
            if len(known) >= _MOST:
                known.clear()
            found = known[key] = (version, read())
        return found[1]

    return recall


def remembered_each(read: Callable[[K], T]) -> Callable[[K], T]:
    """Like `remembered`, for each key that is asked for: for what a tenant may have thousands of."""
    known_of_tenant: Callable[[], dict[K, T]] = remembered(dict)

    @wraps(read)
    def recall(key: K) -> T:
        known = known_of_tenant()
        if key not in known:
            if len(known) >= _MOST_KEYS:
                known.clear()
            found = known[key] = read(key)
            return found
        return known[key]

    return recall


@contextmanager
def settings_stand() -> Iterator[None]:
    """Promise that the running transaction changes no tenant's settings: for work on many tenants at once."""
    token = _stand.set(True)
    try:
        yield
    finally:
        _stand.reset(token)


def remembered_of_many(read: Callable[[list[int]], dict[int, T]]) -> Callable[[Mapping[int, int]], dict[int, T]]:
    """Like `remembered`, for many tenants at once: asked with their versions, it reads those that have changed.

    Only inside `settings_stand` is anything remembered.
    """
    known: dict[int, tuple[int, T]] = {}

    @wraps(read)
    def recall(versions: Mapping[int, int]) -> dict[int, T]:
        if not _stand.get():
            return read(list(versions))
        found = {tenant: known[tenant][1] for tenant, version in versions.items()
                 if tenant in known and known[tenant][0] == version}
        missing = [tenant for tenant in versions if tenant not in found]
        if missing:
            fresh = read(missing)
            if len(known) >= _MOST:
                known.clear()
            known.update({tenant: (versions[tenant], value) for tenant, value in fresh.items()})
            found |= fresh
        return found

    return recall
