"""A press of Send twice has one effect: on a slow line people press again, and browsers send again."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.cache import cache
from django.http import HttpResponse

from accounts.requests import MemberRequest
from tickets import services
from tickets.models import Ticket
from tickets.services.locking import lock

_SECONDS = 24 * 3600


def new_press() -> str:
    """What tells one rendered form from all others."""
    return secrets.token_hex(8)


def _press(request: MemberRequest) -> str:
    press = request.POST.get("press", "")
    return press if re.fullmatch(r"[0-9a-f]{16}", press) else ""


@contextmanager
def first_press(request: MemberRequest, ticket: Ticket, words: services.Words) -> Iterator[bool]:
    """In a transaction: False when these words were sent from this very form before. A refusal doesn't count."""
    said = "\0".join([words.mode, words.body, words.then or "", *map(str, words.uploads)]).encode()
    key = f"press:{request.tenant.pk}:{request.member.person.pk}:{_press(request)}:{hashlib.sha256(said).hexdigest()}"
    lock(ticket)  # the second press waits for what comes of the first
    if not _press(request) or cache.add(key, 1, _SECONDS):
        try:
            yield True
        except BaseException:
            cache.delete(key)
            raise
    else:
        yield False


def say_pressed(request: MemberRequest, response: HttpResponse, ticket: Ticket) -> HttpResponse:
    """The browser is told which form's words have been taken (static/js/composer.js)."""
    response.set_cookie("pressed", _press(request), max_age=_SECONDS, path=f"/desk/t/{ticket.number}",
                        secure=settings.SESSION_COOKIE_SECURE, samesite="Lax")
    return response
