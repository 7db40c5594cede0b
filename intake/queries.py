"""Reads of the intake floor. All but the ledger's command take the member who asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncDate

from accounts.members import Member
from intake.enums import HeldState, InboundState
from intake.models import HeldComment, InboundMessage, Mailbox
from tickets.models import Ticket
from tickets.rules import can_administer, can_work
from toolkit.errors import NotFoundError

# Lists never load the raw bytes.
_HEAVY = ("raw", "preview")


@dataclass(frozen=True)
class LedgerLine:
    """A mailbox's day. It balances when every message that came in has one of the four ends, or still waits for one."""

    mailbox: str
    day: date
    received: int
    ticket: int
    comment: int
    quarantine: int
    ignored: int
    waiting: int

    @property
    def is_balanced(self) -> bool:
        """received = ticket + comment + quarantine + ignored, but for what waits."""
        return self.received == self.ticket + self.comment + self.quarantine + self.ignored + self.waiting


def ledger(zone: ZoneInfo, *, since: datetime | None = None) -> list[LedgerLine]:
    """The equation of every mailbox and day (the day in `zone`), newest first."""
    ends = {state.value: Count("pk", filter=Q(state=state)) for state in InboundState if state != InboundState.RECEIVED}
    rows = InboundMessage.objects.filter(received_at__gte=since) if since else InboundMessage.objects.all()
    counted = (rows.order_by().values("mailbox__address", day=TruncDate("received_at", tzinfo=zone))
               .annotate(received=Count("pk"), waiting=Count("pk", filter=Q(state=InboundState.RECEIVED)), **ends)
               .order_by("-day", "mailbox__address"))
    return [LedgerLine(r["mailbox__address"], r["day"], r["received"], r["ticket"], r["comment"], r["quarantine"],
                       r["ignored"], r["waiting"]) for r in counted]


def recent_ledger(member: Member, *, now: datetime, days: int = 14) -> list[LedgerLine]:
    """The last days' ledger, in the member's time zone."""
    _require_admin(member)
    return ledger(member.zone, since=now - timedelta(days=days))


def mailboxes(member: Member) -> list[Mailbox]:
    """The tenant's mailboxes with `waiting`: how many messages wait for them to be armed."""
    _require_admin(member)
    waiting = Count("messages", filter=Q(messages__state=InboundState.RECEIVED, messages__next_at__isnull=True))
    return list(Mailbox.objects.annotate(waiting=waiting).order_by("address"))


def mailbox_for(member: Member, mailbox_id: int) -> Mailbox:
    """The door to a mailbox. Raises NotFoundError."""
    _require_admin(member)
    return _found(Mailbox.objects.filter(pk=mailbox_id).first())


def messages(member: Member, *, state: str = "", mailbox_id: int | None = None) -> QuerySet[InboundMessage]:
    """What came in, without the raw bytes."""
    _require_admin(member)
    rows = InboundMessage.objects.select_related("mailbox", "ticket").defer(*_HEAVY)
    if state in {s.value for s in InboundState}:
        rows = rows.filter(state=state)
    return rows.filter(mailbox_id=mailbox_id) if mailbox_id else rows


def message_for(member: Member, message_id: int) -> InboundMessage:
    """The door to one message; its bytes are read by `intake.raw.raw_of`. Raises NotFoundError."""
    _require_admin(member)
    return _found(InboundMessage.objects.select_related("mailbox", "ticket", "comment").defer("raw")
                  .filter(pk=message_id).first())


def held_comments(member: Member) -> QuerySet[HeldComment]:
    """Strangers' answers that wait for an agent."""
    if not can_work(member):
        raise NotFoundError
    return HeldComment.objects.filter(state=HeldState.HELD).select_related("ticket", "sender", "message__mailbox").defer(
        *(f"message__{name}" for name in _HEAVY))


def held_on(member: Member, ticket: Ticket, *, most: int) -> list[HeldComment]:
    """The held answers of one ticket oldest first."""
    return list(held_comments(member).filter(ticket=ticket).order_by("created_at", "id")[:most])


def held_for(member: Member, held_id: int) -> HeldComment:
    """The door to one held answer, decided or not. Raises NotFoundError."""
    if not can_work(member):
        raise NotFoundError
    return _found(HeldComment.objects.select_related("ticket", "sender", "message").defer("message__raw")
                  .filter(pk=held_id).first())


def _require_admin(member: Member) -> None:
    if not can_administer(member):
        raise NotFoundError


def _found(row: Any) -> Any:
    if row is None:
        raise NotFoundError
    return row
