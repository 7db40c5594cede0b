"""Open streams: who may listen is asked again."""

from __future__ import annotations

import asyncio
import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from accounts.enums import MembershipRole
from accounts.members import Member
from desk import live
from desk.hub import told_since
from notifications.live import publish
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


AT = 1_800_000_000_000


def scope(query: bytes = b"", last: bytes | None = None) -> dict[str, Any]:
    return {"query_string": query, "headers": [(b"last-event-id", last)] if last is not None else []}


@pytest.mark.parametrize(("asked", "knows_until"), [
    (scope(b"age=1500"), AT - 1500),
    (scope(b"age=1500", last=str(AT - 400).encode()), AT - 400),  # it came back, and its address is as old as its page
    (scope(b"age=9999999"), AT - 60_000),
    (scope(b"age=-5"), AT),
    (scope(b"age=%C2%B2", last=b"\xb2"), AT),
    (scope(last=str(AT + 5000).encode()), AT),
    (scope(), AT),
])
def test_a_stream_begins_where_its_page_or_its_last_event_ended(asked: dict[str, Any], knows_until: int) -> None:
    assert live.heard_until(asked, AT) == knows_until - live._SLACK_MS


@pytest.mark.django_db(transaction=True)
def test_what_was_told_between_a_page_and_its_stream_is_told_again() -> None:
    publish(41, ticket=1, kind="ticket.replied")
    publish(42, ticket=2, kind="ticket.replied")
    before = int(time.time() * 1000) - 5000

    def told(since: int) -> list[Any]:
        with ThreadPoolExecutor(1) as apart:
            return [json.loads(text)["ticket"] for text in apart.submit(lambda: asyncio.run(told_since(42, since))).result()]

    assert told(before) == [2]
    assert told(before + 60_000) == []
