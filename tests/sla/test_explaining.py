from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Tenant
from accounts.tenancy import tenant_scope
from sla.enums import ClockState
from sla.explaining import explanations
from sla.models import SlaClock
from sla.services import fire_due
from sla.services.rebuilding import check_clocks
from supportdesk.reference.demo import DATA
from supportdesk.reference.history import load_history
from supportdesk.reference.loader import load_tenant
from supportdesk.reference.schema import read_tenant_file
from tests.factories.desk import Desk
from tests.sla.test_timers import database_time
from tickets.enums import Status
from tickets.models import Ticket
from tickets.services import Entry, change_status, reply

FRIDAY = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)


def _second(moment: datetime) -> int:
    """The whole second: the engine cuts fractions off."""
    return int(moment.timestamp())


def test_a_weekend_is_shown_as_closed_and_the_sum_is_the_target(acme: Desk) -> None:
    found = {e.clock.metric: e for e in explanations(acme.ticket(at=FRIDAY, requested_priority=3), FRIDAY)}
    first = found["first_response"]
    assert [i.kind for i in first.intervals] == ["counted", "closed", "counted"]
    assert (first.counted_seconds, first.clock.due_at) == (8 * 3600, datetime(2026, 11, 23, 15, 30, tzinfo=UTC))
    assert (first.policy_name, first.policy_version, first.calendar_name) == ("Gold", 1, "Office")


def test_the_pages_and_the_api_say_why(acme: Desk) -> None:
    ticket = acme.ticket(at=FRIDAY, requested_priority=3)
    desk = acme.client("bob").get(f"/desk/t/{ticket.number}/clocks").content.decode()
    portal = acme.client("carol").get(f"/tickets/{ticket.number}/clocks").content.decode()
    for page in (desk, portal):
        assert "8 business hours" in page
        assert "Closed by “Office”" in page
        assert "Counted in all, of 8 h" in page


def test_the_command_line_says_why(acme: Desk) -> None:
    ticket = acme.ticket(at=FRIDAY, requested_priority=3)
    out = io.StringIO()
    call_command("sla", "explain", "acme", str(ticket.number), stdout=out)
    assert "closed by “Office”" in out.getvalue()
    assert "counted 28800 s of 28800 s" in out.getvalue()


def test_a_ticket_without_a_clock_says_so(acme: Desk) -> None:
    ticket = acme.ticket(at=FRIDAY, requested_priority=4)
    assert b"nothing is counted" in acme.client("bob").get(f"/desk/t/{ticket.number}/clocks").content


def test_rebuilding_finds_what_somebody_changed_behind_the_engine_s_back_and_mends_it(acme: Desk, now: datetime) -> None:
    ticket = acme.ticket(at=now, requested_priority=3)
    assert check_clocks(acme.tenant, at=now).differences == []
    SlaClock.objects.filter(ticket=ticket, metric="first_response").update(due_at=now)
    report = check_clocks(acme.tenant, at=now)
    assert [(d.number, d.metric, d.field, d.stored) for d in report.differences] == [
        (ticket.number, "first_response", "due_at", now)]
    with pytest.raises(CommandError, match=r"\d+ differences between"):
        call_command("sla", "rebuild", "--check", "--tenant", "acme", stdout=io.StringIO())
    check_clocks(acme.tenant, at=now, repair=True)
    assert check_clocks(acme.tenant, at=now).differences == []


def test_a_missing_clock_is_found(acme: Desk, now: datetime) -> None:
    ticket = acme.ticket(at=now, requested_priority=1)
    SlaClock.objects.filter(ticket=ticket, metric="resolution").delete()
    assert [(d.metric, d.field) for d in check_clocks(acme.tenant, at=now).differences] == [("resolution", "clock")]


def test_a_busy_ticket_rebuilds_to_what_its_events_made_step_by_step(acme: Desk, now: datetime) -> None:
    ticket, bob = acme.ticket(at=now, requested_priority=3), acme.member("bob")
    for hour, status in ((1, Status.PENDING), (5, Status.OPEN), (20, Status.ON_HOLD), (40, Status.OPEN), (60, Status.SOLVED)):
        if status is Status.PENDING:
            reply(ticket, Entry("Which version?"), by=bob, at=now + timedelta(minutes=30))
        change_status(ticket, status, by=bob, at=now + timedelta(hours=hour))
    assert check_clocks(acme.tenant, at=now + timedelta(hours=61)).differences == []


@pytest.mark.django_db
@pytest.mark.parametrize("slug", ["tectonic", "platformsh", "example", "stakater"])
def test_each_clock_of_the_demo_data_adds_up_to_the_second(slug: str) -> None:
    moment = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
    tenant: Tenant = load_tenant(read_tenant_file(DATA / f"{slug}.toml"), at=moment, password=None)
    counted = 0
    with tenant_scope(tenant, reading=True):
        load_history(tenant, at=moment)
        with database_time(moment):
            while fire_due():  # what fell due before the history ended
                pass
        for ticket in Ticket.objects.all():
            for one in explanations(ticket, moment):
                clock, at = one.clock, _second(one.clock.started_at)
                for interval in one.intervals:
                    assert _second(interval.start) == at
                    at = _second(interval.end)
                if clock.ended_at is not None:
                    assert (at, one.counted_seconds) == (_second(clock.ended_at), clock.elapsed_seconds), ticket
                elif clock.state is ClockState.RUNNING and clock.limit_seconds is not None:
                    assert (at, one.counted_seconds) == (_second(clock.due_at), clock.limit_seconds), ticket
                counted += 1
    assert check_clocks(tenant, at=moment).differences == []
    assert counted > 200
