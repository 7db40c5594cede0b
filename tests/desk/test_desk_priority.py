"""The desk's side of a priority: the advisor, workarounds, disputes, and promised updates in the composer."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Contract, ContractEntitlement
from accounts.tenancy import tenant_scope
from sla.promised import promise_ranks
from tests.conftest import NOON
from tests.desk.test_rooms import save
from tests.factories.desk import Desk, in_desk, make_desk, want_promises
from tickets.enums import Status
from tickets.flags import FOLLOW_UP_FLAG
from tickets.followup import FollowUp
from tickets.models import Comment, PriorityProposal, PriorityQuestion, PriorityRule, Ticket
from tickets.services import Words, dispute_workaround, hold_reply, leave_due, record_workaround, take_back
from toolkit.clock import now as clock_now
from toolkit.errors import DomainError


@pytest.fixture
def advised(acme: Desk) -> Desk:
    """A desk with two criteria."""
    PriorityQuestion.objects.create(key="down", text="The shop is down", position=1)
    PriorityQuestion.objects.create(key="staging", text="Staging is down", position=2, environment="nonproduction")
    PriorityRule.objects.create(position=1, rank=1, any_of=["down"], reason="Nothing can be sold")
    PriorityRule.objects.create(position=2, rank=2, any_of=["staging"], right="phone", reason="Your plan covers it")
    PriorityRule.objects.create(position=3, rank=4, reason="Little is lost")
    return acme


def _now_ticket(desk: Desk, **values: Any) -> Ticket:
    return desk.ticket(at=clock_now() - timedelta(minutes=1), **values)


def test_the_priority_menu_s_part_advises_from_ticks(advised: Desk, now: datetime) -> None:
    ticket, bob = advised.ticket(at=now), advised.client("bob")
    path = f"/desk/t/{ticket.number}/governance"
    page = bob.get(path).content.decode()
    assert "The shop is down" in page
    assert "Staging is down" not in page  # another environment's
    assert "Little is lost" not in page  # nobody asked yet
    assert "Nothing can be sold" in bob.get(f"{path}?criteria=down").content.decode()
    assert "Little is lost" in bob.get(f"{path}?suggest=yes").content.decode()
    part = bob.get(path, headers={"HX-Request": "true", "HX-Target": "governance"}).content.decode()
    assert part.lstrip().startswith('<div id="governance"')
    staging = advised.ticket(at=now, environment="staging").number
    assert "Your plan covers it" in bob.get(f"/desk/t/{staging}/governance?criteria=staging").content.decode()


def test_a_workaround_is_recorded_disputed_and_decided(acme: Desk) -> None:
    ticket, bob, carol = _now_ticket(acme, requested_priority=1), acme.client("bob"), acme.client("carol")
    bob.post(f"/desk/t/{ticket.number}/workaround", {"workaround": "Use the other till", "version": ticket.version})
    proposal = PriorityProposal.objects.get()
    page = carol.get(f"/tickets/{ticket.number}").content.decode()
    assert "Use the other till" in page
    assert "P1 Urgent to P2 High" in page
    carol.post(f"/tickets/{ticket.number}/proposals/{proposal.pk}/dispute", {"reason": "It burned down"})
    assert "We look at it again." in carol.get(f"/tickets/{ticket.number}").content.decode()
    page = bob.get(f"/desk/t/{ticket.number}").content.decode()
    assert "disputes the lower priority" in page
    assert f'href="/desk/t/{ticket.number}/governance">Decide' in page
    assert "Needs triage" in bob.get("/desk/views/all?triage=yes").content.decode()
    decide = f"/desk/t/{ticket.number}/proposals/{proposal.pk}/decide"
    bob.post(decide, {"decision": "overturn", "reason": ""})
    assert "Give the customer the reason" in bob.get(f"/desk/t/{ticket.number}").content.decode()
    bob.post(decide, {"decision": "overturn", "reason": "So we heard"})
    assert Ticket.objects.get().priority == 1
    page = carol.get(f"/tickets/{ticket.number}").content.decode()
    assert "the priority is P1 Urgent again:</b> So we heard" in page
    assert "It doesn’t help us" not in page


def test_a_stale_page_can_t_lower_another_priority(acme: Desk) -> None:
    ticket, bob = _now_ticket(acme), acme.client("bob")
    bob.post(f"/desk/t/{ticket.number}/assign", {"assignee": "me"})
    bob.post(f"/desk/t/{ticket.number}/workaround", {"workaround": "x", "version": 1})
    assert not PriorityProposal.objects.exists()
    assert b"Somebody changed this ticket" in bob.get(f"/desk/t/{ticket.number}").content


def test_receptionists_read_but_don_t_decide(acme: Desk) -> None:
    ticket, rita = _now_ticket(acme, requested_priority=1), acme.client("rita")
    proposal = record_workaround(ticket, "x", by=acme.member("bob"), at=clock_now())
    dispute_workaround(ticket, proposal, by=acme.member("carol"), at=clock_now(), reason="No")
    page = rita.get(f"/desk/t/{ticket.number}/governance").content.decode()
    assert "Disputed workaround" in page
    assert "<textarea" not in page
    rita.post(f"/desk/t/{ticket.number}/proposals/{proposal.pk}/decide", {"reason": "x"})
    assert PriorityProposal.objects.get().state == "disputed"


def test_at_will_the_menu_says_that_a_change_is_a_proposal(acme: Desk) -> None:
    ContractEntitlement.objects.create(contract=Contract.objects.get(reference="C-acme"), entitlement="priority_at_will")
    ticket, bob = _now_ticket(acme, requested_priority=1), acme.client("bob")
    assert b"your change is a proposal" in bob.get(f"/desk/t/{ticket.number}/governance").content
    bob.post(f"/desk/t/{ticket.number}/priority", {"priority": 3, "reason": "Staging"})
    assert b"Proposed. This customer sets the priority at will" in bob.get(f"/desk/t/{ticket.number}").content
    assert Ticket.objects.get().priority == 1


@pytest.fixture
def strict(acme: Desk) -> Desk:
    want_promises(acme, 1, 2)
    person = acme.member("bob").person
    type(person).objects.filter(pk=person.pk).update(time_zone="Europe/Berlin")
    return acme


def _field(page: str, name: str) -> str:
    return page.split(f'name="{name}"')[1].split(">", maxsplit=1)[0]


def test_the_composer_asks_for_the_follow_up_where_it_is_needed_and_keeps_what_was_typed(strict: Desk) -> None:
    ticket, bob = _now_ticket(strict, requested_priority=1), strict.client("bob")
    page = bob.get(f"/desk/t/{ticket.number}").content.decode()
    assert "What happens next, needed at this priority" in page
    assert any(f"Next update by ({zone})" in page for zone in ("CET", "CEST"))
    refused = bob.post(f"/desk/t/{ticket.number}/compose", {"mode": "reply", "body": "On it.", "next_steps": "Compare logs"})
    assert refused.status_code == 422
    assert "Choose the time of the next update" in refused.content.decode()
    assert 'value="Compare logs"' in _field(refused.content.decode(), "next_steps")
    soon = clock_now() + timedelta(hours=3)
    local = soon.astimezone(strict.member("bob").zone)
    sent = bob.post(f"/desk/t/{ticket.number}/compose", {
        "mode": "reply", "body": "On it.", "next_steps": "Compare logs", "next_update_by": f"{local:%Y-%m-%dT%H:%M}"})
    assert sent.status_code == 303
    comment = Comment.objects.get(body="On it.")
    assert comment.next_update_by == soon.replace(second=0, microsecond=0)
    page = strict.client("carol").get(f"/tickets/{ticket.number}").content.decode()
    assert "Compare logs" in page
    assert "Next update by" in page
    assert f"{soon:%H:%M}</time> UTC" in page  # carol reads it in her own zone


def test_a_held_reply_owes_its_promise_at_the_press_and_keeps_it_over_undo(strict: Desk, now: datetime) -> None:
    ticket, bob = strict.ticket(at=now, requested_priority=1), strict.member("bob")
    with pytest.raises(DomainError, match="Write the next steps"):
        hold_reply(ticket, Words("On it."), by=bob, at=now, leaves_at=now)
    with pytest.raises(DomainError, match="lies ahead"):
        hold_reply(ticket, Words("On it.", follow_up=FollowUp("Logs", now)), by=bob, at=now, leaves_at=now)
    said = FollowUp("Compare logs", now + timedelta(hours=3))
    held = hold_reply(ticket, Words("On it.", follow_up=said), by=bob, at=now, leaves_at=now)
    assert "Compare logs" in strict.client("bob").get(f"/desk/t/{ticket.number}").content.decode()
    draft = take_back(ticket, held.pk, by=bob, at=now)
    assert FollowUp(draft.next_steps, draft.next_update_by) == said
    page = strict.client("bob").get(f"/desk/t/{ticket.number}").content.decode()
    local = said.by.astimezone(bob.zone)
    assert 'value="Compare logs"' in _field(page, "next_steps")
    assert f'value="{local:%Y-%m-%dT%H:%M}"' in _field(page, "next_update_by")
    assert not Comment.objects.filter(author_kind="staff").exists()


def test_a_held_promise_becomes_a_clock_when_it_leaves(strict: Desk, now: datetime) -> None:
    ticket, bob = strict.ticket(at=now, requested_priority=1), strict.member("bob")
    until = now + timedelta(hours=3)
    hold_reply(ticket, Words("On it.", follow_up=FollowUp("Logs", until)), by=bob, at=now, leaves_at=now)
    hold_reply(ticket, Words("Done.", then=Status.SOLVED), by=bob, at=now, leaves_at=now)
    leave_due(now=clock_now())
    with in_desk(strict):
        assert list(Comment.objects.filter(author_kind="staff").order_by("pk").values_list("next_update_by", flat=True)) == [
            until, None]
        assert ticket.clocks.filter(metric="promise").exists()
        assert Ticket.objects.get().status == "solved"


@pytest.mark.parametrize(("text", "said"), [
    ("tomorrow", "is no time in Europe/Berlin"), ("2027-03-28T02:30", "is no time in Europe/Berlin"),
    ("2020-01-01T10:00", "lies ahead: it is"), ("9999-12-31T23:59", "within a year"),
    ("2026-11-24T10:00+01:00", "is no time")])
def test_a_time_that_can_t_be_promised_is_refused_in_words(strict: Desk, text: str, said: str) -> None:
    ticket = _now_ticket(strict, requested_priority=4)
    answer = strict.client("bob").post(f"/desk/t/{ticket.number}/compose", {
        "mode": "reply", "body": "On it.", "next_update_by": text})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert text in answer.content.decode()


def test_a_note_a_logged_call_and_a_solving_reply_are_taken(strict: Desk) -> None:
    ticket, bob = _now_ticket(strict, requested_priority=1), strict.client("bob")
    path = f"/desk/t/{ticket.number}/compose"
    assert bob.post(path, {"mode": "note", "body": "Hm."}).status_code == 303
    assert bob.post(path, {"mode": "call", "body": "Called."}).status_code == 303
    assert Ticket.objects.get().triage_flags == [FOLLOW_UP_FLAG]
    assert bob.post(path, {"mode": "reply", "body": "Done.", "then": "solved"}).status_code == 303
    assert Ticket.objects.get().status == "solved"


def test_other_replies_may_promise(acme: Desk) -> None:
    page = acme.client("bob").get(f"/desk/t/{_now_ticket(acme).number}").content.decode()
    assert "Promise the next update</summary>" in page
    assert 'name="next_update_by"' not in acme.client("rita").get(f"/desk/t/{Ticket.objects.get().number}").content.decode()


def test_the_workspace_asks_nothing_of_governance_but_a_remembered_setting(strict: Desk) -> None:
    ticket, bob = _now_ticket(strict, requested_priority=1), strict.client("bob")
    record_workaround(ticket, "x", by=strict.member("bob"), at=clock_now())
    with CaptureQueriesContext(connection) as asked:
        bob.get(f"/desk/t/{ticket.number}")
    found = " ".join(q["sql"] for q in asked)
    assert "promise_ranks" in found  # once a change of the settings: see accounts.remembering
    assert not [t for t in ("sla_ticketpolicy", "priorityproposal", "priorityquestion", "priorityrule") if t in found]


@pytest.mark.django_db
def test_the_ranks_that_want_a_promise_are_remembered_until_they_change() -> None:
    desk = make_desk("acme", at=NOON)

    def read() -> tuple[list[frozenset[int]], int]:
        with tenant_scope(desk.tenant, reading=True), CaptureQueriesContext(connection) as asked:
            return list(promise_ranks().values()), len(asked)

    assert read() == ([], 1)
    with in_desk(desk):
        want_promises(desk, 1, 2)
    assert read() == ([{1, 2}], 1)
    assert read() == ([{1, 2}], 0)


def test_the_phone_form_advises_and_keeps_what_was_typed(advised: Desk) -> None:
    rita = advised.client("rita")
    typed = {"name": "Carol", "summary": "All silent", "priority": "2", "environment": "production",
             "picked": f"{advised.project().organization_id}:0"}
    answer = rita.post("/desk/phone", {**typed, "suggest": "yes", "criteria": "down"})
    page = answer.content.decode()
    assert (answer.status_code, Ticket.objects.count()) == (200, 0)
    assert "Nothing can be sold" in page
    assert 'value="All silent"' in page
    assert "There is a problem" not in page
    page = rita.post("/desk/phone", {**typed, "environment": "staging", "criteria": "staging"}).content.decode()
    assert "Your plan covers it" in page  # by the right of the customer on the line
    page = rita.post("/desk/phone", {**typed, "environment": "moon", "criteria": ["staging", "nonsense"]}).content.decode()
    assert "Nothing can be sold" not in page
    assert "Your plan covers it" not in page


def test_a_criterion_s_rule_is_checked_and_changes_count_at_once(advised: Desk) -> None:
    alice, rule = advised.client("alice"), PriorityRule.objects.get(position=1)
    path = f"/desk/settings/advice/{rule.pk}"
    assert save(alice, path, any_of="donw").status_code == 422
    assert save(alice, path, rank=2, any_of="down", reason="Half is lost").status_code == 303
    page = advised.client("bob").get(f"/desk/t/{_now_ticket(advised).number}/governance?criteria=down").content.decode()
    assert "Half is lost" in page
