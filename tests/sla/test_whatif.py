from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from sla.catalogue import Carried
from sla.enums import Change
from sla.models import Calendar, SlaClock, SlaPolicy, WhatIfChange, WhatIfRun
from sla.queries import version_in_force
from sla.replay import effects_of_move
from sla.services import whatif
from sla.services.jobs import run_open_jobs
from sla.services.policies import save_draft, start_draft
from sla.services.whatif import run_batch, start_whatif
from sla.terms import Cell, CellKey, terms_of
from tests.factories.desk import Desk, in_desk
from tests.sla.test_policies import draft_with, edited
from tickets.services import Entry, reply


def answered(desk: Desk, at: datetime, after: timedelta, **values: object) -> int:
    ticket = desk.ticket(at=at, **{"requested_priority": 2, **values})
    reply(ticket, Entry("Here it is."), by=desk.member("bob"), at=at + after)
    return int(ticket.pk)


def finished(desk: Desk, at: datetime, **values: object) -> WhatIfRun:
    run = start_whatif(draft_with(desk, at, **values), days=30, by=desk.member("alice"), at=at)
    run_open_jobs(clock=lambda: at)
    run.refresh_from_db()
    return run


def test_a_stricter_draft_tells_which_answers_would_have_been_late(acme: Desk, now: datetime) -> None:
    in_time = answered(acme, now, timedelta(hours=1))
    late = answered(acme, now, timedelta(hours=3))
    answered(acme, now, timedelta(hours=3), requested_priority=1)  # late under either
    run = finished(acme, now + timedelta(days=1))
    assert (run.state, run.done, run.total) == ("done", 3, 3)
    assert run.result["metrics"]["first_response"] == [2, 1, 1, 2]
    assert run.result["priorities"] == {"2": [0, 1], "1": [2, 2]}  # the solution of P1 is late too
    assert run.result["organizations"] == {str(acme.project().organization_id): [2, 3]}
    changes = {c.ticket_id: c for c in WhatIfChange.objects.all()}
    assert {pk: c.change for pk, c in changes.items()} == {in_time: Change.LIMIT, late: Change.LATE}
    assert changes[late].clocks == [["first_response", 1, "4h", "2h", False, True]]
    assert run.result["changes"] == {"limit": 1, "late": 1}


def test_a_milder_draft_tells_what_would_have_been_in_time(acme: Desk, now: datetime) -> None:
    late = answered(acme, now, timedelta(hours=6))
    run = finished(acme, now + timedelta(days=1), text="2d")
    assert WhatIfChange.objects.get(run=run, ticket_id=late).change == Change.IN_TIME


def test_a_first_target_where_there_was_best_effort_counts(acme: Desk, now: datetime) -> None:
    answered(acme, now, timedelta(hours=6), requested_priority=4)
    run = finished(acme, now + timedelta(days=1), text="1h", key=CellKey(4, "first_response"))
    change = WhatIfChange.objects.get(run=run)
    assert (change.change, change.clocks[0][2:]) == (Change.LATE, ["best effort", "1h", False, True])


def test_only_the_days_asked_for_and_the_policy_s_own_tickets_are_replayed(acme: Desk, now: datetime) -> None:
    answered(acme, now - timedelta(days=40), timedelta(hours=3))
    acme.ticket(at=now, by="finn", project=None)
    assert finished(acme, now + timedelta(hours=1)).total == 0


def test_an_edit_meanwhile_makes_the_run_stale(acme: Desk, now: datetime) -> None:
    answered(acme, now, timedelta(hours=3))
    draft = draft_with(acme, now)
    run = start_whatif(draft, days=30, by=acme.member("alice"), at=now + timedelta(hours=4))
    save_draft(draft, edited(draft, "3h"), revision=2, by=acme.member("alice"), at=now)
    run_open_jobs(clock=lambda: now)
    run.refresh_from_db()
    assert (run.state, WhatIfChange.objects.count()) == ("stale", 0)


def test_batches_add_up_and_ask_the_same_few_queries(acme: Desk, now: datetime) -> None:
    for _ in range(5):
        answered(acme, now, timedelta(hours=3))
    run = start_whatif(draft_with(acme, now), days=30, by=acme.member("alice"), at=now + timedelta(days=1))
    counts, replay = [], None
    for _ in range(3):
        with CaptureQueriesContext(connection) as queries:
            replay = run_batch(run, now=now, replay=replay, size=2)
        counts.append(len(queries))
    assert (run.state, run.done) == ("done", 5)
    assert run.result["changes"] == {"late": 5}
    assert counts[1] <= 7


def test_the_replay_of_the_present_version_is_what_is_stored(acme: Desk, now: datetime) -> None:
    answered(acme, now, timedelta(hours=3))
    acme.ticket(at=now, requested_priority=1)
    draft = start_draft(SlaPolicy.objects.get(slug="gold"), by=acme.member("alice"), at=now)
    run = start_whatif(draft, days=30, by=acme.member("alice"), at=now + timedelta(hours=5))
    run_open_jobs(clock=lambda: now)
    run.refresh_from_db()
    assert run.result["changes"] == {}
    stored = SlaClock.objects.filter(metric="first_response", state="met").count()
    assert run.result["metrics"]["first_response"][0] == stored


def test_the_effect_on_open_tickets_is_told_before(acme: Desk, now: datetime) -> None:
    ticket = acme.ticket(at=now, requested_priority=2)
    draft = draft_with(acme, now)
    later = now + timedelta(hours=3)
    [(found, effects)] = effects_of_move([ticket], {ticket.pk: Carried(draft.pk)}, later)
    assert (found, effects[0].was, effects[0].is_late) == (ticket, now + timedelta(hours=4), True)
    always = Calendar.objects.get(slug="always").pk
    live = version_in_force(draft.policy_id, later)
    evening = acme.ticket(at=later, requested_priority=2)
    [(_found, effects)] = effects_of_move([evening], {evening.pk: Carried(live.pk, always)}, later)
    assert (effects[0].was - later, effects[0].will - later) == (timedelta(hours=20), timedelta(hours=4))


def test_runs_of_other_tenants_are_worked_on_in_their_own_scope(acme: Desk, globex: Desk, now: datetime) -> None:
    with in_desk(globex):
        answered(globex, now, timedelta(hours=3))
        theirs = start_whatif(draft_with(globex, now), days=30, by=globex.member("alice"), at=now + timedelta(days=1))
    assert not WhatIfRun.objects.exists()
    run_open_jobs(clock=lambda: now)
    assert not WhatIfChange.objects.exists()
    with in_desk(globex):
        theirs.refresh_from_db()
        assert (theirs.state, WhatIfChange.objects.count()) == ("done", 1)


def test_a_run_that_fails_says_so_and_stops(acme: Desk, now: datetime, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    run = start_whatif(draft_with(acme, now), days=30, by=acme.member("alice"), at=now)

    def broken(*_args: object) -> None:
        raise RuntimeError("disk")

    monkeypatch.setattr(whatif, "stored_facts", broken)
    run_open_jobs(clock=lambda: now)
    run.refresh_from_db()
    assert run.state == "failed"
    assert "start it again" in run.problem
    assert terms_of(run.version).cells[CellKey(2, "first_response")] == Cell("2h", Calendar.objects.get(slug="office").pk)
