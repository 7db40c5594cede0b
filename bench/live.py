"""Five hundred pages that are open at once: how long after a change each of them hears of it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import resource
import time
from dataclasses import dataclass, field
from importlib import import_module

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.management.base import OutputWrapper
from django.db import transaction

from accounts.models import Person, Tenant, User
from accounts.queries import member_for_person
from accounts.tenancy import tenant_scope
from bench.measure import tell
from bench.pages import HOST, LOGIN
from screens.installation import web
from tickets.models import Ticket
from tickets.services import set_tags
from toolkit.clock import now

STREAMS, CHANGES = 500, 40
_OPEN_SECONDS, _HEAR_SECONDS = 60.0, 10.0


@dataclass
class Heard:
    """What the streams have heard: the moment of each change on each stream."""

    open: int = 0
    moments: dict[int, list[float]] = field(default_factory=dict)  # ticket number → when each stream heard of it


def live(out: OutputWrapper) -> None:
    """p95 from before the change's transaction to the stream's bytes, over all streams and changes; and to open them all."""
    _allow_sockets()
    with web({**os.environ, "SUPPORTDESK_LOCAL": "1"}) as port:
        opened, delays, lost = asyncio.run(_measure(port, _session()))
    tell(out, f"live, {STREAMS} streams opened", opened, None, "s")
    tell(out, f"live, {STREAMS} streams, change to browser", sorted(delays)[int(len(delays) * 0.95)], None, "s p95")
    tell(out, f"live, {STREAMS} streams, words lost", lost, None, f"of {STREAMS * CHANGES}")


def _allow_sockets() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 4 * STREAMS if hard == resource.RLIM_INFINITY else min(hard, 4 * STREAMS)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))


def _session() -> str:
    user = User.objects.get(email=LOGIN)
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), "accounts.login.TenantBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)


async def _measure(port: int, session: str) -> tuple[float, list[float], int]:
    heard, began = Heard(), time.perf_counter()
    streams = [asyncio.create_task(_stream(port, session, heard)) for _ in range(STREAMS)]
    try:
        await _until(lambda: heard.open == STREAMS, _OPEN_SECONDS, "not all streams were opened")
        opened, delays, lost = time.perf_counter() - began, [], 0
        for number in await sync_to_async(_tickets)():
            moments = heard.moments[number] = []
            changed = time.perf_counter()
            await sync_to_async(_change)(number)
            with contextlib.suppress(TimeoutError):
                await _until(lambda moments=moments: len(moments) >= STREAMS, _HEAR_SECONDS, "")
            delays += [moment - changed for moment in moments[:STREAMS]]
            lost += STREAMS - len(moments[:STREAMS])
        return opened, delays + [_HEAR_SECONDS] * lost, lost
    finally:
        for stream in streams:
            stream.cancel()
        await asyncio.gather(*streams, return_exceptions=True)


async def _until(condition, seconds: float, problem: str) -> None:  # type: ignore[no-untyped-def]
    until = time.perf_counter() + seconds
    while not condition():
        if time.perf_counter() > until:
            raise TimeoutError(problem)
        await asyncio.sleep(0.005)


async def _stream(port: int, session: str, heard: Heard) -> None:
    """One browser: reads lines for as long as it is let."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET /desk/live HTTP/1.1\r\nHost: {HOST}:{port}\r\nCookie: {settings.SESSION_COOKIE_NAME}={session}\r\n"
                 "Accept: text/event-stream\r\n\r\n".encode())
    try:
        async for line in reader:
            if line.startswith(b"event: hello"):
                heard.open += 1
            elif line.startswith(b'data: {"ticket": '):
                moment = time.perf_counter()
                number = int(line[17:].partition(b",")[0])
                heard.moments.get(number, []).append(moment)
    finally:
        writer.close()


def _tickets() -> list[int]:
    with tenant_scope(Tenant.objects.get(slug=HOST.partition(".")[0])):
        return list(Ticket.objects.filter(status="open").order_by("id").values_list("number", flat=True)[:CHANGES])


def _change(number: int) -> None:
    """What an agent does: a tag, in a transaction of its own."""
    tenant = Tenant.objects.get(slug=HOST.partition(".")[0])
    with tenant_scope(tenant), transaction.atomic():
        by = member_for_person(tenant, Person.objects.get(user__email=LOGIN))
        set_tags(Ticket.objects.get(number=number), [f"live-{time.time_ns()}"], by=by, at=now())
