"""From an outbox row to a post in a thread. Internal notes can't be reached from here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.template.loader import render_to_string
from django.utils import translation

from accounts.languages import language_for
from accounts.models import Tenant
from notifications.channels.contract import DeliveryError
from notifications.channels.slack.web import SlackApi
from notifications.chatkeys import bot_token
from notifications.enums import Template
from notifications.models import ChatChannel, OutboxMessage
from notifications.rendering import message_context

MOST_CHARACTERS = 12_000


@dataclass(frozen=True)
class Post:
    """A message ready to go. `asked_before`: an earlier try may have got through."""

    token: str
    channel: str
    thread_ts: str
    text: str
    key: str
    since: float
    asked_before: bool


class SlackSender:
    """Each post is a call of its own."""

    def prepare(self, row: OutboxMessage, tenant: Tenant, *, now: datetime) -> Post | str:
        """The post; or why there can be none, in words."""
        channel = ChatChannel.objects.select_related("workspace").filter(pk=row.context.get("chat_channel")).first()
        if channel is None or not (channel.is_active and channel.workspace.is_active):
            return "The chat channel is switched off."
        template = Template(row.template)
        files = [f.name for f in row.comment.attachments.all()] if row.comment else []
        with translation.override(language_for(row.person, tenant)):
            context = message_context(row, tenant, template, now)
            text = render_to_string(f"chat/{template}.txt", context | {"files": files}).strip()
        if len(text) > MOST_CHARACTERS:
            text = f"{text[:MOST_CHARACTERS]} …\n{context.get('url', '')}".strip()
        return Post(bot_token(channel.workspace), channel.channel_id, str(row.context.get("thread_ts", "")), text,
                    row.message_id, row.created_at.timestamp() - 60, row.attempts > 1)

    def deliver(self, prepared: Post | str) -> str:
        """The ts of the message. A try whose answer was lost is looked for before another is made."""
        if isinstance(prepared, str):
            raise DeliveryError(prepared, is_final=True)
        api, where = SlackApi(prepared.token), {"channel": prepared.channel, "thread_ts": prepared.thread_ts}
        if prepared.asked_before:
            known = api.find_posted(**where, key=prepared.key, since=prepared.since)
            if known is not None:
                return known
        return api.post_message(**where, text=prepared.text, key=prepared.key)

    def close(self) -> None:
        """Nothing is held open."""
