from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import time_machine
from django.core import mail

from notifications.models import OutboxMessage
from notifications.services import send_due
from sla.models import ClockCheck, SlaClock
from sla.tasks import check_all_clocks
from tests.factories.desk import Desk


@pytest.fixture
def amiss(acme: Desk, now: datetime) -> SlaClock:
    """A clock that somebody changed behind the engine's back."""
    clock = SlaClock.objects.get(ticket=acme.ticket(at=now, requested_priority=2))
    SlaClock.objects.filter(pk=clock.pk).update(elapsed_seconds=7)
    return clock


def test_admins_are_mailed_once_a_day_while_clocks_differ(acme: Desk, globex: Desk, amiss: SlaClock, now: datetime) -> None:
    rows = OutboxMessage.objects.filter(template="staff_clocks")
    for hours in (0, 1, 24):
        with time_machine.travel(now + timedelta(minutes=10, hours=hours), tick=False):
            assert check_all_clocks() >= 1
    assert [row.to_address for row in rows.order_by("id")] == [acme.email("alice")] * 2
    assert ClockCheck.objects.filter(differences__gte=1).count() == 3


def test_the_mail_says_which_clock_and_what_to_do(acme: Desk, amiss: SlaClock, now: datetime) -> None:
    with time_machine.travel(now + timedelta(minutes=10), tick=False):
        check_all_clocks()
        send_due(now=now + timedelta(minutes=10))
    sent = next(m for m in mail.outbox if "differ" in m.subject)
    assert sent.subject == "1 clock differs from its events"
    assert "1 of 1 stored clocks isn’t what the engine computes" in sent.body
    assert f"#{amiss.ticket.number} first_response 1 elapsed_seconds: stored 7, computed 0" in sent.body
    assert "/desk/health" in sent.body


def test_nobody_is_mailed_while_all_is_well(acme: Desk, now: datetime) -> None:
    acme.ticket(at=now, requested_priority=2)
    with time_machine.travel(now + timedelta(minutes=10), tick=False):
        assert check_all_clocks() == 0
    assert not OutboxMessage.objects.filter(template="staff_clocks").exists()
