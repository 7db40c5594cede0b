"""News for staff: in their inbox, by mail, in their browser, by each one's own rules, once per cause."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from accounts.members import Member
from accounts.models import Agent, Person, Tenant
from notifications import live
from notifications.enums import NewsKind, Template
from notifications.models import OutboxMessage, StaffNews
from notifications.preferences import MAY_WAIT, NewsRules
from notifications.services.outbox import Mail, is_drafting, put
from sla.enums import Action
from tickets.models import Ticket
from toolkit.quiet import is_quiet
from toolkit.together import together

_KEPT = timedelta(days=90)
_KINDS = {
    Template.STAFF_ASSIGNED: NewsKind.ASSIGNED, Template.STAFF_REQUESTER_WROTE: NewsKind.WROTE,
    Template.STAFF_MENTIONED: NewsKind.MENTIONED, Template.STAFF_ATTENTION: NewsKind.ATTENTION,
    Template.STAFF_PRIORITY: NewsKind.PRIORITY, Template.STAFF_FAILED: NewsKind.FAILED,
    Template.STAFF_BOUNCED: NewsKind.BOUNCED}
_CLOCKS = {Action.BREACH: NewsKind.LATE, Action.ESCALATE: NewsKind.ESCALATED}


def tell(mails: Sequence[Mail], *, tenant: Tenant, at: datetime) -> None:
    """Put mails in the outbox. What they tell staff stands in their inbox too, and waits for whoever wants a digest."""
    if is_quiet():
        return
    waiting = keep_news(mails, tenant=tenant, at=at)
    put([m for n, m in enumerate(mails) if n not in waiting], tenant=tenant, at=at)


def kind_of(mail: Mail) -> NewsKind | None:
    """What a mail tells staff of; None when it isn't for them."""
    if mail.person is None or mail.ticket is None:
        return None
    return _KINDS.get(mail.template)


def clock_kind(action: Action) -> NewsKind:
    """What news of a clock's action are."""
    return _CLOCKS.get(action, NewsKind.DUE_SOON)


def keep_news(mails: Sequence[Mail], *, tenant: Tenant, at: datetime) -> set[int]:
    """Keep in the inboxes what these mails tell staff. Returns which of them (by position) a digest will tell instead."""
    found = {n: (mail, kind) for n, mail in enumerate(mails) if (kind := kind_of(mail)) is not None}
    if not found or is_drafting():
        return set()
    people = {mail.person.pk: mail for mail, _kind in found.values() if mail.person and mail.person.is_active}
    rules = _rules_of(people)
    rows, waiting = [], set()
    for n, (mail, kind) in found.items():
        if mail.person is None or mail.person.pk not in rules:
            continue
        row = _row(mail, kind, rules[mail.person.pk], at)
        waiting |= {n} if row.in_digest else set()
        rows += [row] if row.in_inbox or row.in_browser or row.in_digest else []
    StaffNews.objects.bulk_create(rows, ignore_conflicts=True)
    for row in rows:
        live.publish(tenant.pk, kind="news", person=row.person_id, staff_only=True)
    with together():
        for pk in sorted({row.person_id for row in rows if row.in_digest}):
            wait_for_digest(people[pk].person, people[pk].to_address, rules[pk], tenant=tenant, at=at)
    return waiting


def _rules_of(people: Collection[int]) -> dict[int, NewsRules]:
    agents = Agent.objects.filter(person_id__in=people, is_active=True).values_list("person_id", "preferences")
    return {person: NewsRules.of(preferences) for person, preferences in agents}


def _row(mail: Mail, kind: NewsKind, rules: NewsRules, at: datetime) -> StaffNews:
    person = mail.person
    is_mailed = bool(person and mail.to_address and mail.template not in person.mails_off)
    return StaffNews(
        person=person, ticket=mail.ticket, kind=kind, cause=mail.cause[:120], data=mail.context, at=at,
        in_inbox=kind not in rules.inbox_off, in_browser=kind not in rules.browser_off,
        in_digest=bool(rules.rhythm) and kind in MAY_WAIT and is_mailed)


def wait_for_digest(person: Person | None, address: str, rules: NewsRules, *, tenant: Tenant, at: datetime) -> None:
    """See to it that the person's digest waits; one that waits already takes the news along."""
    if person is None:
        return
    due = rules.digest_at(at, ZoneInfo(person.time_zone or tenant.time_zone))
    put([Mail(cause=f"digest:{person.pk}:{at.timestamp():.0f}", template=Template.STAFF_DIGEST, to_address=address,
              person=person)], tenant=tenant, at=at, not_before=due)


def gather_news(digest: OutboxMessage) -> list[StaffNews]:
    """What a digest tells besides deadlines: all that waits for its person, less what they have read since."""
    StaffNews.objects.filter(person_id=digest.person_id, in_digest=True, digest__isnull=True).update(digest=digest)
    return digest.unread_news()


def wait_again(digest: OutboxMessage, tenant: Tenant, *, at: datetime) -> None:
    """What came while a digest was on its way goes with the next."""
    person = digest.person
    if person and StaffNews.objects.filter(person=person, in_digest=True, digest__isnull=True).exists():
        rules = _rules_of([person.pk]).get(person.pk, NewsRules())
        wait_for_digest(person, digest.to_address, rules, tenant=tenant, at=at)


def mark_read(member: Member, *, at: datetime, ids: Iterable[int] = (), ticket: Ticket | None = None,
              everything: bool = False) -> int:
    """Mark one's own news as read: these, those of a ticket, or everything. Returns how many weren't yet."""
    rows = StaffNews.objects.filter(person=member.person, read_at__isnull=True)
    if ticket is not None:
        rows = rows.filter(ticket=ticket)
    elif not everything:
        rows = rows.filter(pk__in=list(ids))
    return rows.update(read_at=at)


def forget_news(*, at: datetime) -> None:
    """News of three months ago go; the tickets keep their events."""
    StaffNews.objects.filter(at__lt=at - _KEPT).delete()
