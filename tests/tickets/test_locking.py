from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.factories.desk import Desk, in_desk
from tickets.errors import TicketChangedError
from tickets.models import Ticket
from tickets.services.locking import lock, save


def test_a_locked_ticket_is_as_it_is_stored_in_each_field(acme: Desk, now: datetime) -> None:
    ticket = acme.ticket(at=now)
    stored = Ticket.objects.get(pk=ticket.pk)
    stored.custom, stored.tags, stored.subject = {"size": ["XL", 2]}, ["a,b", "c"], "Another subject"
    stored.due_at, stored.requester = now + timedelta(hours=1), acme.member("vic").person
    stored.save()
    assert lock(ticket) is ticket
    stored.refresh_from_db()
    for field in Ticket._meta.concrete_fields:
        assert getattr(ticket, field.attname) == getattr(stored, field.attname), field.name
    assert ticket.requester == acme.member("vic").person


def test_what_is_saved_is_the_named_fields_and_a_version(acme: Desk, now: datetime) -> None:
    ticket = lock(acme.ticket(at=now))
    before, ticket.requester, ticket.subject = ticket.version, acme.member("vic").person, "Only in memory"
    ticket.custom = {"size": "XL"}
    save(ticket, ["requester", "custom"], at=now + timedelta(minutes=1))
    stored = Ticket.objects.get(pk=ticket.pk)
    assert (stored.requester, stored.custom, stored.version) == (acme.member("vic").person, {"size": "XL"}, before + 1)
    assert stored.subject != "Only in memory"
    assert stored.updated_at == now + timedelta(minutes=1)


def test_who_looked_at_an_older_version_is_told(acme: Desk, now: datetime) -> None:
    ticket = acme.ticket(at=now)
    with pytest.raises(TicketChangedError):
        lock(ticket, expected_version=ticket.version - 1)


def test_another_tenant_s_ticket_is_not_there(acme: Desk, globex: Desk, now: datetime) -> None:
    with in_desk(globex):
        foreign = globex.ticket(at=now)
    with pytest.raises(Ticket.DoesNotExist):
        lock(foreign)
