"""Reads of the notifications floor."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import QuerySet

from accounts.members import Member
from accounts.tenancy import current_tenant_id
from notifications.models import StaffNews
from tickets.models import Ticket
from toolkit.prepared import Prepared


class BouncedMail(NamedTuple):
    """A mail that came back, and why."""

    comment_id: int | None
    to_address: str
    bounce_reason: str


_BOUNCED = Prepared("bounced_mails", "bigint, bigint", """
SELECT comment_id, to_address, bounce_reason FROM notifications_outboxmessage
WHERE tenant_id = $1 AND ticket_id = $2 AND bounced_at IS NOT NULL ORDER BY id
""")


def bounced_mails(ticket: Ticket) -> dict[int | None, list[BouncedMail]]:
    """The ticket's mails that came back, by the comment that they carried (None: none of them)."""
    found: dict[int | None, list[BouncedMail]] = {}
    for row in _BOUNCED.rows([current_tenant_id(), ticket.pk]):
        found.setdefault(row[0], []).append(BouncedMail(*row))
    return found


_MOST_COUNTED = 100


def news_of(member: Member) -> QuerySet[StaffNews]:
    """What stands in the member's inbox."""
    return StaffNews.objects.filter(person=member.person, in_inbox=True).select_related("ticket")


def unread_count(member: Member) -> int:
    """How many of it are unread: counted up to 100."""
    return StaffNews.objects.filter(person=member.person, in_inbox=True, read_at__isnull=True)[:_MOST_COUNTED].count()


def newest_for_browser(member: Member) -> StaffNews | None:
    """The newest unread news that the member's browser may raise."""
    rows = StaffNews.objects.filter(person=member.person, in_browser=True, read_at__isnull=True)
    return rows.select_related("ticket").order_by("-id").first()
