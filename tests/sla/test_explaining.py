from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command

from sla.engine import explain
from sla.explaining import explanations
from sla.models import SlaClock
from sla.services import rebuilding
from sla.services.rebuilding import check_clocks
from tests.factories.desk import Desk
from tickets.enums import Status
from tickets.services import Entry, change_status, reply

FRIDAY = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)


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
    report = check_clocks(acme.tenant, at=now + timedelta(hours=61), ledgers=True)
    assert (report.clocks >= 2, report.differences) == (True, [])


def test_a_ledger_that_does_not_add_up_is_found(acme: Desk, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = acme.ticket(at=now, requested_priority=3)
    monkeypatch.setattr(rebuilding, "explain", lambda *whole: explain(*whole)[1:])
    found = check_clocks(acme.tenant, at=now, ledgers=True).differences
    assert {(d.number, d.field) for d in found} == {(ticket.number, "ledger")}
