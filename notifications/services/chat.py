"""A ticket that is talked about in a chat is answered there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from notifications.enums import OutboxKind
from notifications.models import ChatChannel, ChatThread
from notifications.services.outbox import Mail
from tickets.enums import ChannelKind
from tickets.models import Ticket


def in_thread(mail: Mail, channel: ChatChannel, ts: str) -> Mail:
    """The same message, posted into a thread of a channel."""
    return replace(mail, kind=OutboxKind.SLACK, to_address=f"{channel.channel_id}:{ts}",
                   context=mail.context | {"chat_channel": channel.pk, "thread_ts": ts})


def routed(mails: Sequence[Mail], ticket: Ticket) -> list[Mail]:
    """What goes to a chat ticket's requester goes to its thread; what was said in the thread isn't said there again."""
    if ticket.channel != ChannelKind.CHAT:
        return list(mails)
    thread = ChatThread.objects.select_related("channel").filter(ticket=ticket).first()
    if thread is None:
        return list(mails)
    found = []
    for mail in mails:
        if mail.person is None or mail.person.pk != ticket.requester_id:
            found.append(mail)
        elif mail.comment is None or mail.comment.channel != ChannelKind.CHAT:
            found.append(in_thread(mail, thread.channel, thread.ts))
    return found
