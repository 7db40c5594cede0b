"""Who looks at or answers which ticket just now. The workspace writes it to Redis; here it is only read."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext_lazy as _
from redis import Redis

from accounts.members import Member
from toolkit.queue import ask

_GONE_AFTER = timedelta(seconds=45)
MODES = {"viewing": _("is viewing"), "replying": _("is replying")}
_SAME = {"writing": "replying"}


@dataclass(frozen=True)
class Presence:
    """A colleague at a ticket; `mode` is viewing or replying."""

    name: str
    mode: str

    @property
    def words(self) -> str:
        """“Tom is replying”."""
        return f"{self.name.split()[0]} {MODES[self.mode]}"


def presence_key(tenant_id: int, number: int) -> str:
    """The Redis hash of a ticket: a field for each person, by id."""
    return f"presence:{tenant_id}:{number}"


def colleagues_at(member: Member, numbers: Iterable[int], now: datetime) -> dict[int, Presence]:
    """By ticket number the colleague to name: who replies comes before who looks. One round trip; nobody if Redis is away."""
    wanted = list(numbers)

    def read(redis: Redis) -> list[dict[bytes, bytes]]:
        pipe = redis.pipeline(transaction=False)
        for number in wanted:
            pipe.hgetall(presence_key(member.tenant.pk, number))
        return list(pipe.execute())

    nobody: list[dict[bytes, bytes]] = []
    answers = ask(read, nobody) if wanted else nobody
    found = {}
    for number, people in zip(wanted, answers, strict=False):
        here = [p for pk, said in people.items() if pk != str(member.person.pk).encode() and (p := _read(said, now))]
        if here:
            found[number] = min(here, key=lambda p: (p.mode != "replying", p.name))
    return found


def _read(said: bytes, now: datetime) -> Presence | None:
    """One person's entry, [name, doing, since, seen], unless it is old or not what the workspace writes."""
    try:
        name, doing, _since, seen = json.loads(said)
        mode = _SAME.get(doing, doing)
        if mode in MODES and name.strip() and now - datetime.fromtimestamp(seen, UTC) < _GONE_AFTER:
            return Presence(name, mode)
    except (ValueError, TypeError, AttributeError, OverflowError):
        pass
    return None
