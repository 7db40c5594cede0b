"""From an outbox row to a mail. Internal notes can't be reached from here."""

from __future__ import annotations

from datetime import datetime
from email.utils import formataddr
from typing import Any
from zoneinfo import ZoneInfo

from django.core.files.storage import default_storage
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.text import Truncator

from accounts.languages import language_for
from accounts.models import Tenant
from notifications.accountmail import opened_body
from notifications.enums import Template
from notifications.links import base_url, desk_ticket_url, portal_ticket_url
from notifications.models import OutboxMessage
from notifications.newswords import news_words
from notifications.ratelinks import rate_url
from notifications.threading import reply_address
from notifications.wording import own_words
from sla.enums import ClockState
from sla.models import SlaClock
from tickets.models import Comment, PriorityLevel

_STAFF = frozenset({Template.STAFF_ASSIGNED, Template.STAFF_REQUESTER_WROTE, Template.STAFF_SLA, Template.STAFF_DIGEST,
                    Template.SECURITY_COPY, Template.STAFF_MENTIONED, Template.STAFF_PRIORITY, Template.STAFF_ATTENTION,
                    Template.STAFF_CLOCKS, Template.STAFF_FAILED, Template.STAFF_BOUNCED})
_WITH_PROMISES = frozenset({Template.TICKET_RECEIVED, Template.TICKET_REVIEWED, Template.TICKET_PRIORITY})
_LONGEST_SUBJECT = 150  # a list of mails shows less than that
# RFC 3834: what a machine wrote says so, and is never answered by one.
_AUTO = {Template.TICKET_REPLY: "", Template.TICKET_RECEIVED: "auto-replied", Template.INTAKE_ANSWER: "auto-replied"}


def render_mail(row: OutboxMessage, tenant: Tenant, *, now: datetime) -> EmailMultiAlternatives:
    """The mail of an outbox row in the receiver's language and zone. Runs inside the tenant's scope."""
    template = Template(row.template)
    with translation.override(language_for(row.person, tenant)):
        subject, text, html = _worded(template, message_context(row, tenant, template, now))
    mail = EmailMultiAlternatives(
        subject=subject, body=text, from_email=formataddr((tenant.desk_name, tenant.mail_from)), to=[row.to_address],
        headers=_headers(row, tenant, template))
    mail.attach_alternative(html, "text/html")
    _attach_untouched(mail, row)
    if row.ticket is not None and template not in _STAFF:
        mail.reply_to = [formataddr((tenant.desk_name, reply_address(row.ticket, tenant.mail_from)))]
    return mail


def render_words(row: OutboxMessage, tenant: Tenant, *, now: datetime) -> tuple[str, str]:
    """(subject, text) of a mail that may not be kept yet: for previews."""
    template = Template(row.template)
    with translation.override(language_for(row.person, tenant)):
        return _worded(template, message_context(row, tenant, template, now))[:2]


def _worded(template: Template, context: dict[str, Any]) -> tuple[str, str, str]:
    """Subject, text and HTML: in the tenant's own words where it wrote some, else in the product's."""
    subject, text = _words(template, context)
    own = own_words(template, context, text)
    if own is None:
        return subject, text, render_to_string(f"emails/{template}.html", context)
    footer = render_to_string("emails/_footer.txt", context).rstrip()
    return own[0], f"{own[1]}\n{footer}\n", render_to_string("emails/own.html", {**context, "body": own[1]})


def _words(template: Template, context: dict[str, Any]) -> tuple[str, str]:
    subject = " ".join(render_to_string(f"emails/{template}.subject.txt", context).split())
    return Truncator(subject).chars(_LONGEST_SUBJECT), render_to_string(f"emails/{template}.txt", context).strip() + "\n"


def _attach_untouched(mail: EmailMultiAlternatives, row: OutboxMessage) -> None:
    """A stored file to pass on byte for byte: a report to the security team. Sent as plain bytes, since a mail inside
    a mail would be taken apart and written anew.
    """
    key = row.context.get("file")
    if key:
        with default_storage.open(key, "rb") as stored:
            mail.attach(row.context.get("file_name", "message.eml"), stored.read(), "application/octet-stream")


def _headers(row: OutboxMessage, tenant: Tenant, template: Template) -> dict[str, str]:
    headers = {"Message-ID": row.message_id, "X-Supportdesk-Loop": tenant.slug}
    automatic = _AUTO.get(template, "auto-generated")
    if automatic:
        headers["Auto-Submitted"] = automatic
        headers["X-Auto-Response-Suppress"] = "All"
    thread = _thread(row) if row.ticket_id and template not in _STAFF else []
    if thread:
        headers["In-Reply-To"] = thread[-1]
        headers["References"] = " ".join(thread[:1] + thread[1:][-8:])
    return headers


def _thread(row: OutboxMessage) -> list[str]:
    """Message-IDs of the conversation with this receiver before this mail: theirs and ours, oldest first."""
    theirs = Comment.objects.filter(ticket_id=row.ticket_id, created_at__lte=row.created_at).exclude(
        message_id="").values_list("created_at", "message_id")
    ours = OutboxMessage.objects.filter(ticket_id=row.ticket_id, to_address=row.to_address, pk__lt=row.pk).values_list(
        "created_at", "message_id")
    return [message_id for _at, message_id in sorted([*theirs, *ours])]


def message_context(row: OutboxMessage, tenant: Tenant, template: Template, now: datetime) -> dict[str, Any]:
    """What a message's template may know; the same for every channel."""
    person, ticket = row.person, row.ticket
    zone = ZoneInfo((person.time_zone if person else "") or tenant.time_zone)
    context: dict[str, Any] = {
        "tenant": tenant, "person": person, "ticket": ticket, "comment": row.comment, "zone": zone, "now": now,
        "home": base_url(tenant), **row.context,
    }
    if template == Template.ACCOUNT:
        context["body"] = opened_body(row.context["sealed"], tenant_id=tenant.pk)
    if template == Template.STAFF_CLOCKS:
        context["url"] = f"{base_url(tenant)}/desk/health"
    if template == Template.STAFF_DIGEST:
        context |= {"lines": _digest_lines(row, tenant), "news": _digest_news(row, tenant)}
    if ticket is not None:
        level = PriorityLevel.objects.filter(rank=ticket.priority).first()
        context |= {
            "priority": str(level or f"P{ticket.priority}"),
            "url": desk_ticket_url(tenant, ticket.number) if template in _STAFF
            else portal_ticket_url(tenant, ticket.number),
            "promises": _promises(ticket.pk) if template in _WITH_PROMISES else [],
        }
        if person is not None and template in {Template.TICKET_SOLVED, Template.TICKET_RATE}:
            context["rate_url"] = rate_url(tenant, ticket, person)
    return context


def _digest_lines(row: OutboxMessage, tenant: Tenant) -> list[dict[str, Any]]:
    """One line for each clock that still wants an answer: the worst that became of it."""
    lines: dict[int, dict[str, Any]] = {}
    for notice in row.notices.select_related("event__clock", "event__ticket").order_by("event__at", "id"):
        event = notice.event
        if event.clock.ended_at is None:
            lines[event.clock_id] = {"ticket": event.ticket, "metric": event.metric, "due": event.clock.due_at or event.at,
                                     "is_late": event.clock.breached_at is not None,
                                     "url": desk_ticket_url(tenant, event.ticket.number)}
    return sorted(lines.values(), key=lambda line: line["due"])


def _digest_news(row: OutboxMessage, tenant: Tenant) -> list[dict[str, Any]]:
    """What else happened, in the order of time, less what has been read since."""
    return [{"ticket": one.ticket, "words": news_words(one.kind, one.data), "at": one.at,
             "url": desk_ticket_url(tenant, one.ticket.number)} for one in row.unread_news()]


def _promises(ticket_id: int) -> list[SlaClock]:
    """The running clocks that carry a deadline, nearest first."""
    return list(SlaClock.objects.filter(ticket_id=ticket_id, ended_at__isnull=True, due_at__isnull=False,
                                        state=ClockState.RUNNING).order_by("due_at"))
