"""Server-sent events for open pages: they say what changed, and the browser fetches it through the ordinary doors.

One subscription to Redis per process and tenant is fanned out in memory. Streams outlive no login: who may listen is
asked again every minute.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from http.cookies import CookieError, SimpleCookie
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import close_old_connections
from django.utils.crypto import constant_time_compare
from redis import asyncio as redis
from redis.exceptions import RedisError

from accounts.members import Member
from accounts.models import User
from accounts.queries import member_for_user, tenant_for_host
from accounts.tenancy import tenant_scope
from notifications.live import channel

logger = logging.getLogger(__name__)

PATHS = frozenset({"/desk/live", "/live"})
_RECHECK_SECONDS = 60.0
_BEAT_SECONDS = 15.0
_MOST_WAITING = 200

Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]


def wants_live(path: str) -> bool:
    """Is this the address of a stream."""
    return path in PATHS


class Hub:
    """All streams of this process."""

    def __init__(self) -> None:
        self.listeners: dict[int, set[asyncio.Queue[str]]] = {}
        self.reader: asyncio.Task[None] | None = None

    @contextlib.asynccontextmanager
    async def listen(self, tenant_id: int) -> AsyncIterator[asyncio.Queue[str]]:
        """A queue of the tenant's news for as long as the block runs."""
        queue: asyncio.Queue[str] = asyncio.Queue(_MOST_WAITING)
        self.listeners.setdefault(tenant_id, set()).add(queue)
        if self.reader is None or self.reader.done():
            self.reader = asyncio.create_task(self._read())
        try:
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
                        if message["type"] == "pmessage":
                            self._pass_on(message["channel"].decode(), message["data"].decode())
            except (RedisError, OSError):
                logger.warning("live news are interrupted; trying again")
            await asyncio.sleep(1)

    def _pass_on(self, name: str, text: str) -> None:
        for tenant_id, queues in self.listeners.items():
            if channel(tenant_id) == name:
                for queue in queues:
                    with contextlib.suppress(asyncio.QueueFull):
                        queue.put_nowait(text)


_hub = Hub()


async def live_stream(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """One open stream, from its login check to its end."""
    member = await asyncio.to_thread(member_of, scope)
    if member is None or not _may_listen(scope, member):
        await send({"type": "http.response.start", "status": 404, "headers": [(b"content-type", b"text/plain")]})
        await send({"type": "http.response.body", "body": b"There is nothing here."})
        return
    await send({"type": "http.response.start", "status": 200, "headers": [
        (b"content-type", b"text/event-stream"), (b"cache-control", b"no-store"), (b"x-accel-buffering", b"no")]})
    gone = asyncio.create_task(_gone(receive))
    try:
        async with _hub.listen(member.tenant.pk) as queue:
            await send(_chunk(b"retry: 2000\nevent: hello\ndata: {}\n\n"))
            await _talk(scope, send, queue, gone, member)
    except OSError:
        pass  # the browser went away in the middle of a word
    finally:
        gone.cancel()


def _may_listen(scope: dict[str, Any], member: Member) -> bool:
    return member.is_staff or scope["path"] != "/desk/live"


async def _talk(scope: dict[str, Any], send: Send, queue: asyncio.Queue[str], gone: asyncio.Task[None],
                member: Member) -> None:
    loop = asyncio.get_running_loop()
    checked = loop.time()
    while not gone.done():
        if loop.time() - checked > _RECHECK_SECONDS:
            again = await asyncio.to_thread(member_of, scope)
            if again is None or not _may_listen(scope, again):
                return
            member, checked = again, loop.time()
        try:
            text = await asyncio.wait_for(queue.get(), _BEAT_SECONDS)
        except TimeoutError:
            await send(_chunk(b": beat\n\n"))
            continue
        news = json.loads(text)
        if may_hear(member, news):
            told = {"ticket": news.get("ticket"), "kind": news.get("kind")}
            await send(_chunk(f"event: change\ndata: {json.dumps(told)}\n\n".encode()))


def may_hear(member: Member, news: dict[str, Any]) -> bool:
    """Staff hear of every ticket; customers of their own and their organizations', and never of internal things. What is
    for one person is heard by nobody else.
    """
    if "person" in news:
        return bool(news["person"] == member.person.pk)
    if member.is_staff:
        return True
    own = news.get("requester") == member.person.pk or news.get("organization") in member.memberships
    return own and not news.get("staff_only")


def _chunk(body: bytes) -> dict[str, Any]:
    return {"type": "http.response.body", "body": body, "more_body": True}


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def member_of(scope: dict[str, Any]) -> Member | None:
    """The member behind a request's host and session cookie, as the pages' middleware would find it."""
    headers = {k.decode("latin-1"): v.decode("latin-1") for k, v in scope["headers"]}
    close_old_connections()
    try:
        tenant = tenant_for_host(headers.get("host", "").rpartition(":")[0].lower() or headers.get("host", "").lower())
        cookies: SimpleCookie = SimpleCookie()
        with contextlib.suppress(CookieError):
            cookies.load(headers.get("cookie", ""))
        morsel = cookies.get(settings.SESSION_COOKIE_NAME)
        if tenant is None or morsel is None:
            return None
        with tenant_scope(tenant):
            user = _user_of(morsel.value)
            return member_for_user(tenant, user) if user else None
    finally:
        close_old_connections()


def _user_of(session_key: str) -> User | None:
    session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    if session.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return None
    user = User.objects.filter(pk=session.get(SESSION_KEY), is_active=True).first()
    if user is None or not constant_time_compare(session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash()):
        return None
    return user
