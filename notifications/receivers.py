"""From news to outbox rows, in the transaction of the news."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.dispatch import receiver

from accounts.enums import AddressKind
from accounts.models import PersonAddress
from accounts.queries import current_tenant
from accounts.tenancy import current_tenant_id
from notifications import live
from notifications.models import OutboxMessage, StaffNews
from notifications.services.chat import routed
from notifications.services.clocks import tell_admins_of_differences, tell_staff_of_clocks
from notifications.services.news import tell
from notifications.services.outbox import Mail
from notifications.services.telling import audience
from sla.events import Fired, clocks_differ, clocks_fired
from sla.models import ClockCheck
from tickets.enums import EventKind
from tickets.events import call_event, ticket_event, words_redacted
from tickets.models import Ticket, TicketEvent
from tickets.services.striking import strike, strike_all
from toolkit.quiet import is_quiet


@receiver(ticket_event)
def tell_of_ticket(sender: object, event: TicketEvent, ticket: Ticket, **_kwargs: Any) -> None:
    """Mail whoever the event concerns, and wake open pages."""
    if is_quiet():
        return
    live.publish(event.tenant_id, ticket=ticket.number, organization=ticket.organization_id,
                 requester=ticket.requester_id, kind=event.kind, staff_only=not event.is_public)
    rule: Callable[[TicketEvent, Ticket], list[Mail]] | None = audience.get(EventKind(event.kind))
    if rule is not None:
        tell(routed(rule(event, ticket), ticket), tenant=current_tenant(), at=event.at)


@receiver(words_redacted)
def forget_words(sender: object, tickets: Sequence[Ticket], words: str, **_kwargs: Any) -> Counter[int]:
    """What is kept of tickets' mails, sent or not, of the news of them, and of why an address took no mail."""
    mails = OutboxMessage.objects.filter(ticket__in=tickets)
    found = (strike_all(mails, ("context", "last_error", "bounce_reason"), words)
             + strike_all(StaffNews.objects.filter(ticket__in=tickets), ("data",), words))
    reached = {address.lower() for address in mails.values_list("to_address", flat=True)}
    for row in PersonAddress.objects.filter(kind=AddressKind.EMAIL, value__in=reached, bounce_reason__contains=words):
        found[tickets[0].pk] += bool(strike(row, ("bounce_reason",), words))
    return found


@receiver(clocks_fired)
def tell_of_clocks(sender: object, fired: list[Fired], at: datetime, **_kwargs: Any) -> None:
    """Tell the responsible agents, once per clock and action."""
    tell_staff_of_clocks(fired, at=at)


@receiver(clocks_differ)
def tell_of_differences(sender: object, check: ClockCheck, **_kwargs: Any) -> None:
    """The nightly check found stored clocks that aren't what the engine computes."""
    tell_admins_of_differences(check)


@receiver(call_event)
def tell_of_call(sender: object, kind: str, **_kwargs: Any) -> None:
    """Open phone pages look again."""
    live.publish(current_tenant_id(), kind=kind, staff_only=True)
