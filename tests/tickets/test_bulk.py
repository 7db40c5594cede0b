from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.factories.desk import Desk, want_promises
from tickets.enums import BulkAction, BulkItemState, BulkState, EventKind, Status
from tickets.errors import NotAllowedError
from tickets.models import BulkRun, Comment, Draft, HeldReply, InternalNote, Macro, Ticket
from tickets.services import Words, assign, change_status, confirm_priority, leave_due, save_draft, set_tags
from tickets.services.bulk import (
    begin,
    continue_run,
    forget_old,
    may_undo,
    prepare,
    prepare_undo,
    tally,
    work_off,
)
from toolkit.errors import DomainError


def _run(desk: Desk, action: BulkAction, value: dict[str, Any], tickets: list[Ticket], now: datetime) -> BulkRun:
    bob = desk.member("bob")
    return prepare(bob, [t.number for t in tickets], action, value, label=str(action), back="", at=now)


def _through(desk: Desk, run: BulkRun, now: datetime) -> dict[str, int]:
    assert begin(run, at=now)
    work_off(run, desk.member("bob"), at=now)
    return tally(run)


def _facts(ticket: Ticket) -> tuple[Any, ...]:
    ticket.refresh_from_db()
    return ticket.assignee_id, str(ticket.status), ticket.priority, ticket.tags


def test_the_preview_says_what_will_change_what_stays_and_what_is_refused(acme: Desk, now: datetime) -> None:
    bob = acme.member("bob")
    new, solved, closed = acme.ticket(at=now), acme.ticket(at=now), acme.ticket(at=now)
    change_status(solved, Status.SOLVED, by=bob, at=now)
    change_status(closed, Status.CLOSED, by=bob, at=now)
    run = _run(acme, BulkAction.STATUS, {"status": "solved"}, [new, solved, closed], now)
    assert [(i.ticket_id, i.state) for i in run.items.order_by("id")] == [
        (new.pk, "waiting"), (solved.pk, "same"), (closed.pk, "refused")]
    assert "from closed to resolved" in run.items.get(ticket=closed).reason
    assert _facts(new)[1] == "new"  # nothing has happened yet


@pytest.mark.parametrize(("action", "value", "kind"), [
    (BulkAction.STATUS, {"status": "solved"}, EventKind.STATUS_CHANGED),
    (BulkAction.PRIORITY, {"rank": 1, "reason": "All of the hall"}, EventKind.PRIORITY_CHANGED),
    (BulkAction.TAG, {"tag": "disk"}, EventKind.TAGGED), (BulkAction.UNTAG, {"tag": "old"}, EventKind.TAGGED)])
def test_each_action_runs_through_the_services_and_is_undone(
        acme: Desk, now: datetime, action: BulkAction, value: dict[str, Any], kind: EventKind) -> None:
    bob, tickets = acme.member("bob"), [acme.ticket(at=now) for _ in range(3)]
    for ticket in tickets:
        change_status(ticket, Status.OPEN, by=bob, at=now)
        set_tags(ticket, ["old"], by=bob, at=now)
    before = [_facts(t) for t in tickets]
    run = _run(acme, action, value, tickets, now)
    assert _through(acme, run, now)["done"] == 3
    assert all(a != b for a, b in zip([_facts(t) for t in tickets], before, strict=True))
    assert all(t.events.filter(kind=kind).exists() for t in tickets)
    undo = prepare_undo(run, bob, at=now)
    assert _through(acme, undo, now)["done"] == 3
    assert [_facts(t) for t in tickets] == before


def test_assigning_is_undone_to_whoever_had_it(acme: Desk, now: datetime) -> None:
    bob, mia = acme.member("bob"), acme.member("mia")
    first, second = acme.ticket(at=now), acme.ticket(at=now)
    assign(first, to=mia.agent, by=bob, at=now)
    run = _run(acme, BulkAction.ASSIGN, {"agent": bob.agent.pk}, [first, second], now)
    _through(acme, run, now)
    assert (_facts(first)[0], _facts(second)[0]) == (bob.agent.pk, bob.agent.pk)
    _through(acme, prepare_undo(run, bob, at=now), now)
    assert (_facts(first)[0], _facts(second)[0]) == (mia.agent.pk, None)


@pytest.mark.parametrize("before", [Status.PENDING, Status.ON_HOLD, Status.SOLVED])
def test_closing_is_undone_over_open_where_the_workflow_wants_it(acme: Desk, now: datetime, before: Status) -> None:
    ticket, bob = acme.ticket(at=now), acme.member("bob")
    change_status(ticket, before, by=bob, at=now)
    run = _run(acme, BulkAction.STATUS, {"status": "closed"}, [ticket], now)
    _through(acme, run, now)
    assert _through(acme, prepare_undo(run, bob, at=now), now)["done"] == 1
    assert _facts(ticket)[1] == before


def test_nothing_goes_back_to_new(acme: Desk, now: datetime) -> None:
    ticket = acme.ticket(at=now)
    run = _run(acme, BulkAction.STATUS, {"status": "solved"}, [ticket], now)
    _through(acme, run, now)
    _through(acme, prepare_undo(run, acme.member("bob"), at=now), now)
    assert _facts(ticket)[1] == "open"


def test_a_ticket_that_somebody_changed_since_the_preview_is_left_alone(acme: Desk, now: datetime) -> None:
    bob, tickets = acme.member("bob"), [acme.ticket(at=now) for _ in range(2)]
    run = _run(acme, BulkAction.ASSIGN, {"agent": bob.agent.pk}, tickets, now)
    confirm_priority(tickets[0], 3, by=acme.member("mia"), at=now)
    count = _through(acme, run, now)
    assert (count["done"], count["refused"]) == (1, 1)
    assert run.items.get(ticket=tickets[0]).reason == "Somebody changed it in the meantime."
    assert _facts(tickets[0])[0] is None


def test_undo_leaves_what_was_changed_since(acme: Desk, now: datetime) -> None:
    bob, tickets = acme.member("bob"), [acme.ticket(at=now) for _ in range(2)]
    run = _run(acme, BulkAction.TAG, {"tag": "disk"}, tickets, now)
    _through(acme, run, now)
    set_tags(tickets[0], ["disk", "mine"], by=acme.member("mia"), at=now)
    count = _through(acme, prepare_undo(run, bob, at=now), now)
    assert (count["done"], count["refused"]) == (1, 1)
    assert (_facts(tickets[0])[3], _facts(tickets[1])[3]) == (["disk", "mine"], [])


def test_a_run_is_undone_once_and_within_the_hour(acme: Desk, now: datetime) -> None:
    bob, ticket = acme.member("bob"), acme.ticket(at=now)
    run = _run(acme, BulkAction.TAG, {"tag": "disk"}, [ticket], now)
    _through(acme, run, now)
    run.refresh_from_db()
    assert not may_undo(run, at=now + timedelta(hours=2))
    undo = prepare_undo(run, bob, at=now)
    for again in (run, undo):
        with pytest.raises(DomainError):
            prepare_undo(again, bob, at=now)


def test_a_second_press_changes_nothing_twice(acme: Desk, now: datetime) -> None:
    ticket = acme.ticket(at=now)
    run = _run(acme, BulkAction.TAG, {"tag": "disk"}, [ticket], now)
    _through(acme, run, now)
    assert not begin(run, at=now)
    assert work_off(run, acme.member("bob"), at=now) == 0
    assert ticket.events.filter(kind=EventKind.TAGGED).count() == 1


def test_a_worker_takes_chunks_until_all_is_done(acme: Desk, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tickets.services.bulk.CHUNK", 2)
    bob, tickets = acme.member("bob"), [acme.ticket(at=now) for _ in range(5)]
    run = _run(acme, BulkAction.TAG, {"tag": "disk"}, tickets, now)
    assert continue_run(run.pk, bob, at=now) == 0  # nobody has let it go
    begin(run, at=now)
    taken = []
    while not taken or taken[-1]:
        taken.append(continue_run(run.pk, bob, at=now))
    assert taken == [2, 2, 1, 0]
    run.refresh_from_db()
    assert (run.state, tally(run)["done"]) == (BulkState.DONE, 5)


def test_foreign_and_unknown_numbers_are_not_there(acme: Desk, globex: Desk, now: datetime) -> None:
    ticket = acme.ticket(at=now)
    run = prepare(acme.member("bob"), [ticket.number, 999], BulkAction.TAG, {"tag": "x"}, label="x", back="", at=now)
    assert [i.ticket_id for i in run.items.all()] == [ticket.pk]


def test_who_can_t_work_and_too_many_are_refused(acme: Desk, now: datetime) -> None:
    ticket = acme.ticket(at=now)
    for name in ("rita", "carol"):
        with pytest.raises(NotAllowedError):
            prepare(acme.member(name), [ticket.number], BulkAction.TAG, {"tag": "x"}, label="x", back="", at=now)
    for numbers in ([], range(3000)):
        with pytest.raises(DomainError):
            prepare(acme.member("bob"), numbers, BulkAction.TAG, {"tag": "x"}, label="x", back="", at=now)


def test_a_priority_other_than_asked_for_needs_a_reason(acme: Desk, now: datetime) -> None:
    ticket = acme.ticket(at=now, requested_priority=1)
    run = _run(acme, BulkAction.PRIORITY, {"rank": 3}, [ticket], now)
    assert run.items.get().state == BulkItemState.REFUSED


def test_old_previews_and_reports_go(acme: Desk, now: datetime) -> None:
    tickets = [acme.ticket(at=now)]
    _run(acme, BulkAction.TAG, {"tag": "x"}, tickets, now - timedelta(days=2))
    done = _run(acme, BulkAction.TAG, {"tag": "y"}, tickets, now - timedelta(days=2))
    _through(acme, done, now - timedelta(days=2))
    forget_old(at=now)
    assert list(BulkRun.objects.all()) == [done]
    forget_old(at=now + timedelta(days=40))
    assert not BulkRun.objects.exists()
    assert tickets[0].events.filter(kind=EventKind.TAGGED).count() == 1


def _macro(**values: Any) -> dict[str, Any]:
    return {"macro": Macro.objects.create(name="Known fault", **values).pk, "seconds": 8}


def test_a_macro_s_words_go_to_each_customer_by_name_and_can_be_taken_back(acme: Desk, now: datetime) -> None:
    bob, tickets = acme.member("bob"), [acme.ticket(at=now), acme.ticket(at=now, by="sue", project=acme.project("Otherworks"))]
    save_draft(tickets[0], Words("Half a thought"), by=bob, at=now)
    value = _macro(body="Dear {{requester_first}}, it is known.", status="pending", add_tags=["known"], assign_to_me=True)
    run = _run(acme, BulkAction.MACRO, value, tickets, now)
    assert _through(acme, run, now)["done"] == 2
    assert sorted(HeldReply.objects.values_list("body", flat=True)) == ["Dear Carol, it is known.", "Dear Sue, it is known."]
    assert Draft.objects.get().body == "Half a thought"  # what was being written there stays
    undo = prepare_undo(run, bob, at=now)
    assert _through(acme, undo, now)["done"] == 2
    assert not HeldReply.objects.exists()
    assert Draft.objects.get().body == "Half a thought"
    again = _run(acme, BulkAction.MACRO, value, tickets, now)
    _through(acme, again, now)
    leave_due(now=now + timedelta(seconds=9))
    assert Comment.objects.filter(body="Dear Sue, it is known.").count() == 1
    assert [_facts(t) for t in tickets] == [(bob.agent.pk, "pending", t.priority, ["known"]) for t in tickets]
    late = prepare_undo(again, bob, at=now)
    assert _through(acme, late, now)["refused"] == 2
    assert set(late.items.values_list("reason", flat=True)) == {"Its reply has left already."}


def test_a_macro_without_words_changes_at_once_and_is_undone_whole(acme: Desk, now: datetime) -> None:
    bob, tickets = acme.member("bob"), [acme.ticket(at=now) for _ in range(3)]
    for ticket in tickets[:2]:
        change_status(ticket, Status.OPEN, by=bob, at=now)
    value = _macro(status="pending", add_tags=["parts"], assign_to_me=True)
    change_status(tickets[2], Status.PENDING, by=bob, at=now)
    assign(tickets[2], to=bob.agent, by=bob, at=now)
    set_tags(tickets[2], ["parts"], by=bob, at=now)
    before = [_facts(t) for t in tickets]
    run = _run(acme, BulkAction.MACRO, value, tickets, now)
    count = _through(acme, run, now)
    assert (count["done"], count["same"]) == (2, 1)
    assert _facts(tickets[0]) == (bob.agent.pk, "pending", tickets[0].priority, ["parts"])
    _through(acme, prepare_undo(run, bob, at=now), now)
    assert [_facts(t) for t in tickets] == before


def test_a_macro_s_note_stands_on_each_ticket(acme: Desk, now: datetime) -> None:
    tickets = [acme.ticket(at=now) for _ in range(2)]
    run = _run(acme, BulkAction.MACRO, _macro(body="See #{{number}}", is_note=True), tickets, now)
    assert _through(acme, run, now)["done"] == 2
    assert sorted(InternalNote.objects.values_list("body", flat=True)) == [f"See #{t.number}" for t in tickets]
    assert not HeldReply.objects.exists()


def test_what_a_macro_may_not_do_is_in_the_preview(acme: Desk, now: datetime) -> None:
    want_promises(acme, 1)
    bob, tickets = acme.member("bob"), [acme.ticket(at=now), acme.ticket(at=now, requested_priority=1), acme.ticket(at=now)]
    change_status(tickets[2], Status.CLOSED, by=bob, at=now)
    run = _run(acme, BulkAction.MACRO, _macro(body="Soon.", status="pending"), tickets, now)
    reasons = {i.ticket_id: (i.state, i.reason) for i in run.items.all()}
    assert reasons[tickets[0].pk] == ("waiting", "")
    assert "next steps" in reasons[tickets[1].pk][1]
    assert "from closed to" in reasons[tickets[2].pk][1]


def test_tickets_of_one_customer_are_merged_and_parted_again(acme: Desk, now: datetime) -> None:
    bob, tickets = acme.member("bob"), [acme.ticket(at=now) for _ in range(3)]
    other = acme.ticket(at=now, by="sue", project=acme.project("Otherworks"))
    run = _run(acme, BulkAction.MERGE, {"target": tickets[0].pk}, [*tickets, other], now)
    states = {i.ticket_id: i.state for i in run.items.all()}
    assert states == {tickets[0].pk: "same", tickets[1].pk: "waiting", tickets[2].pk: "waiting", other.pk: "refused"}
    assert "another customer" in run.items.get(ticket=other).reason
    assert _through(acme, run, now)["done"] == 2
    assert Ticket.objects.filter(merged_into=tickets[0], status="closed").count() == 2
    assert _through(acme, prepare_undo(run, bob, at=now), now)["done"] == 2
    assert not Ticket.objects.filter(merged_into__isnull=False).exists()


def test_a_ticket_that_got_an_answer_since_the_preview_is_not_merged(acme: Desk, now: datetime) -> None:
    tickets = [acme.ticket(at=now) for _ in range(2)]
    run = _run(acme, BulkAction.MERGE, {"target": tickets[0].pk}, tickets, now)
    set_tags(tickets[1], ["mine"], by=acme.member("mia"), at=now)
    assert _through(acme, run, now)["refused"] == 1
    assert Ticket.objects.get(pk=tickets[1].pk).merged_into is None
