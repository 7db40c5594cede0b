"""From news to outbox rows, in the transaction of the news."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.dispatch import receiver

from accounts.queries import current_tenant
from accounts.tenancy import current_tenant_id
from notifications import live
from notifications.models import OutboxMessage, StaffNews
from notifications.quiet import is_quiet
from notifications.services.chat import routed
from notifications.services.clocks import tell_admins_of_differences, tell_staff_of_clocks
from notifications.services.news import tell
from notifications.services.outbox import Mail, is_drafting
from notifications.services.telling import audience
from sla.events import Fired, clocks_differ, clocks_fired
from sla.models import ClockCheck
from tickets.enums import EventKind
from tickets.events import call_event, ticket_event, words_redacted
from tickets.models import Ticket, TicketEvent
from tickets.services.striking import strike_all


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
def forget_words(sender: object, ticket: Ticket, words: str, **_kwargs: Any) -> int:
    """What is kept of a ticket's mails, sent or not, and of the news of it."""
    return (strike_all(OutboxMessage.objects.filter(ticket=ticket), ("context", "last_error", "bounce_reason"), words)
            + strike_all(StaffNews.objects.filter(ticket=ticket), ("data",), words))


@receiver(clocks_fired)
def tell_of_clocks(sender: object, fired: list[Fired], **_kwargs: Any) -> None:
    """Tell the responsible agents, once per clock and action. A preview of a mail has nothing to tell of clocks."""
    if is_quiet() or is_drafting() or not fired:
        return
    tell_staff_of_clocks(fired)


@receiver(clocks_differ)
def tell_of_differences(sender: object, check: ClockCheck, **_kwargs: Any) -> None:
    """The nightly check found stored clocks that aren't what the engine computes."""
    tell_admins_of_differences(check)


@receiver(call_event)
def tell_of_call(sender: object, kind: str, **_kwargs: Any) -> None:
    """Open phone pages look again."""
    live.publish(current_tenant_id(), kind=kind, staff_only=True)
