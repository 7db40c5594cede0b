from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from tickets.errors import TicketChangedError
from tickets.models import Ticket
from toolkit.errors import DomainError


def lock(ticket: Ticket, *, expected_version: int | None = None) -> Ticket:
    """Refresh and lock a ticket until commit, so that changes come one after another.

    Raises TicketChangedError when it isn't the version that the person was looking at. The caller's object is
    refreshed in place and returned.
    """
    current = Ticket.objects.select_for_update().get(pk=ticket.pk)
    if expected_version is not None and current.version != expected_version:
        raise TicketChangedError(_("Somebody changed this ticket while you worked on it. Your input is kept: look at the "
                                   "change, then send again."))
    for field in Ticket._meta.concrete_fields:
        if field.attname in ("id", "tenant_id"):
            continue
        if getattr(ticket, field.attname) != getattr(current, field.attname):
            setattr(ticket, field.attname, getattr(current, field.attname))
    return ticket


def save(ticket: Ticket, fields: list[str], *, at: datetime) -> None:
    """Store changed fields; the version grows and the ticket counts as touched."""
    ticket.version += 1
    ticket.updated_at = max(ticket.updated_at, at)  # a held reply is dated at its press
    ticket.save(update_fields=[*fields, "version", "updated_at"])


def refuse_merged(ticket: Ticket) -> None:
    """A ticket that is a part of another one has no life of its own. Raises DomainError that names the other."""
    if ticket.merged_into is not None:
        raise DomainError(_("This ticket was merged into #{number}. Go on there.").format(
                              number=ticket.merged_into.number), code="merged")


def landing(ticket: Ticket) -> Ticket:
    """The ticket on which a customer's words belong: the one that it was merged into, else itself."""
    while ticket.merged_into is not None:
        ticket = ticket.merged_into
    return ticket
