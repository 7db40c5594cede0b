from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError

from notifications.models import OutboxMessage, StaffNews
from sla.events import Fired, clocks_fired
from sla.models import SlaEvent, SlaNotice
from sla.services import record_due, tell_recorded
from tests.factories.desk import Desk, in_desk
from tests.sla.test_timers import database_time
from tickets.services import Entry, reply
from toolkit.quiet import quiet

LATE = timedelta(minutes=60, seconds=1)


def mailed() -> list[str]:
    return sorted(OutboxMessage.objects.filter(template="staff_sla").values_list("to_address", flat=True))


def test_what_is_recorded_is_told_after_and_once(acme: Desk, now: datetime) -> None:
    acme.ticket(at=now, requested_priority=1)
    with database_time(now + LATE):
        assert record_due() == 1
        assert (SlaEvent.objects.count(), mailed(), StaffNews.objects.count()) == (1, [], 0)
        assert tell_recorded() == 1
        assert tell_recorded() == 0
    assert mailed() == [acme.email("mia")]
    assert not SlaNotice.objects.exists()


def test_who_answers_for_the_ticket_by_then_is_told(acme: Desk, now: datetime) -> None:
    ticket = acme.ticket(at=now, requested_priority=1)
    with database_time(now + LATE):
        record_due()
        type(ticket).objects.filter(pk=ticket.pk).update(assignee=acme.member("bob").agent)
        tell_recorded()
    assert mailed() == [acme.email("bob")]


def test_a_breach_that_an_answer_records_is_told_by_the_next_tick(acme: Desk, now: datetime) -> None:
    ticket = acme.ticket(at=now, requested_priority=1)
    reply(ticket, Entry("Sorry for the wait."), by=acme.member("bob"), at=now + LATE)
    assert mailed() == []
    with database_time(now + LATE):
        assert tell_recorded() == 1
    assert mailed() == [acme.email("bob")]


def test_loaded_history_leaves_no_notice(acme: Desk, now: datetime) -> None:
    acme.ticket(at=now, requested_priority=1)
    answered = acme.ticket(at=now, requested_priority=1)
    with quiet(), database_time(now + LATE):
        reply(answered, Entry("Sorry for the wait."), by=acme.member("bob"), at=now + LATE)
        assert record_due() == 1
    assert SlaEvent.objects.filter(kind="breach").count() == 2
    assert not SlaNotice.objects.exists()


def test_one_tenant_s_trouble_is_its_own(acme: Desk, globex: Desk, now: datetime) -> None:
    for desk in (acme, globex):
        with in_desk(desk):
            desk.ticket(at=now, requested_priority=1)

    def stumble(sender: object, fired: list[Fired], **_kwargs: Any) -> None:
        if any(one.tenant_id == globex.tenant.pk for one in fired):
            raise ValueError("these preferences can't be read")

    clocks_fired.connect(stumble)
    try:
        with database_time(now + LATE):
            assert record_due() == 2
            assert [tell_recorded(), tell_recorded()] == [1, 0]
    finally:
        clocks_fired.disconnect(stumble)
    assert mailed() == [acme.email("mia")]
    with database_time(now + LATE + timedelta(minutes=2)):
        health = acme.client(None).get("/health/workers")
        assert (health.status_code, health.json()["untold"], health.json()["timers_waiting"]) == (503, 1, 0)
        assert b"supportdesk_notices_waiting 1" in acme.client(None).get("/health/metrics").content
        assert tell_recorded() == 1
    with in_desk(globex):
        assert mailed() == [globex.email("mia")]


def test_an_event_that_cannot_be_told_keeps_nobody_waiting_and_is_tried_again(acme: Desk, now: datetime) -> None:
    tickets = [acme.ticket(at=now - timedelta(seconds=n), requested_priority=1) for n in range(8)]
    bad = {ticket.pk for ticket in tickets[:2]}
    attempts = []

    def stumble(sender: object, fired: list[Fired], **_kwargs: Any) -> None:
        attempts.append([one.ticket_id for one in fired])
        if any(one.ticket_id in bad for one in fired):
            raise ValueError("this step can't be read")

    clocks_fired.connect(stumble)
    try:
        with database_time(now + LATE):
            assert record_due() == 8
            assert [tell_recorded(), tell_recorded()] == [6, 0]
            tried = len(attempts)
            assert tell_recorded() == 0
        assert len(attempts) == tried  # those that are put off cost nothing meanwhile
        assert len(mailed()) == 6
        bad.clear()
        with database_time(now + LATE + timedelta(seconds=61)):
            assert [tell_recorded(), tell_recorded()] == [2, 0]
    finally:
        clocks_fired.disconnect(stumble)
    assert not SlaNotice.objects.exists()
    assert len(attempts[-1]) == 2


def test_many_that_cannot_be_told_end_a_tick_early(acme: Desk, now: datetime) -> None:
    for n in range(9):
        acme.ticket(at=now - timedelta(seconds=n), requested_priority=1)

    def stumble(**_kwargs: Any) -> None:
        raise ValueError("nothing can be read")

    clocks_fired.connect(stumble)
    try:
        with database_time(now + LATE):
            assert record_due() == 9
            assert [tell_recorded(), tell_recorded()] == [0, 0]
            assert SlaNotice.objects.filter(not_before=None).count() == 0
    finally:
        clocks_fired.disconnect(stumble)
    assert SlaNotice.objects.count() == 9


def test_a_lock_in_the_way_puts_nobody_off(acme: Desk, now: datetime) -> None:
    acme.ticket(at=now, requested_priority=1)

    def stumble(**_kwargs: Any) -> None:
        raise OperationalError("deadlock detected")

    clocks_fired.connect(stumble)
    try:
        with database_time(now + LATE):
            assert (record_due(), tell_recorded()) == (1, 0)
    finally:
        clocks_fired.disconnect(stumble)
    with database_time(now + LATE):
        assert tell_recorded() == 1


@pytest.mark.parametrize(("minutes", "state"), [(59, "running"), (60, "breached"), (90, "breached")])
def test_programs_see_a_deadline_missed_from_its_moment_on(acme: Desk, now: datetime, minutes: int, state: str) -> None:
    from api.serializers import TicketOutput

    ticket = acme.ticket(at=now, requested_priority=1)
    shown = TicketOutput(ticket, context={"member": acme.member("bob"), "now": now + timedelta(minutes=minutes)}).data
    assert shown["due_state"] == state
