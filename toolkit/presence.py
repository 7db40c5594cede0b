"""Who is in a room and what they do there: a guess that fades by itself, kept in Redis and nowhere else.

A room that can't be asked is empty: nothing may depend on presence but a hint on a page.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from redis import Redis

from toolkit.queue import hint_now

GONE_AFTER = timedelta(seconds=45)


@dataclass(frozen=True)
class Present:
    """Somebody in a room: `doing` is a word of the caller's, `since` when they began it."""

    who: int
    name: str
    doing: str
    since: datetime


def enter(room: str, who: int, name: str, doing: str, *, now: datetime) -> bool:
    """Be in the room, or still be. True when that is news: somebody came, or does something else now."""
    before = {p.who: p for p in present([room], now=now)[room]}.get(who)
    since = before.since if before and before.doing == doing else now
    value = json.dumps([name, doing, since.timestamp(), now.timestamp()])

    def write(redis: Redis) -> None:
        pipe = redis.pipeline()
        pipe.hset(f"presence:{room}", str(who), value)
        pipe.expire(f"presence:{room}", int(GONE_AFTER.total_seconds()) * 2)
        pipe.execute()

    hint_now(write)
    return before is None or before.doing != doing


def leave(room: str, who: int) -> None:
    """Be gone at once."""
    hint_now(lambda redis: redis.hdel(f"presence:{room}", str(who)))


def present(rooms: Iterable[str], *, now: datetime) -> dict[str, list[Present]]:
    """Who is in each of the rooms, longest first (one round trip)."""
    wanted = list(rooms)
    found: dict[str, list[Present]] = {room: [] for room in wanted}

    def read(redis: Redis) -> None:
        pipe = redis.pipeline(transaction=False)
        for room in wanted:
            pipe.hgetall(f"presence:{room}")
        for room, people in zip(wanted, pipe.execute(), strict=True):
            found[room] = _living(people, now)

    if wanted:
        hint_now(read)
    return found


def _living(people: dict[bytes, bytes], now: datetime) -> list[Present]:
    alive = []
    for who, value in people.items():
        name, doing, since, seen = json.loads(value)
        if now.timestamp() - seen <= GONE_AFTER.total_seconds():
            alive.append(Present(int(who), name, doing, datetime.fromtimestamp(since, now.tzinfo)))
    return sorted(alive, key=lambda p: (p.since, p.who))
