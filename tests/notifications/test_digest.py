from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail

from notifications.models import HeldNotice, OutboxMessage, QuietHours
from notifications.quiethours import quiet_until
from notifications.services import send_due
from sla.models import SlaEvent
from tests.factories.clocks import fire_due
from tests.factories.desk import Desk
from tests.sla.test_timers import database_time
from tickets.services import Entry, reply

HOUR = timedelta(hours=1)


def fire(moment: datetime) -> None:
    with database_time(moment):
        while fire_due(most=7):  # as several workers would, batch by batch
            pass


def send(moment: datetime) -> list[mail.EmailMessage]:
    before = len(mail.outbox)
    with database_time(moment):
        while send_due(now=moment):
            pass
    return [m for m in mail.outbox[before:] if "deadline" in m.subject or "Overdue" in m.subject]


@pytest.fixture
def morning() -> datetime:
    return datetime(2026, 11, 18, 6, 0, tzinfo=UTC)


def test_after_an_outage_each_breach_has_its_true_moment_and_each_person_one_digest(acme: Desk, now: datetime) -> None:
    tickets = [acme.ticket(at=now + n * timedelta(minutes=1), requested_priority=1) for n in range(20)]
    back = now + 5 * HOUR  # every target of rank 1 has passed while nothing ran
    fire(back)
    breaches = SlaEvent.objects.filter(kind="breach", metric="first_response").order_by("at")
    assert [e.at for e in breaches] == [now + n * timedelta(minutes=1) + HOUR for n in range(20)]
    reply(tickets[0], Entry("Sorry for the wait."), by=acme.member("bob"), at=back + timedelta(seconds=20))
    assert send(back + timedelta(seconds=30)) == []
    sent = send(back + timedelta(minutes=2))
    assert [m.to for m in sent] == [[acme.email("mia")]]
    assert f"#{tickets[1].number} It is broken" in sent[0].body
    assert "Wed 18 Nov 2026, 13:01 UTC" in sent[0].body
    assert "First reply was due Wed 18 Nov 2026, 13:00 UTC" not in sent[0].body  # answered meanwhile
    assert send(back + HOUR) == []


def test_news_that_comes_while_a_digest_is_on_its_way_goes_with_the_next(acme: Desk, now: datetime) -> None:
    acme.ticket(at=now, requested_priority=1)
    fire(now + 2 * HOUR)
    assert len(send(now + 2 * HOUR + timedelta(minutes=2))) == 1
    late = acme.ticket(at=now + HOUR, requested_priority=1)
    fire(now + 3 * HOUR)
    [second] = send(now + 3 * HOUR + timedelta(minutes=2))
    assert f"#{late.number}" in second.body
    assert not HeldNotice.objects.filter(digest__isnull=True).exists()


def test_quiet_hours_hold_news_until_the_morning_but_not_of_rank_one(acme: Desk) -> None:
    QuietHours.objects.create(starts=time(16, 0), ends=time(7, 0))
    monday = datetime(2026, 11, 16, 12, 30, tzinfo=UTC)
    acme.ticket(at=monday, requested_priority=2)  # 4 business hours: due 16:30
    urgent = acme.ticket(at=monday + timedelta(hours=3, minutes=30), requested_priority=1)  # due 17:00
    fire(monday + 4 * HOUR + timedelta(seconds=1))
    fire(monday + timedelta(hours=4, minutes=30, seconds=1))
    sent = send(monday + timedelta(hours=4, minutes=31))
    assert [f"#{urgent.number}" in m.subject for m in sent] == [True]
    assert send(monday + 10 * HOUR) == []
    [digest] = send(datetime(2026, 11, 17, 7, 0, 1, tzinfo=UTC))
    assert "open deadline" in digest.subject


def test_only_one_digest_waits_for_a_person(acme: Desk, now: datetime) -> None:
    for n in range(3):
        acme.ticket(at=now + n * HOUR, requested_priority=1)
        fire(now + (n + 2) * HOUR)
    assert OutboxMessage.objects.filter(template="staff_digest", state="pending").count() == 1


@pytest.mark.parametrize(("clock", "expected"), [
    ("2026-11-18T21:00", "2026-11-19T07:00"), ("2026-11-19T03:00", "2026-11-19T07:00"), ("2026-11-19T07:00", None),
    ("2026-11-19T12:00", None), ("2026-03-28T22:00", "2026-03-29T07:00")])
def test_quiet_hours_run_over_midnight_and_over_a_clock_change(clock: str, expected: str | None) -> None:
    zone = ZoneInfo("Europe/Berlin")
    found = quiet_until(datetime.fromisoformat(clock).replace(tzinfo=zone), zone, time(20, 0), time(7, 0))
    assert found == (datetime.fromisoformat(expected).replace(tzinfo=zone) if expected else None)


def test_quiet_hours_within_a_day() -> None:
    zone = ZoneInfo("UTC")
    at = datetime(2026, 11, 18, 12, 30, tzinfo=UTC)
    assert quiet_until(at, zone, time(12, 0), time(13, 0)) == datetime(2026, 11, 18, 13, 0, tzinfo=UTC)
    assert quiet_until(at, zone, time(13, 0), time(14, 0)) is None
