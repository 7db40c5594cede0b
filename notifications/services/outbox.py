"""Putting messages in the outbox: in the transaction of what causes it, once per cause and receiver."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.functional import Promise

from accounts.models import Person, Tenant
from notifications.enums import OutboxKind, OutboxState, Template
from notifications.models import OutboxMessage
from notifications.threading import message_id_for
from tickets.models import Comment, Ticket
from toolkit.queue import wake
from toolkit.quiet import is_quiet
from toolkit.together import insert

# Which worker is woken for which kind.
TOPICS = {OutboxKind.EMAIL: "mail", OutboxKind.SLACK: "chat"}


@dataclass(frozen=True)
class Mail:
    """A message to one address. `cause` names the reason; the address completes it. `context` is plain JSON.

    By another `kind`, the address names a place of that channel: see `notifications.services.chat`.
    """

    cause: str
    template: Template
    to_address: str
    person: Person | None = None
    ticket: Ticket | None = None
    comment: Comment | None = None
    context: dict[str, Any] = field(default_factory=dict)
    kind: OutboxKind = OutboxKind.EMAIL


_drafts: ContextVar[list[OutboxMessage] | None] = ContextVar("drafts", default=None)


@contextmanager
def drafted() -> Iterator[list[OutboxMessage]]:
    """Mails put inside are collected as unsaved rows and not kept: a preview sends nothing."""
    rows: list[OutboxMessage] = []
    token = _drafts.set(rows)
    try:
        yield rows
    finally:
        _drafts.reset(token)


def is_drafting() -> bool:
    """Is a preview being made, of which nothing is kept."""
    return _drafts.get() is not None


def put(mails: Sequence[Mail], *, tenant: Tenant, at: datetime, not_before: datetime | None = None) -> None:
    """Keep mails for the workers. One that stands there already by its cause is left alone."""
    wanted = [m for m in mails if m.to_address and _is_wanted(m)]
    if not wanted or is_quiet():
        return
    domain = tenant.mail_from.partition("@")[2]
    rows = [_row(m, tenant.pk, domain, at, not_before or at) for m in wanted]
    drafts = _drafts.get()
    if drafts is not None:
        drafts += rows
        return
    insert(*rows, or_leave=True)
    for kind in {m.kind for m in wanted}:
        wake(TOPICS[kind])


def _is_wanted(mail: Mail) -> bool:
    """Who has left is told nothing more, and nobody what they do without. Mails about the login itself always go."""
    if mail.person is None or mail.template == Template.ACCOUNT:
        return True
    return mail.person.is_active and mail.template not in mail.person.mails_off


def _row(mail: Mail, tenant_id: int, domain: str, at: datetime, next_at: datetime) -> OutboxMessage:
    cause = cause_of(mail.cause, mail.to_address)
    return OutboxMessage(
        kind=mail.kind, cause=cause, template=mail.template, ticket=mail.ticket, comment=mail.comment, person=mail.person,
        to_address=mail.to_address, context=_plain(mail.context), message_id=message_id_for(tenant_id, cause, domain),
        next_at=next_at, created_at=at)


def cause_of(reason: str, address: str) -> str:
    """The name under which a message is put out once: its reason, completed by the receiver."""
    return f"{reason}:{address}"[:120]


def _plain(context: dict[str, Any]) -> dict[str, Any]:
    """Words that were to be translated later are said now: JSON can't hold them."""
    return {name: str(value) if isinstance(value, Promise) else value for name, value in context.items()}


def retry_parked(message: OutboxMessage, *, at: datetime) -> None:
    """Give a parked mail another round of attempts."""
    OutboxMessage.objects.filter(pk=message.pk, state=OutboxState.PARKED).update(
        state=OutboxState.PENDING, attempts=0, next_at=at, last_error="")
    wake(TOPICS[OutboxKind(message.kind)])
