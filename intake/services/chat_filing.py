"""A chat message becomes a ticket, or an entry on one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

from accounts.errors import CannotFileError
from accounts.members import Member
from accounts.models import Person, Project, Tenant
from accounts.queries import in_force, require_filing_projects
from intake.enums import InboundState
from intake.parsing.slack import SlackNews, has_trigger, mentioned, plain_text, subject_of, without_trigger
from intake.services.answering import why_refused
from intake.services.chat_people import Profile, known_user, member_for_user_id
from intake.services.outcome import Outcome
from notifications.enums import Template
from notifications.links import base_url
from notifications.models import ChatChannel, ChatMessage, ChatThread
from notifications.services import Mail, put
from notifications.services.chat import in_thread
from tickets.enums import AuthorKind, ChannelKind, EventKind
from tickets.events import record
from tickets.models import Attachment, Comment, Ticket
from tickets.rules import can_reply
from tickets.services import Entry, NewTicket, add_requester_message, open_ticket, reply, store_file
from tickets.workflow import may_reopen
from toolkit.errors import DomainError


@dataclass(frozen=True)
class Said:
    """A message or a mark in a customer's channel; `root` is the message that it marks or answers, where fetched."""

    tenant: Tenant
    channel: ChatChannel
    news: SlackNews
    profiles: dict[str, Profile]
    root: SlackNews | None
    at: datetime
    fetched: Mapping[str, IO[bytes]]

    def member(self, user_id: str) -> Member:
        """Who that user is here."""
        return member_for_user_id(self.tenant, self.channel, user_id, self.profiles.get(user_id, Profile()), at=self.at)

    def words(self, message: SlackNews) -> str:
        """A message as light markdown; files that could not be fetched are named below."""
        names = {}
        for user in mentioned(message.text):
            known = known_user(self.channel.workspace, user)
            names[user] = known.person.name if known else self.profiles.get(user, Profile()).name or user
        files = [f"File in Slack: {f.name} {f.link}".strip() for f in message.files if f.url not in self.fetched]
        return "\n".join(part for part in [plain_text(message.text, names), *files] if part)

    def files(self, *messages: SlackNews, by: Person) -> list[Attachment]:
        """The fetched files of messages, stored."""
        return [store_file(self.fetched[f.url], name=f.name, content_type=f.content_type, at=self.at, by=by)
                for message in messages for f in message.files if f.url in self.fetched]


def take_message(said: Said, thread: ChatThread | None) -> Outcome:
    """A message in a ticket's thread is an entry; elsewhere one with the trigger, or marked with it, is a ticket."""
    news, trigger = said.news, said.channel.trigger
    if news.kind == "reaction":
        if trigger != f":{news.reaction}:":
            return Outcome(InboundState.IGNORED, "another mark than the trigger")
        if thread is not None:
            return Outcome(InboundState.IGNORED, f"it is ticket #{thread.ticket.number} already", thread.ticket)
        if said.root is None or said.root.kind != "message":
            return Outcome(InboundState.QUARANTINE, "the marked message could not be fetched")
        return _file(said, said.root, None)
    if thread is not None:
        return _add(said, thread)
    if not has_trigger(news.text, trigger):
        return Outcome(InboundState.IGNORED, "it doesn’t hold the trigger")
    return _file(said, news, None)


def _file(said: Said, message: SlackNews, follows: ChatThread | None) -> Outcome:
    thread_ts = follows.ts if follows else message.thread_ts
    if said.root is not None and said.root.thread_ts:  # what is marked, or answered with the trigger
        thread_ts = said.root.thread_ts
        known = ChatThread.objects.select_related("ticket").filter(channel=said.channel, ts=thread_ts).first()
        if known is not None:
            return Outcome(InboundState.IGNORED, f"it is ticket #{known.ticket.number} already", known.ticket)
    member = said.member(message.user)
    try:
        project = _project(member, said)
    except CannotFileError as refusal:
        _answer(said, refusal, thread_ts, member)
        return Outcome(InboundState.IGNORED, why_refused(refusal))
    body = without_trigger(said.words(message), said.channel.trigger)
    files = said.files(message, by=member.person)
    if said.root is not None and said.root.ts != message.ts and said.root.kind == "message":
        body = f"{body}\n\n{said.words(said.root)}".strip()
        files += said.files(said.root, by=member.person)
    flags = [f"Follows #{follows.ticket.number}, which was solved more than 14 days before."] if follows else []
    ticket = open_ticket(NewTicket(
        requester=member.person, subject=subject_of(body), body=body or "(no text)", channel=ChannelKind.CHAT,
        project=project, triage_flags=flags, attachments=files), at=said.at)
    comment = ticket.comments.get()
    if follows is not None:
        ChatThread.objects.filter(pk=follows.pk).update(ticket=ticket)
        thread = follows
    else:
        thread = ChatThread.objects.create(channel=said.channel, ts=thread_ts, ticket=ticket)
    ChatMessage.objects.create(thread=thread, ts=message.ts, comment=comment)
    received = Mail(cause=f"received:{ticket.pk}", template=Template.TICKET_RECEIVED, to_address="", ticket=ticket,
                    person=member.person, context={"is_known": True})
    put([in_thread(received, said.channel, thread.ts)], tenant=said.tenant, at=said.at)
    return Outcome(InboundState.TICKET, "", ticket, comment)


def _project(member: Member, said: Said) -> Project:
    """The channel's project, if a ticket can be opened on it (S17, S36) and this person may."""
    if member.is_staff:
        found = Project.objects.filter(in_force(said.at.date(), "contract__"), pk=said.channel.project_id,
                                       is_active=True, contract__plan__is_paid=True).first()
    else:
        allowed = require_filing_projects(member, said.at.date())
        found = next((p for p in allowed if p.pk == said.channel.project_id), None)
    if found is None:
        raise CannotFileError("This channel’s project has no support plan in force. Ask your contact here.")
    return found


def _answer(said: Said, refusal: CannotFileError, thread_ts: str, member: Member) -> None:
    """Say in the thread why there is no ticket, and where to go instead. Once per message."""
    link = said.tenant.forum_url if refusal.code == "free_plan" else base_url(said.tenant)
    mail = Mail(cause=f"chat-visitor:{said.channel.pk}:{said.news.ts}", template=Template.INTAKE_ANSWER, to_address="",
                person=member.person, context={"message": refusal.message, "link": link or ""})
    put([in_thread(mail, said.channel, thread_ts)], tenant=said.tenant, at=said.at)


def _add(said: Said, thread: ChatThread) -> Outcome:
    """An entry on the thread's ticket; long after it was solved, a new one that follows it (as by mail)."""
    news, ticket = said.news, thread.ticket
    if ChatMessage.objects.filter(thread=thread, ts=news.ts).exists():
        return Outcome(InboundState.IGNORED, "this message is here already", ticket)
    member = said.member(news.user)
    if not can_reply(member, ticket):
        return Outcome(InboundState.IGNORED, f"{member.person.name} may not write on #{ticket.number}", ticket)
    if not (ticket.is_active or may_reopen(ticket.solved_at, said.at)):
        return _file(said, news, thread)
    entry = Entry(body=said.words(news) or "(no text)", channel=ChannelKind.CHAT,
                  attachments=said.files(news, by=member.person))
    try:
        comment = _entry(ticket, entry, member, said.at)
    except DomainError as refusal:
        return Outcome(InboundState.QUARANTINE, refusal.message, ticket)
    ChatMessage.objects.create(thread=thread, ts=news.ts, comment=comment)
    return Outcome(InboundState.COMMENT, "", ticket, comment)


def _entry(ticket: Ticket, entry: Entry, member: Member, at: datetime) -> Comment:
    if member.is_staff:
        return reply(ticket, entry, by=member, at=at)
    return add_requester_message(ticket, entry, by=member.person, at=at)


def take_edit(channel: ChatChannel, news: SlackNews, *, at: datetime) -> Outcome:
    """An edit or deletion is a fact of the ticket's history. The entry stays as it was read."""
    known = ChatMessage.objects.select_related("thread__ticket", "comment__author").filter(
        thread__channel=channel, ts=news.ts).first()
    if known is None:
        return Outcome(InboundState.IGNORED, f"the message that was {news.kind} is on no ticket")
    is_edit = news.kind == "edited"
    kind = EventKind.CHAT_EDITED if is_edit else EventKind.CHAT_DELETED
    words: dict[str, Any] = {"text": plain_text(news.text, {})[:20_000]} if is_edit else {}
    ticket = known.comment.ticket
    record(ticket, kind, at=at, by=known.comment.author, actor_kind=AuthorKind(known.comment.author_kind),
           comment=known.comment_id, **words)
    return Outcome(InboundState.COMMENT, news.kind, ticket, known.comment)
