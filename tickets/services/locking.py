from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django.db.models import Field
from django.utils.translation import gettext as _

from accounts.tenancy import current_tenant_id
from tickets.errors import TicketChangedError
from tickets.models import Ticket
from toolkit.errors import DomainError
from toolkit.prepared import Prepared
from toolkit.rows import columns, objects
from toolkit.together import update

# Each change of a ticket begins with this and ends with `save`.
_LOCKED = Prepared("ticket_locked", "bigint, bigint", f"""
SELECT {columns(Ticket, "t")} FROM tickets_ticket t WHERE t.tenant_id = $1 AND t.id = $2 FOR UPDATE
""")  # noqa: S608 -- columns of our own model
_KEPT = [field.attname for field in Ticket._meta.concrete_fields if field.attname not in ("id", "tenant_id")]


def lock(ticket: Ticket, *, expected_version: int | None = None) -> Ticket:
    """Refresh and lock a ticket until commit, so that changes come one after another.

    Raises TicketChangedError when it isn't the version that the person was looking at. The caller's object is
    refreshed in place and returned.
    """
    found = objects(Ticket, _LOCKED.rows([current_tenant_id(), ticket.pk]))
    if not found:
        raise Ticket.DoesNotExist
    current = found[0]
    if expected_version is not None and current.version != expected_version:
        raise TicketChangedError(_("Somebody changed this ticket while you worked on it. Your input is kept: look at the "
                                   "change, then send again."))
    for name in _KEPT:
        if getattr(ticket, name) != getattr(current, name):
            setattr(ticket, name, getattr(current, name))
    return ticket


def save(ticket: Ticket, fields: list[str], *, at: datetime) -> None:
    """Store changed fields; the version grows and the ticket counts as touched."""
    ticket.version += 1
    ticket.updated_at = max(ticket.updated_at, at)  # a held reply is dated at its press
    columns = [cast("Field[Any, Any]", Ticket._meta.get_field(name)).attname for name in fields]
    update(ticket, *columns, "version", "updated_at")


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
