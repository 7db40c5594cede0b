from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from accounts.models import AuditEvent, Contract
from sla.enums import JobState
from sla.errors import StaleDraftError, TermsError
from sla.models import (
    Calendar,
    Recalculation,
    SlaClock,
    SlaPolicy,
    SlaPolicyVersion,
    SlaTarget,
    TicketPolicy,
    WhatIfRun,
)
from sla.services.coverage import change_coverage
from sla.services.jobs import run_open_jobs
from sla.services.policies import create_policy, discard_draft, save_draft, start_draft
from sla.services.publishing import publish
from sla.services.whatif import start_whatif
from sla.terms import Cell, CellKey, Terms, compare, merge, terms_from_json, terms_json, terms_of
from tests.factories.desk import Desk
from toolkit.errors import DomainError, ForbiddenError

HIGH = CellKey(2, "first_response")


def draft_with(desk: Desk, at: datetime, text: str = "2h", key: CellKey = HIGH) -> SlaPolicyVersion:
    """A draft of the gold policy with one cell changed."""
    draft = start_draft(SlaPolicy.objects.get(slug="gold"), by=desk.member("alice"), at=at)
    return save_draft(draft, edited(draft, text, key), revision=draft.revision, by=desk.member("alice"), at=at)


def edited(draft: SlaPolicyVersion, text: str, key: CellKey = HIGH) -> Terms:
    terms = terms_of(draft)
    calendar = terms.cells.get(key, Cell()).calendar_id or Calendar.objects.get(slug="office").pk
    return replace(terms, cells={**terms.cells, key: Cell(text, calendar)})


def tried(draft: SlaPolicyVersion, desk: Desk, at: datetime) -> SlaPolicyVersion:
    """The draft with its what-if done."""
    start_whatif(draft, days=90, by=desk.member("alice"), at=at)
    run_open_jobs(clock=lambda: at)
    return draft


def test_a_draft_is_a_copy_of_the_newest_version_and_there_is_one(acme: Desk, now: datetime) -> None:
    policy = SlaPolicy.objects.get(slug="gold")
    draft = start_draft(policy, by=acme.member("alice"), at=now)
    assert (draft.number, draft.published_at) == (2, None)
    assert terms_of(draft) == terms_of(policy.versions.get(number=1))
    assert start_draft(policy, by=acme.member("alice"), at=now) == draft
    discard_draft(draft, by=acme.member("alice"), at=now)
    assert policy.versions.count() == 1


def test_saving_changes_the_cell_the_revision_and_the_audit(acme: Desk, now: datetime) -> None:
    draft = draft_with(acme, now, "2 business hours")
    target = SlaTarget.objects.get(version=draft, priority=2, metric="first_response")
    assert (target.limit_amount, target.unit, draft.revision) == (2, "business_hours", 2)
    event = AuditEvent.objects.get(action="policy.draft_saved")
    assert event.changes == {"P2 High, first reply": ["4h, Office", "2 business hours, Office"]}
    same = save_draft(draft, terms_of(draft), revision=2, by=acme.member("alice"), at=now)
    assert same.revision == 2


def test_each_bad_field_is_told_apart_and_nothing_is_stored(acme: Desk, now: datetime) -> None:
    draft = start_draft(SlaPolicy.objects.get(slug="gold"), by=acme.member("alice"), at=now)
    terms = edited(draft, "2x")
    cells = {**terms.cells, CellKey(3, "resolution"): Cell("5d", None)}
    with pytest.raises(TermsError) as caught:
        save_draft(draft, replace(terms, cells=cells, warn_percent=0), revision=1, by=acme.member("alice"), at=now)
    assert set(caught.value.fields) == {"2-first_response-", "3-resolution-", "warn_percent"}
    assert "Choose the hours" in caught.value.fields["3-resolution-"]
    assert SlaTarget.objects.get(version=draft, priority=2, metric="first_response").limit_amount == 4


def test_a_stale_save_is_refused_with_what_the_other_wrote(acme: Desk, now: datetime) -> None:
    draft = draft_with(acme, now)
    with pytest.raises(StaleDraftError, match="Alice saved this draft") as caught:
        save_draft(draft, edited(draft, "3h"), revision=1, by=acme.member("alice"), at=now)
    assert caught.value.theirs.cells[HIGH].text == "2h"


def test_two_edits_are_put_together_and_a_clash_keeps_both(acme: Desk) -> None:
    base = Terms({HIGH: Cell("4h", 1), CellKey(1, "resolution"): Cell("8h", 1)})
    mine = replace(base, cells={**base.cells, HIGH: Cell("3h", 1)}, reopen_days=7)
    theirs = replace(base, cells={HIGH: Cell("2h", 1), CellKey(1, "resolution"): Cell("6h", 1)}, warn_minutes=30)
    merged = merge(base, mine, theirs)
    assert merged.terms.cells == {HIGH: Cell("3h", 1), CellKey(1, "resolution"): Cell("6h", 1)}
    assert (merged.terms.reopen_days, merged.terms.warn_minutes) == (7, 30)
    assert merged.theirs == {"2-first_response-": Cell("2h", 1)}
    assert terms_from_json(terms_json(mine)) == mine
    assert [d.what for d in compare(base, mine, {1: "Office"})] == ["P2 High, first reply", "Days to reopen"]


def test_only_admins_write(acme: Desk, now: datetime) -> None:
    for name in ("mia", "bob", "carol"):
        with pytest.raises(ForbiddenError):
            start_draft(SlaPolicy.objects.get(slug="gold"), by=acme.member(name), at=now)


def test_publishing_waits_for_a_reason_a_day_to_come_and_the_what_if(acme: Desk, now: datetime) -> None:
    draft = draft_with(acme, now)
    with pytest.raises(TermsError) as caught:
        publish(draft, revision=2, effective_from=now - timedelta(days=1), reason=" ", move_open=False,
                by=acme.member("alice"), at=now)
    assert set(caught.value.fields) == {"reason", "effective_from", "whatif"}
    tried(draft, acme, now)
    save_draft(draft, edited(draft, "3h"), revision=2, by=acme.member("alice"), at=now)
    with pytest.raises(TermsError, match="Run the what-if on the draft as it is now"):
        publish(draft, revision=3, effective_from=now, reason="Faster", move_open=False, by=acme.member("alice"), at=now)


def test_a_calendar_without_hours_blocks_publishing(acme: Desk, now: datetime) -> None:
    draft = draft_with(acme, now)
    Calendar.objects.create(slug="empty", name="Empty", time_zone="UTC")
    SlaTarget.objects.filter(version=draft, priority=2).update(calendar=Calendar.objects.get(slug="empty"))
    with pytest.raises(TermsError, match="“Empty” has no hours"):
        publish(draft, revision=2, effective_from=now, reason="x", move_open=False, by=acme.member("alice"), at=now)


def test_new_tickets_follow_the_version_from_its_day_and_old_ones_keep_theirs(acme: Desk, now: datetime) -> None:
    old = acme.ticket(at=now, requested_priority=2)
    draft = tried(draft_with(acme, now), acme, now)
    soon = now + timedelta(days=1)
    publish(draft, revision=2, effective_from=soon, reason="Faster", move_open=False, by=acme.member("alice"), at=now)
    between = acme.ticket(at=now + timedelta(minutes=1), requested_priority=2)
    new = acme.ticket(at=soon, requested_priority=2)
    limits = dict(SlaClock.objects.filter(metric="first_response").values_list("ticket_id", "limit_seconds"))
    assert limits == {old.pk: 4 * 3600, between.pk: 4 * 3600, new.pk: 2 * 3600}
    run_open_jobs(clock=lambda: soon)
    assert TicketPolicy.objects.filter(ticket=old).count() == 1


def test_open_tickets_move_at_the_effective_moment_when_asked(acme: Desk, now: datetime) -> None:
    old = acme.ticket(at=now, requested_priority=2)
    draft = tried(draft_with(acme, now), acme, now)
    publish(draft, revision=2, effective_from=now, reason="Faster", move_open=True, by=acme.member("alice"), at=now)
    later = now + timedelta(minutes=30)
    run_open_jobs(clock=lambda: later)
    clock = SlaClock.objects.get(ticket=old, metric="first_response")
    assert (clock.limit_seconds, clock.due_at) == (2 * 3600, now + timedelta(hours=2))
    job = Recalculation.objects.get()
    assert (job.state, job.total, job.done) == (JobState.DONE, 1, 1)


def test_what_is_published_is_immutable_to_everybody(acme: Desk, now: datetime) -> None:
    version = SlaPolicyVersion.objects.get(number=1)
    for change in (lambda: SlaPolicyVersion.objects.filter(pk=version.pk).update(reason="x"),
                   lambda: SlaTarget.objects.filter(version=version).update(limit_amount=1),
                   lambda: SlaTarget.objects.filter(version=version).delete()):
        with pytest.raises(DatabaseError, match="immutable"), transaction.atomic():
            change()
    with pytest.raises(DomainError, match="published or discarded"):
        save_draft(version, terms_of(version), revision=1, by=acme.member("alice"), at=now)


def test_the_audit_tells_who_published_what_and_why(acme: Desk, now: datetime) -> None:
    draft = tried(draft_with(acme, now), acme, now)
    publish(draft, revision=2, effective_from=now, reason="Faster", move_open=False, by=acme.member("alice"), at=now)
    event = AuditEvent.objects.get(action="policy.published")
    assert (event.actor.name, event.object_label) == ("Alice", "Gold")
    assert event.changes["reason"] == [None, "Faster"]
    assert event.changes["P2 High, first reply"] == ["4h, Office", "2h, Office"]
    with pytest.raises(StaleDraftError):
        publish(start_draft(draft.policy, by=acme.member("alice"), at=now), revision=9, effective_from=now, reason="x",
                move_open=False, by=acme.member("alice"), at=now)


def test_a_version_never_takes_effect_before_an_earlier_one(acme: Desk, now: datetime) -> None:
    draft = tried(draft_with(acme, now), acme, now)
    publish(draft, revision=2, effective_from=now + timedelta(days=9), reason="Faster", move_open=False,
            by=acme.member("alice"), at=now)
    third = tried(draft_with(acme, now, "1h"), acme, now)
    with pytest.raises(TermsError, match="Version 2 takes effect on 27 November 2026"):
        publish(third, revision=2, effective_from=now + timedelta(days=1), reason="x", move_open=False,
                by=acme.member("alice"), at=now)


def test_a_contract_changes_its_policy_and_asks_about_open_tickets(acme: Desk, now: datetime) -> None:
    alice, contract = acme.member("alice"), Contract.objects.get(reference="C-acme")
    policy = create_policy("Platinum", by=alice, at=now)
    draft = start_draft(policy, by=alice, at=now)
    office = Calendar.objects.get(slug="office")
    save_draft(draft, Terms({HIGH: Cell("1h", office.pk)}), revision=1, by=alice, at=now)
    with pytest.raises(TermsError, match="no version in force"):
        change_coverage(contract, policy=policy, calendar=None, effective_from=now, move_open=True, by=alice, at=now)
    publish(tried(draft, acme, now), revision=2, effective_from=now, reason="New offer", move_open=False, by=alice, at=now)
    kept = acme.ticket(at=now, by="sue", project=acme.project("Otherworks"), requested_priority=2)
    moved = acme.ticket(at=now, requested_priority=2)
    later = now + timedelta(minutes=10)
    change_coverage(contract, policy=policy, calendar=None, effective_from=later, move_open=True, by=alice, at=later)
    run_open_jobs(clock=lambda: later)
    limits = dict(SlaClock.objects.filter(metric="first_response").values_list("ticket_id", "limit_seconds"))
    assert limits == {kept.pk: 4 * 3600, moved.pk: 3600}
    assert AuditEvent.objects.get(action="contract.covered").changes["policy"] == ["Gold", "Platinum"]


def test_a_second_what_if_takes_the_place_of_a_waiting_one(acme: Desk, now: datetime) -> None:
    draft = draft_with(acme, now)
    first = start_whatif(draft, days=30, by=acme.member("alice"), at=now)
    start_whatif(draft, days=60, by=acme.member("alice"), at=now)
    first.refresh_from_db()
    assert first.state == JobState.STALE
    run_open_jobs(clock=lambda: now)
    assert set(WhatIfRun.objects.values_list("days", "state")) == {(30, "stale"), (60, "done")}
