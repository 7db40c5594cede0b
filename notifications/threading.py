"""How a mail is recognised as an answer: a signed reply address, or the Message-ID of something we sent or kept."""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Iterable

from django.conf import settings

from notifications.models import OutboxMessage
from tickets.models import Comment, Ticket

_TOKEN = re.compile(r"^t(\d{1,18})-([a-z2-7]{16})$")


def _sign(text: str, purpose: str) -> str:
    digest = hmac.digest(settings.SECRET_KEY.encode(), f"{purpose}:{text}".encode(), "sha256")
    return base64.b32encode(digest[:10]).decode().lower()


def reply_address(ticket: Ticket, address: str) -> str:
    """`support+t12-…@host`: whoever answers to it answers on this ticket (if entitled to it)."""
    local, _at, domain = address.partition("@")
    return f"{local}+t{ticket.pk}-{_sign(f'{ticket.tenant_id}:{ticket.pk}', 'reply')}@{domain}"


def ticket_id_from_token(token: str, tenant_id: int) -> int | None:
    """The ticket that a reply address names; None when the signature isn't ours."""
    match = _TOKEN.match(token.lower())
    if match is None:
        return None
    expected = _sign(f"{tenant_id}:{int(match[1])}", "reply")
    return int(match[1]) if hmac.compare_digest(expected, match[2]) else None


def message_id_for(tenant_id: int, cause: str, domain: str) -> str:
    """A Message-ID that stays the same however often the mail is tried."""
    return f"<{_sign(f'{tenant_id}:{cause}', 'message')}.{tenant_id}@{domain}>"


def ticket_ids_from_message_ids(message_ids: Iterable[str]) -> list[int]:
    """The tickets that the newest known of these Message-IDs belongs to, in the chosen tenant: one for an id of ours; all
    that were told one by others, oldest first, since anybody may use anybody's.
    """
    wanted = [m for m in message_ids if m][:50]
    if not wanted:
        return []
    ours = dict(OutboxMessage.objects.filter(message_id__in=wanted, ticket__isnull=False)
                .values_list("message_id", "ticket_id"))
    theirs: dict[str, list[int]] = {}
    for message_id, ticket_id in Comment.objects.filter(message_id__in=wanted).order_by("pk").values_list(
            "message_id", "ticket_id")[:200]:
        theirs.setdefault(message_id, []).append(ticket_id)
    for message_id in wanted:
        if message_id in ours:
            return [ours[message_id]]
        if message_id in theirs:
            return list(dict.fromkeys(theirs[message_id]))
    return []
