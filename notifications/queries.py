"""Reads of the notifications floor."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.members import Member
from notifications.models import OutboxMessage, StaffNews
from tickets.models import Ticket


def bounced_mails(ticket: Ticket) -> dict[int | None, list[OutboxMessage]]:
    """The ticket's mails that came back, by the comment that they carried (None: none of them)."""
    found: dict[int | None, list[OutboxMessage]] = {}
    for row in OutboxMessage.objects.filter(ticket=ticket, bounced_at__isnull=False).order_by("id"):
        found.setdefault(row.comment_id, []).append(row)
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
