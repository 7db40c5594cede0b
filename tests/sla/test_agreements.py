"""Targets agreed with one customer: they win over the policy's, from a day on, in everything that tells of a clock."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from urllib.parse import urlencode

import pytest
import time_machine
from django.db import DatabaseError, transaction

from accounts.models import AuditEvent, Contract
from sla.errors import TermsError
from sla.explaining import explanations
from sla.models import Agreement, Calendar, Coverage, SlaClock, SlaTarget, WhatIfChange
from sla.queries import coverage_for, promises
from sla.services.coverage import change_coverage
from sla.services.jobs import run_open_jobs
from sla.services.rebuilding import check_clocks
from sla.services.whatif import start_whatif
from sla.statement import statement
from sla.terms import Cell, CellKey
from tests.factories.clocks import fire_due
from tests.factories.desk import Desk
from tests.portal.test_sla import words_of
from tests.sla.test_policies import HIGH, draft_with
from tests.sla.test_timers import database_time
from tickets.enums import Status
from tickets.services import Entry, change_status, reply
from tickets.services.priority import confirm_priority

UPDATE = CellKey(3, "ongoing_update")


def agree(desk: Desk, at: datetime, *, move_open: bool = False, **cells: tuple[CellKey, str]) -> Coverage:
    """Agree targets with carol's organization, in office hours."""
    office, contract = Calendar.objects.get(slug="office").pk, Contract.objects.get(reference=f"C-{desk.tenant.slug}")
    return change_coverage(
        contract, policy=coverage_for(contract.pk, at).policy, calendar=None, effective_from=at, move_open=move_open,
        agreed={key: Cell(text, None if text == "best effort" else office) for key, text in cells.values()},
        by=desk.member("alice"), at=at)


def limits(**filters: object) -> dict[tuple[str, int], int]:
    rows = SlaClock.objects.filter(**filters).values_list("metric", "cycle", "limit_seconds")
    return {(metric, cycle): limit for metric, cycle, limit in rows}


def test_what_was_agreed_wins_over_the_policy_and_only_for_that_contract(acme: Desk, now: datetime) -> None:
    agree(acme, now, first=(HIGH, "1h"))
    mine, theirs = acme.ticket(at=now, requested_priority=2), acme.ticket(
        at=now, by="sue", project=acme.project("Otherworks"), requested_priority=2)
    assert limits(ticket=mine) == {("first_response", 1): 3600}
    assert limits(ticket=theirs) == {("first_response", 1): 4 * 3600}
    assert promises(mine.contract, "production", now)[2].target.limit.amount == 1
    assert promises(mine.contract, "production", now)[3].target.limit.amount == 8


def test_an_agreed_target_keeps_its_hours_and_best_effort_may_be_agreed(acme: Desk, now: datetime) -> None:
    always, contract = Calendar.objects.get(slug="always"), Contract.objects.get(reference="C-acme")
    change_coverage(contract, policy=coverage_for(contract.pk, now).policy, calendar=always, effective_from=now,
                    move_open=False, agreed={HIGH: Cell("2h", Calendar.objects.get(slug="office").pk),
                                             CellKey(1, "resolution"): Cell("best effort")},
                    by=acme.member("alice"), at=now)
    evening = now.replace(hour=16)
    high, normal, urgent = (acme.ticket(at=evening, requested_priority=n) for n in (2, 3, 1))
    due = dict(SlaClock.objects.filter(metric="first_response").values_list("ticket_id", "due_at"))
    assert due[high.pk] == evening + timedelta(hours=18)  # the office closes at five and opens at nine
    assert due[normal.pk] == evening + timedelta(hours=8)  # the policy's count in the contract's own hours
    assert set(limits(ticket=urgent)) == {("first_response", 1)}


def test_open_tickets_keep_their_terms_or_move(acme: Desk, now: datetime) -> None:
    ticket = acme.ticket(at=now, requested_priority=2)
    later = now + timedelta(minutes=30)
    agree(acme, later, first=(HIGH, "2h"))
    assert limits(ticket=ticket) == {("first_response", 1): 4 * 3600}
    agree(acme, later + timedelta(minutes=30), first=(HIGH, "3h"), move_open=True)
    run_open_jobs(clock=lambda: later + timedelta(minutes=30))
    clock = SlaClock.objects.get(ticket=ticket)
    assert (clock.limit_seconds, clock.elapsed_seconds, clock.due_at) == (3 * 3600, 3600, now + timedelta(hours=3))


def test_the_same_terms_again_make_no_second_agreement_and_none_ends_it(acme: Desk, now: datetime) -> None:
    first = agree(acme, now, first=(HIGH, "1h"))
    second = agree(acme, now + timedelta(hours=1), first=(HIGH, "1h"))
    assert first.agreement_id == second.agreement_id
    assert agree(acme, now + timedelta(hours=2)).agreement is None
    assert Agreement.objects.count() == 1
    event = AuditEvent.objects.filter(action="contract.covered").order_by("id").first()
    assert event.changes["Agreed P2 High, first reply"] == ["as the policy", "1h, Office"]


def test_what_was_agreed_is_immutable_to_everybody(acme: Desk, now: datetime) -> None:
    made = agree(acme, now, first=(HIGH, "1h")).agreement
    for change in (lambda: SlaTarget.objects.filter(agreement=made).update(limit_amount=9),
                   lambda: SlaTarget.objects.filter(agreement=made).delete(),
                   lambda: Agreement.objects.filter(pk=made.pk).update(made_at=now)):
        with pytest.raises(DatabaseError, match=r"immutable|append-only|permission denied"), transaction.atomic():
            change()


def test_a_target_that_can_t_stand_is_told_and_nothing_is_stored(acme: Desk, now: datetime) -> None:
    with pytest.raises(TermsError) as caught:
        agree(acme, now, first=(HIGH, "soon"))
    assert set(caught.value.fields) == {"2-first_response-"}
    assert not Agreement.objects.exists()


def test_the_working_says_where_it_was_agreed(acme: Desk, now: datetime) -> None:
    agree(acme, now, first=(HIGH, "1h"))
    ticket = acme.ticket(at=now, requested_priority=2)
    assert [e.agreed_in for e in explanations(ticket, now)] == ["C-acme"]
    page = acme.client("bob").get(f"/desk/t/{ticket.number}/clocks").content.decode()
    assert "1 business hour, agreed in contract C-acme, by Gold, version 1" in page
    other = acme.ticket(at=now, requested_priority=3)
    assert {e.agreed_in for e in explanations(other, now)} == {""}


def test_the_customer_reads_it_live_announced_and_in_the_copy(acme: Desk, now: datetime) -> None:
    contract = Contract.objects.get(reference="C-acme")
    before = statement(contract, now).fingerprint
    change_coverage(contract, policy=coverage_for(contract.pk, now).policy, calendar=None, move_open=False,
                    effective_from=now + timedelta(days=2), by=acme.member("alice"), at=now,
                    agreed={HIGH: Cell("2h", Calendar.objects.get(slug="office").pk)})
    carol = acme.client("carol")
    with time_machine.travel(now, tick=False):
        page = carol.get("/sla").content.decode()
    assert "Agreed P2 High, first reply: as the policy → 2h, Office" in page
    assert "within 4 business hours" in page
    with time_machine.travel(now + timedelta(days=2), tick=False):
        page, copy = carol.get("/sla").content.decode(), words_of(carol.get(f"/sla/{contract.pk}/copy.pdf").content)
    words = "First reply: within 2 business hours, counted in Office, as agreed with you."
    assert words in page
    assert words in copy
    assert statement(contract, now + timedelta(days=2)).fingerprint != before


def test_replaying_events_under_changing_agreements_gives_what_was_stored(acme: Desk, now: datetime) -> None:
    dice, bob = random.Random(48), acme.member("bob")
    tickets = [acme.ticket(at=now, requested_priority=rank) for rank in (1, 2, 3, 4)]
    at = now
    for _ in range(40):
        at += timedelta(minutes=dice.randrange(1, 400))
        ticket, what = dice.choice(tickets), dice.randrange(6)
        ticket.refresh_from_db()
        if what < 2:
            reply(ticket, Entry("Word."), by=bob, at=at)
        elif what == 2:
            change_status(ticket, dice.choice([Status.PENDING, Status.OPEN, Status.ON_HOLD, Status.SOLVED]), by=bob, at=at)
        elif what == 3:
            confirm_priority(ticket, dice.choice([r for r in (1, 2, 3, 4) if r != ticket.priority]), by=bob, at=at,
                             reason="As seen")
        else:
            agree(acme, at, move_open=dice.random() < 0.7, first=(HIGH, dice.choice(("1h", "30m", "2d"))),
                  update=(UPDATE, dice.choice(("1d", "6h", "best effort"))),
                  third=(CellKey(4, "resolution"), dice.choice(("3d", "10h"))))
            run_open_jobs(clock=lambda moment=at: moment)
        with database_time(at):
            while fire_due():
                pass
        assert check_clocks(acme.tenant, at=at).differences == []


def test_a_what_if_leaves_alone_what_was_agreed(acme: Desk, now: datetime) -> None:
    agree(acme, now, first=(HIGH, "3h"))
    mine = acme.ticket(at=now, requested_priority=2)
    theirs = acme.ticket(at=now, by="sue", project=acme.project("Otherworks"), requested_priority=2)
    for ticket in (mine, theirs):
        reply(ticket, Entry("Here."), by=acme.member("bob"), at=now + timedelta(hours=2, minutes=30))
    start_whatif(draft_with(acme, now, "2h"), days=30, by=acme.member("alice"), at=now + timedelta(days=1))
    run_open_jobs(clock=lambda: now + timedelta(days=1))
    assert list(WhatIfChange.objects.values_list("ticket_id", "change")) == [(theirs.pk, "late")]


def test_an_admin_sees_the_effect_and_agrees_on_the_contract_s_page(acme: Desk, now: datetime) -> None:
    ticket, contract = acme.ticket(at=now, requested_priority=2), Contract.objects.get(reference="C-acme")
    address, office = f"/desk/settings/sla/contracts/{contract.pk}", Calendar.objects.get(slug="office").pk
    form = {"policy": str(coverage_for(contract.pk, now).policy_id), "calendar": "", "effective_from": f"{now:%Y-%m-%d}",
            "open": "move", "t-2-first_response-": "2h", "c-2-first_response-": str(office)}
    alice = acme.client("alice")
    with time_machine.travel(now + timedelta(minutes=1), tick=False):
        shown = alice.get(f"{address}?{urlencode(form)}").content.decode()
        assert f"#{ticket.number}" in shown
        assert "Effect on 1 open ticket" in shown
        assert not Agreement.objects.exists()
        wrong = alice.post(address, {**form, "t-2-first_response-": "soon"})
        assert wrong.status_code == 422
        assert 'href="#t-2-first_response-"' in wrong.content.decode()
        assert acme.client("mia").post(address, form).status_code == 200
        assert not Agreement.objects.exists()
        assert alice.post(address, form).status_code == 303
        page = acme.client("mia").get(address).content.decode()
    assert "P2 High, first reply 2h, Office" in page
    run_open_jobs(clock=lambda: now + timedelta(minutes=1))
    assert SlaClock.objects.get(ticket=ticket).limit_seconds == 2 * 3600
