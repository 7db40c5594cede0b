from __future__ import annotations

from datetime import datetime, timedelta

from sla.models import ClockCheck, SlaClock
from sla.tasks import check_all_clocks
from tests.factories.desk import Desk
from tests.sla.test_timers import database_time


def test_managers_see_how_the_desk_does(acme: Desk, now: datetime) -> None:
    acme.ticket(at=now, requested_priority=1)
    SlaClock.objects.filter(metric="first_response").update(due_at=now)
    assert check_all_clocks() > 0
    check = ClockCheck.objects.get()
    assert "first_response 1 due_at" in " ".join(check.examples)
    page = acme.client("mia").get("/desk/health").content.decode()
    assert "first_response 1 due_at" in page
    assert acme.client("bob").get("/desk/health").status_code == 404


def test_monitors_learn_that_nobody_fires_timers(acme: Desk, now: datetime) -> None:
    acme.ticket(at=now, requested_priority=1)
    visitor = acme.client(None)
    with database_time(now):
        assert visitor.get("/health/workers").status_code == 200
        assert b"supportdesk_timers_waiting 0" in visitor.get("/health/metrics").content
    with database_time(now + timedelta(hours=5)):
        late = visitor.get("/health/workers")
        assert (late.status_code, late.json()["timers_waiting"]) == (503, 2)
        assert b"supportdesk_timers_waiting 2" in visitor.get("/health/metrics").content
