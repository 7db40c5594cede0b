from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import connection

from notifications.models import OutboxMessage
from sla.models import SlaClock, SlaEvent
from tests.factories.clocks import fire_due
from tests.factories.desk import Desk
from tickets.enums import Status
from tickets.models import Ticket
from tickets.services import Entry, assign, change_status, reply


@contextmanager
def database_time(moment: datetime) -> Iterator[None]:
    """Let the database believe that it is another time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.now', %s, true)", [moment.isoformat()])
        yield
        cursor.execute("SELECT set_config('app.now', '', true)")


def test_a_breach_is_recorded_once_at_its_true_moment(acme: Desk, now: datetime) -> None:
    ticket = acme.ticket(at=now, requested_priority=1)
    with database_time(now + timedelta(minutes=61, seconds=30)):
        fire_due()
        fire_due()
    event = SlaEvent.objects.get(ticket=ticket, metric="first_response", kind="breach")
    assert event.at == now + timedelta(minutes=60)
    clock = SlaClock.objects.get(ticket=ticket, metric="first_response")
    assert (clock.state, clock.breached_at) == ("breached", event.at)


def test_nothing_fires_early_and_the_warning_comes_first(acme: Desk, now: datetime) -> None:
    ticket = acme.ticket(at=now, requested_priority=1)
    with database_time(now + timedelta(minutes=44)):
        fire_due()
    assert not SlaEvent.objects.exists()
    with database_time(now + timedelta(minutes=46)):
        fire_due()
    assert list(SlaEvent.objects.values_list("ticket_id", "kind")) == [(ticket.pk, "warn")]


def test_the_responsible_agent_is_told_once(acme: Desk, now: datetime) -> None:
    ticket = acme.ticket(at=now, requested_priority=2)
    assign(ticket, to=acme.member("bob").agent, by=acme.member("mia"), at=now)
    with database_time(now + timedelta(hours=4, minutes=1)):
        fire_due()
        fire_due()
    told = OutboxMessage.objects.filter(template="staff_sla")
    assert [(m.to_address, m.context["action"]) for m in told] == [(acme.email("bob"), "breach")]


def test_without_an_assignee_the_managers_are_told(acme: Desk, now: datetime) -> None:
    acme.ticket(at=now, requested_priority=2)
    with database_time(now + timedelta(hours=4, minutes=1)):
        fire_due()
    assert set(OutboxMessage.objects.filter(template="staff_sla").values_list("to_address", flat=True)) == {
        acme.email("mia")}


def test_an_answer_stops_the_timer(acme: Desk, now: datetime) -> None:
    ticket = acme.ticket(at=now, requested_priority=2)
    reply(ticket, Entry("On it."), by=acme.member("bob"), at=now + timedelta(minutes=5))
    with database_time(now + timedelta(days=3)):
        assert fire_due() == 0
    assert SlaClock.objects.get(ticket=ticket, metric="first_response").state == "met"


def test_an_answer_after_the_deadline_records_the_breach_itself(acme: Desk, now: datetime) -> None:
    ticket = acme.ticket(at=now, requested_priority=1)
    reply(ticket, Entry("Sorry for the wait."), by=acme.member("bob"), at=now + timedelta(minutes=90))
    assert SlaEvent.objects.get(ticket=ticket, kind="breach").at == now + timedelta(minutes=60)
    with database_time(now + timedelta(minutes=91)):
        fire_due()
    assert SlaEvent.objects.filter(ticket=ticket, kind="breach").count() == 1


def test_waiting_on_the_customer_pauses_resolution_and_not_longer(acme: Desk, now: datetime) -> None:
    ticket = acme.ticket(at=now, requested_priority=1)
    bob = acme.member("bob")
    reply(ticket, Entry("Send the log."), by=bob, at=now + timedelta(minutes=10))
    change_status(ticket, Status.PENDING, by=bob, at=now + timedelta(minutes=10))
    clock = SlaClock.objects.get(ticket=ticket, metric="resolution")
    assert (clock.state, clock.due_at) == ("paused", None)
    change_status(ticket, Status.OPEN, by=bob, at=now + timedelta(minutes=70))
    clock.refresh_from_db()
    assert clock.due_at == now + timedelta(minutes=240 + 60)


def test_timers_of_all_tenants_fire_and_each_is_told_its_own(acme: Desk, globex: Desk, now: datetime) -> None:
    acme.ticket(at=now, requested_priority=2)
    from tests.factories.desk import in_desk

    with in_desk(globex):
        globex.ticket(at=now, requested_priority=2)
    with database_time(now + timedelta(hours=4, minutes=1)):
        assert fire_due() == 2
    assert set(OutboxMessage.objects.filter(template="staff_sla").values_list("to_address", flat=True)) == {
        acme.email("mia")}
    assert SlaClock.objects.get(state="breached").ticket == Ticket.objects.get()
