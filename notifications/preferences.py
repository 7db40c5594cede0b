"""Who wants to be told of what, and how. Answers, deadlines and mails about the login are always sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from notifications.enums import DigestRhythm, NewsKind, Template
from toolkit.lazy import Words

CUSTOMER_MAILS: tuple[tuple[str, Words], ...] = (
    (Template.TICKET_RECEIVED.value, _("My ticket has arrived")),
    (Template.TICKET_REVIEWED.value, _("Its priority is confirmed, with the time by which we answer")),
    (Template.TICKET_SOLVED.value, _("My ticket is solved")),
    (Template.TICKET_RATE.value, _("A question about how our help was")),
)

# What staff are told of, and the mail of it that may be switched off; without one it is mailed in any case.
STAFF_NEWS = (
    (NewsKind.ASSIGNED, _("A ticket is given to me"), Template.STAFF_ASSIGNED),
    (NewsKind.WROTE, _("A customer wrote on a ticket of mine, or one that I follow"),
     Template.STAFF_REQUESTER_WROTE),
    (NewsKind.MENTIONED, _("A colleague mentions me"), Template.STAFF_MENTIONED),
    (NewsKind.ATTENTION, _("A customer asks for attention"), Template.STAFF_ATTENTION),
    (NewsKind.PRIORITY, _("A customer decides about a priority"), Template.STAFF_PRIORITY),
    (NewsKind.BOUNCED, _("A mail of ours came back"), Template.STAFF_BOUNCED),
    (NewsKind.DUE_SOON, _("A deadline comes near"), None),
    (NewsKind.LATE, _("A deadline is missed"), None),
    (NewsKind.ESCALATED, _("A ticket is escalated to me"), None),
    (NewsKind.FAILED, _("A reply of mine could not leave"), None),
)
RHYTHMS = ((DigestRhythm.AT_ONCE, _("Each by itself, at once")),
           (DigestRhythm.HOURLY, _("Together, each hour")),
           (DigestRhythm.DAILY, _("Together, each morning at 8")))
# What waits for a digest where one is wanted; the rest is urgent.
MAY_WAIT = frozenset({NewsKind.ASSIGNED, NewsKind.WROTE, NewsKind.MENTIONED, NewsKind.PRIORITY, NewsKind.BOUNCED})
_MORNING = time(8)


@dataclass(frozen=True)
class NewsRules:
    """One agent's rules; empty ones mean that everything is told everywhere, each by itself."""

    inbox_off: frozenset[str] = frozenset()
    browser_off: frozenset[str] = frozenset()
    rhythm: DigestRhythm = DigestRhythm.AT_ONCE

    @classmethod
    def of(cls, preferences: Mapping[str, Any]) -> NewsRules:
        """As they are kept with an agent."""
        kept = preferences.get("news", {})
        return cls(frozenset(kept.get("inbox_off", ())), frozenset(kept.get("browser_off", ())),
                   DigestRhythm(kept.get("digest", "")))

    @property
    def plain(self) -> dict[str, Any] | None:
        """What is kept with the agent; None for the usual."""
        found = {"inbox_off": sorted(self.inbox_off), "browser_off": sorted(self.browser_off), "digest": self.rhythm.value}
        return {k: v for k, v in found.items() if v} or None

    def digest_at(self, at: datetime, zone: ZoneInfo) -> datetime:
        """When the next digest is due: at the full hour, or in the morning."""
        local = at.astimezone(zone)
        if self.rhythm is DigestRhythm.DAILY:
            day = local.date() + timedelta(days=0 if local.time() < _MORNING else 1)
            return datetime.combine(day, _MORNING, tzinfo=zone)
        return local.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
