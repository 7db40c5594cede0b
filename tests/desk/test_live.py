"""Open streams: who may listen is asked again."""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from accounts.enums import MembershipRole
from accounts.members import Member
from desk import live
from tests.factories.desk import Desk


def heard(path: str, at_first: Member, later: Member | None, news: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> bytes:
    """What a stream says of news after its listener has become somebody else."""
    said: list[bytes] = []

    async def send(message: dict[str, Any]) -> None:
        said.append(message["body"])

    async def talk() -> None:
        queue: asyncio.Queue[str] = asyncio.Queue()
        queue.put_nowait(json.dumps(news))
        gone = asyncio.create_task(asyncio.sleep(0.2))
        await live._talk({"path": path}, send, queue, gone, at_first)

    monkeypatch.setattr(live, "_RECHECK_SECONDS", -1.0)
    monkeypatch.setattr(live, "_BEAT_SECONDS", 0.05)
    monkeypatch.setattr(live, "member_of", lambda scope: later)
    with ThreadPoolExecutor(1) as apart:  # in this thread another loop may run, Playwright's
        apart.submit(lambda: asyncio.run(talk())).result()
    return b"".join(said)


def test_a_stream_hears_what_its_listener_may_hear_now(acme: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    bob, carol = acme.member("bob"), acme.member("carol")
    elsewhere = Member(carol.tenant, carol.person, memberships={0: MembershipRole.MEMBER})
    news = {"ticket": 7, "organization": next(iter(carol.memberships)), "requester": 0, "kind": "ticket.replied"}
    assert b"change" in heard("/desk/live", bob, bob, news, monkeypatch)
    assert heard("/desk/live", bob, carol, news, monkeypatch) == b""
    assert heard("/desk/live", bob, None, news, monkeypatch) == b""
    assert b"change" in heard("/live", carol, carol, news, monkeypatch)
    assert b"change" not in heard("/live", carol, elsewhere, news, monkeypatch)
