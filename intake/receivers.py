"""What was redacted on a ticket isn't kept in the raw mail and chat events that it came by either."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import partial, reduce
from html import unescape
from operator import or_
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q, QuerySet
from django.dispatch import receiver

from accounts.models import AuditEvent
from intake.chat_models import ChatEvent
from intake.enums import MailboxKind
from intake.models import HeldComment, InboundMessage, Mailbox
from intake.parsing import ParsedMail, parse
from intake.raw import GONE, raw_of
from notifications.enums import Template
from notifications.models import ChatThread, OutboxMessage
from tickets.enums import EventKind
from tickets.events import ticket_event, words_redacted
from tickets.models import Ticket, TicketEvent
from tickets.services.striking import strike_all, strike_audit, struck

_GONE_EVENT = b'{"redacted": true}'
_MOST = 100


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
def forget_words(sender: object, tickets: Sequence[Ticket], words: str, **_kwargs: Any) -> Counter[int]:
    """Overwrite whatever else came in for tickets and holds the words: answers with them in the subject, held ones, copies
    that made nothing, edits and copies of our own posts in a chat; and take them out of what is said of it.
    """
    rows = InboundMessage.objects.filter(ticket__in=tickets).defer("raw")
    held = HeldComment.objects.filter(ticket__in=tickets)
    found = strike_all(held, ("reason",), words) + strike_all(rows, ("reason",), words)
    mails = [row for row in (*rows.exclude(raw=GONE), *_copies(rows)) if _holds(parse(raw_of(row)), row, words)]
    _forget(Q(pk__in=[row.pk for row in mails]))
    said = AuditEvent.objects.filter(at__gte=min(one.opened_at for one in tickets))
    found[tickets[0].pk] += strike_audit(said.filter(
        Q(object_type=InboundMessage._meta.label_lower, object_id__in=list(rows.values_list("pk", flat=True)))
        | Q(object_type=HeldComment._meta.label_lower, object_id__in=list(held.values_list("pk", flat=True)))), words)
    return found + Counter(row.ticket_id or tickets[0].pk for row in mails) + _forget_chat(tickets, words)


def _copies(rows: QuerySet[InboundMessage]) -> Iterable[InboundMessage]:
    """The newest copies that are on no ticket: quarantined, or put aside."""
    known = rows.exclude(message_id="").values_list("message_id", "from_address")
    return InboundMessage.objects.filter(
        ticket__isnull=True, mailbox__in=Mailbox.objects.all(), from_address__in={sender for _id, sender in known},
        message_id__in={message_id for message_id, _sender in known}).exclude(raw=GONE).defer("raw").order_by("-pk")[:_MOST]


def _forget_chat(tickets: Sequence[Ticket], words: str) -> Counter[int]:
    channels = dict(ChatThread.objects.filter(ticket__in=tickets).values_list("channel__channel_id", "ticket_id"))
    heard = Q(ticket__in=tickets) | Q(channel_id__in=list(channels), received_at__gte=min(t.opened_at for t in tickets))
    events = [row for row in ChatEvent.objects.filter(heard).iterator() if _tells(bytes(row.raw), words)]
    ChatEvent.objects.filter(pk__in=[row.pk for row in events]).update(raw=_GONE_EVENT)
    known = {one.pk for one in tickets}
    strike_all(ChatEvent.objects.filter(ticket__in=tickets), ("reason",), words)
    return Counter(row.ticket_id if row.ticket_id in known else channels.get(row.channel_id, tickets[0].pk)
                   for row in events)


def _forget(which: Q) -> None:
    rows = InboundMessage.objects.filter(which)
    reported = list(rows.filter(mailbox__kind=MailboxKind.SECURITY).values_list("pk", flat=True))
    rows.update(raw=GONE, size=len(GONE), subject="redacted", preview=None)
    if reported:
        transaction.on_commit(partial(_overwrite, _copies_for_team(reported)))


def _copies_for_team(reported: Iterable[int]) -> list[str]:
    """The stored files that go, or went, to the security team: reports byte for byte."""
    causes = reduce(or_, (Q(cause__startswith=f"security-copy:{pk}:") for pk in reported))
    mails = OutboxMessage.objects.filter(causes, template=Template.SECURITY_COPY)
    return [context["file"] for context in mails.values_list("context", flat=True)]


def _overwrite(keys: Iterable[str]) -> None:
    for key in keys:
        default_storage.delete(key)
        default_storage.save(key, ContentFile(GONE))


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
