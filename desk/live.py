"""Server-sent events for open pages: they say what changed, and the browser fetches it through the ordinary doors.

Streams outlive no login: who may listen is asked again every minute. A page says how old it is, and a browser that comes
back what it heard last: what was told meanwhile is told again, so nothing falls between a page and its stream.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import Awaitable, Callable
from http.cookies import CookieError, SimpleCookie
from importlib import import_module
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import close_old_connections
from django.utils.crypto import constant_time_compare

from accounts.members import Member
from accounts.models import User
from accounts.queries import member_for_user, tenant_for_host
from accounts.tenancy import tenant_scope
from desk.hub import Hub, told_since
from notifications.live import KEPT_SECONDS
from toolkit.clock import now

logger = logging.getLogger(__name__)

PATHS = frozenset({"/desk/live", "/live"})
_RECHECK_SECONDS = 60.0
_BEAT_SECONDS = 15.0
_SLACK_MS = 50  # the clocks of two machines

Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]


def wants_live(path: str) -> bool:
    """Is this the address of a stream."""
    return path in PATHS


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
            since = heard_until(scope, _milliseconds())
            await send(_chunk(f"retry: 2000\nid: {since}\nevent: hello\ndata: {{}}\n\n".encode()))
            for text in await told_since(member.tenant.pk, since):
                await _tell(send, member, text)
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
        await _tell(send, member, text)


async def _tell(send: Send, member: Member, text: str) -> None:
    news = json.loads(text)
    if may_hear(member, news):
        told = {"ticket": news.get("ticket"), "kind": news.get("kind")}
        await send(_chunk(f"id: {_milliseconds()}\nevent: change\ndata: {json.dumps(told)}\n\n".encode()))


def _milliseconds() -> int:
    return int(now().timestamp() * 1000)


def heard_until(scope: dict[str, Any], at: int) -> int:
    """The moment up to which the listener knows all, in milliseconds as `at` (now): the last event that the browser got
    (Last-Event-ID), else when its page was asked for (`age`, in milliseconds). No more than is kept.
    """
    headers = dict(scope["headers"])
    said = headers.get(b"last-event-id", b"").decode("latin-1")
    age = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("age", [""])[0]
    known = int(said) if _is_number(said) else at - int(age) if _is_number(age) else at
    return max(min(known, at), at - KEPT_SECONDS * 1000) - _SLACK_MS


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 16


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
