"""From a kept chat event to its end: ticket, comment, quarantine, or ignored with a reason (S45)."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from tempfile import SpooledTemporaryFile
from typing import IO, Any, BinaryIO, cast

from django.conf import settings
from django.db import connection

from accounts.models import Tenant
from accounts.tenancy import tenant_scope
from intake.chat_models import ChatEvent
from intake.enums import InboundState
from intake.parsing.slack import SlackFile, SlackNews, has_trigger, mentioned, read_event, read_message
from intake.services.chat_filing import Said, take_edit, take_message
from intake.services.chat_people import Profile, known_user
from intake.services.outcome import Outcome
from notifications.channels.contract import DeliveryError
from notifications.channels.slack.web import SlackApi
from notifications.chatkeys import bot_token
from notifications.models import ChatChannel, ChatThread, ChatWorkspace
from toolkit.sealing import SealError

logger = logging.getLogger(__name__)

LEASE_SECONDS = 60
MOST_ATTEMPTS = 6
_MOST_FILES = 10


@dataclass(frozen=True)
class _Questions:
    """What has to be asked of Slack before an event can be understood."""

    workspace: ChatWorkspace
    users: tuple[str, ...] = ()
    message: tuple[str, str] | None = None
    files: tuple[SlackFile, ...] = ()


@dataclass
class _Answers:
    profiles: dict[str, Profile] = field(default_factory=dict)
    message: SlackNews | None = None
    files: dict[str, IO[bytes]] = field(default_factory=dict)


def process_chat_due(*, now: datetime, most: int = 20) -> int:
    """Read events that wait, each in a transaction of its own. Returns how many were taken."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenant_id, id FROM lease_chat_events(%s, %s)", [most, LEASE_SECONDS])
        leased = cursor.fetchall()
    tenants = Tenant.objects.in_bulk({tenant_id for tenant_id, _id in leased})
    for tenant_id, event_id in leased:
        process_chat_event(tenants[tenant_id], event_id, now=now)
    return len(leased)


def process_chat_event(tenant: Tenant, event_id: int, *, now: datetime) -> None:
    """Bring one event to its end. What goes wrong here is tried again, then quarantined, and never lost."""
    try:
        with tenant_scope(tenant):
            row = ChatEvent.objects.select_related("workspace").filter(
                pk=event_id, state=InboundState.RECEIVED).first()
            questions = _questions(row, _news(row)) if row is not None else None
        answers = _ask(questions, is_last=row.attempts >= MOST_ATTEMPTS) if row and questions else _Answers()
        with tenant_scope(tenant):
            row = (ChatEvent.objects.select_for_update(of=("self",)).select_related("workspace")
                   .filter(pk=event_id, state=InboundState.RECEIVED).first())
            if row is not None:
                news = _news(row)
                _end(row, news, _outcome(tenant, row, news, answers), now)
    except DeliveryError as error:
        logger.warning("chat event %s waits for Slack: %s", event_id, error)
        _later(tenant, event_id, error, now)
    except Exception as error:
        logger.exception("chat event %s could not be processed", event_id)
        _later(tenant, event_id, error, now)


def replay_chat_event(row: ChatEvent, *, now: datetime) -> None:
    """Read an event again that made neither ticket nor comment: after a fix, or when its channel is set up."""
    ChatEvent.objects.filter(pk=row.pk, state__in=[InboundState.QUARANTINE, InboundState.IGNORED]).update(
        state=InboundState.RECEIVED, attempts=0, next_at=now, reason="")


def _later(tenant: Tenant, event_id: int, error: Exception, now: datetime) -> None:
    with tenant_scope(tenant):
        row = ChatEvent.objects.get(pk=event_id)
        if row.state != InboundState.RECEIVED:
            return
        if row.attempts >= MOST_ATTEMPTS:
            _end(row, SlackNews("other"), Outcome(InboundState.QUARANTINE,
                                                  f"processing failed: {type(error).__name__}: {error}"), now)
            return
        wait = max(getattr(error, "retry_after", None) or 0, 3 ** row.attempts)
        ChatEvent.objects.filter(pk=row.pk).update(next_at=now + timedelta(seconds=wait))


def _end(row: ChatEvent, news: SlackNews, outcome: Outcome, now: datetime) -> None:
    ChatEvent.objects.filter(pk=row.pk).update(
        state=outcome.state, reason=outcome.reason[:300], ticket=outcome.ticket, comment=outcome.comment,
        channel_id=news.channel[:100], processed_at=now)


def _news(row: ChatEvent) -> SlackNews:
    try:
        payload: Any = json.loads(bytes(row.raw))
    except (ValueError, RecursionError):
        return SlackNews("other", "it is no JSON")
    return read_event(payload)


def _channel(row: ChatEvent, news: SlackNews) -> ChatChannel | None:
    found: ChatChannel | None = ChatChannel.objects.select_related("workspace", "organization", "project").filter(
        workspace=row.workspace, channel_id=news.channel, is_active=True).first()
    return found


def _thread(channel: ChatChannel, news: SlackNews) -> ChatThread | None:
    found: ChatThread | None = ChatThread.objects.select_related("ticket", "channel").filter(
        channel=channel, ts=news.thread_ts).first()
    return found


def _questions(row: ChatEvent, news: SlackNews) -> _Questions | None:
    """Only what will matter is asked: most messages of a channel are no business of the desk."""
    channel = _channel(row, news) if news.kind in {"message", "reaction"} else None
    if channel is None or news.user == row.workspace.bot_user_id:
        return None
    marked = news.kind == "reaction" and channel.trigger == f":{news.reaction}:"
    thread = _thread(channel, news)
    called = news.kind == "message" and has_trigger(news.text, channel.trigger)
    if not (marked or called or (thread is not None and news.kind == "message")):
        return None
    users = [u for u in [news.user, *mentioned(news.text)] if known_user(row.workspace, u) is None]
    root = thread is None and (marked or news.thread_ts != news.ts)
    return _Questions(row.workspace, tuple(users[:10]), (channel.channel_id, news.thread_ts) if root else None,
                      news.files[:_MOST_FILES])


def _ask(questions: _Questions, *, is_last: bool) -> _Answers:
    """Ask Slack, outside any transaction. The last try does without what isn't answered."""
    answers = _Answers()
    try:
        api = SlackApi(bot_token(questions.workspace))
        if questions.message is not None:
            channel, ts = questions.message
            found = api.message(channel=channel, ts=ts)
            answers.message = read_message(found, channel=channel) if found else None
        author = (answers.message.user,) if answers.message and answers.message.user else ()
        for user in dict.fromkeys([*questions.users, *author]):
            answers.profiles[user] = Profile.of(api.user(user), questions.workspace)
        for file in [*questions.files, *(answers.message.files if answers.message else ())][:_MOST_FILES]:
            _fetch(api, file, answers)
    except (DeliveryError, SealError) as error:
        if not (is_last or isinstance(error, SealError) or error.is_final):
            raise
        logger.warning("Slack doesn't say who it is: %s", error)
    return answers


def _fetch(api: SlackApi, file: SlackFile, answers: _Answers) -> None:
    """A file that can't be had stays a link in the words."""
    into = SpooledTemporaryFile(max_size=1_000_000)  # noqa: SIM115 -- read and closed when the entry is made
    if api.download(file.url, cast(BinaryIO, into), settings.MAX_FILE_BYTES):
        into.seek(0)
        answers.files[file.url] = into


def _outcome(tenant: Tenant, row: ChatEvent, news: SlackNews, answers: _Answers) -> Outcome:
    if news.kind == "other":
        return Outcome(InboundState.IGNORED, news.why)
    if news.user and news.user == row.workspace.bot_user_id:
        return Outcome(InboundState.IGNORED, "it is our own message")
    channel = _channel(row, news)
    if channel is None:
        return Outcome(InboundState.IGNORED, f"the channel {news.channel} is not set up here")
    thread = _thread(channel, news)
    _require_turn(row, channel, news, thread)
    if news.kind in {"edited", "deleted"}:
        return take_edit(channel, news, at=row.received_at)
    said = Said(tenant, channel, news, answers.profiles, answers.message, row.received_at, answers.files)
    return take_message(said, thread)


def _require_turn(row: ChatEvent, channel: ChatChannel, news: SlackNews, thread: ChatThread | None) -> None:
    """What answers or changes an earlier message waits for it, for a while: that may be the ticket's opening."""
    follows = news.kind in {"edited", "deleted"} or (
        news.kind == "message" and thread is None and news.thread_ts != news.ts
        and not has_trigger(news.text, channel.trigger))
    if follows and row.attempts < MOST_ATTEMPTS and ChatEvent.objects.filter(
            workspace=row.workspace, state=InboundState.RECEIVED, pk__lt=row.pk).exists():
        raise DeliveryError("an earlier event is not read yet")
