"""What was redacted on a ticket isn't kept in the raw mail and chat events that it came by either."""

from __future__ import annotations

import json
from html import unescape
from typing import Any

from django.db.models import Q
from django.dispatch import receiver

from intake.chat_models import ChatEvent
from intake.models import InboundMessage
from intake.parsing import ParsedMail, parse
from intake.raw import raw_of
from notifications.models import ChatThread
from tickets.enums import EventKind
from tickets.events import ticket_event, words_redacted
from tickets.models import Ticket, TicketEvent
from tickets.services.striking import struck

GONE = b"Subject: redacted\r\n\r\nThis mail was taken out for good. The ticket says by whom and why.\r\n"
_GONE_EVENT = b'{"redacted": true}'


@receiver(ticket_event)
def forget_raw_mail(sender: object, event: TicketEvent, ticket: Ticket, **_kwargs: Any) -> None:
    """Overwrite the stored mails of the messages that a redaction touched."""
    if event.kind != EventKind.REDACTED:
        return
    touched = Q(comment_id__in=event.data["comments"])
    if event.data["opening"]:
        touched |= Q(ticket=ticket, comment__isnull=True, state="ticket")
    _forget(touched)
    if event.data["comments"]:
        ChatEvent.objects.filter(comment_id__in=event.data["comments"]).update(raw=_GONE_EVENT)


@receiver(words_redacted)
def forget_words(sender: object, ticket: Ticket, words: str, **_kwargs: Any) -> int:
    """Overwrite whatever else came in for a ticket and holds the words: answers with them in the subject, held ones, edits
    and copies of our own posts in a chat.
    """
    rows = InboundMessage.objects.filter(ticket=ticket).defer("raw").exclude(raw=GONE)
    mails = [row.pk for row in rows if _holds(parse(raw_of(row)), row, words)]
    _forget(Q(pk__in=mails))
    channels = ChatThread.objects.filter(ticket=ticket).values_list("channel__channel_id", flat=True)
    heard = Q(ticket=ticket) | Q(channel_id__in=list(channels), received_at__gte=ticket.opened_at)
    events = [row.pk for row in ChatEvent.objects.filter(heard).iterator() if _tells(bytes(row.raw), words)]
    ChatEvent.objects.filter(pk__in=events).update(raw=_GONE_EVENT)
    return len(mails) + len(events)


def _forget(which: Q) -> None:
    InboundMessage.objects.filter(which).update(raw=GONE, size=len(GONE), subject="redacted", preview=None)


def _holds(mail: ParsedMail, row: InboundMessage, words: str) -> bool:
    texts = (row.subject, row.reason, mail.subject, mail.text, unescape(mail.html), mail.from_name)
    names = [part.filename for part in mail.attachments]
    inside = [part.content.decode("utf-8", "replace") for part in mail.attachments if part.content_type == "message/rfc822"]
    return any(words in text for text in (*texts, *names, *inside))


def _tells(raw: bytes, words: str) -> bool:
    try:
        event = json.loads(raw)
        return bool(struck(event, words) != event) or words in unescape(json.dumps(event, ensure_ascii=False))
    except (ValueError, RecursionError):
        return words in raw.decode("utf-8", "replace")
