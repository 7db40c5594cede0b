"""Who decides a priority: triage, engineers with a reason, customers at will, and disputes about workarounds."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Contract, ContractEntitlement
from sla.models import SlaClock
from tests.factories.desk import Desk
from tickets.enums import ProposalKind, ProposalState, Status
from tickets.errors import NotAllowedError
from tickets.flags import DISPUTE_FLAG
from tickets.listing import list_tickets
from tickets.models import PriorityProposal, Ticket
from tickets.queries import events_of
from tickets.services import (
    Entry,
    answer_proposal,
    change_status,
    confirm_priority,
    decide_dispute,
    dispute_workaround,
    record_workaround,
    reply,
    set_priority_at_will,
)
from toolkit.errors import ConflictError, DomainError


def propose(ticket: Ticket, rank: int, **values: Any) -> PriorityProposal:
    """What an engineer's change is where the customer sets the priority at will."""
    confirm_priority(ticket, rank, **values)
    found: PriorityProposal = PriorityProposal.objects.get(ticket=ticket, state="waiting")
    return found


@pytest.fixture
def at_will(acme: Desk) -> Desk:
    """The customer's contract lets it set priorities."""
    ContractEntitlement.objects.create(contract=Contract.objects.get(reference="C-acme"), entitlement="priority_at_will")
    return acme


def _kinds(desk: Desk, ticket: Ticket) -> list[str]:
    return [e.kind.partition(".")[2] for e in events_of(desk.member("carol"), ticket)]


def _due(ticket: Ticket) -> datetime | None:
    return Ticket.objects.get(pk=ticket.pk).due_at


def test_a_change_of_priority_needs_a_reason_and_confirming_needs_none(acme: Desk, now: datetime) -> None:
    ticket, bob = acme.ticket(at=now, requested_priority=1), acme.member("bob")
    with pytest.raises(DomainError, match="Say why the priority changes"):
        confirm_priority(ticket, 2, by=bob, at=now, reason="  ")
    confirm_priority(ticket, 1, by=bob, at=now)
    confirm_priority(ticket, 2, by=bob, at=now, reason="It runs in part")
    assert (ticket.requested_priority, ticket.priority) == (1, 2)
    confirm_priority(ticket, 2, by=bob, at=now)  # again: nothing changes, no reason asked
    event = ticket.events.get(kind="ticket.priority_changed")
    assert event.data == {"before": 1, "priority": 2, "reason": "It runs in part", "cause": "engineer"}
    assert ticket.events.filter(kind="ticket.priority_confirmed").count() == 1


def test_an_unset_priority_that_triage_changes_needs_a_reason_too(acme: Desk, now: datetime) -> None:
    ticket = acme.ticket(at=now)
    with pytest.raises(DomainError, match="Say why"):
        confirm_priority(ticket, 1, by=acme.member("bob"), at=now)
    confirm_priority(ticket, 3, by=acme.member("bob"), at=now)
    assert (ticket.requested_priority, ticket.priority) == (None, 3)


@pytest.mark.parametrize("who", ["rita", "carol", "vic", "sue"])
def test_only_those_who_work_on_tickets_change_a_priority(acme: Desk, now: datetime, who: str) -> None:
    ticket = acme.ticket(at=now)
    for act in (lambda: confirm_priority(ticket, 1, by=acme.member(who), at=now, reason="x"),
                lambda: record_workaround(ticket, "x", by=acme.member(who), at=now)):
        with pytest.raises(NotAllowedError):
            act()


def test_at_will_the_customer_s_word_counts_at_once_and_clocks_follow(at_will: Desk, now: datetime) -> None:
    ticket = at_will.ticket(at=now, requested_priority=2)
    assert _due(ticket) == now + timedelta(hours=4)
    set_priority_at_will(ticket, 1, by=at_will.member("carol"), at=now + timedelta(minutes=10))
    assert _due(ticket) == now + timedelta(minutes=60)  # counted from the opening, on the 24/7 calendar
    assert (ticket.requested_priority, ticket.priority) == (1, 1)
    event = ticket.events.get(kind="ticket.priority_changed")
    assert (event.actor.name, event.actor_kind, event.data["cause"]) == ("Carol", "requester", "customer")


def test_without_the_right_or_in_another_s_name_nobody_sets_it_at_will(acme: Desk, now: datetime) -> None:
    ticket = acme.ticket(at=now)
    with pytest.raises(NotAllowedError, match="leaves the priority to our engineers"):
        set_priority_at_will(ticket, 1, by=acme.member("carol"), at=now)
    ContractEntitlement.objects.create(contract=Contract.objects.get(reference="C-acme"), entitlement="priority_at_will")
    for who in ("vic", "sue", "bob"):
        with pytest.raises(NotAllowedError):
            set_priority_at_will(ticket, 1, by=acme.member(who), at=now)
    Contract.objects.filter(reference="C-acme").update(ends_on=now.date() - timedelta(days=1))
    with pytest.raises(NotAllowedError, match="leaves the priority"):
        set_priority_at_will(ticket, 1, by=acme.member("carol"), at=now)


def test_a_solved_ticket_keeps_its_priority(at_will: Desk, now: datetime) -> None:
    ticket, bob = at_will.ticket(at=now), at_will.member("bob")
    change_status(ticket, Status.SOLVED, by=bob, at=now)
    with pytest.raises(DomainError, match="Open it again first"):
        set_priority_at_will(ticket, 1, by=at_will.member("carol"), at=now)
    with pytest.raises(DomainError, match="solved"):
        record_workaround(ticket, "Restart it", by=bob, at=now)


def test_at_will_an_engineer_only_proposes(at_will: Desk, now: datetime) -> None:
    ticket, bob, carol = at_will.ticket(at=now, requested_priority=1), at_will.member("bob"), at_will.member("carol")
    proposal = propose(ticket, 3, by=bob, at=now, reason="Staging only")
    assert (ticket.priority, proposal.state, proposal.rank, proposal.kind) == (1, "waiting", 3, ProposalKind.ENGINEER)
    assert ticket.priority_confirmed_at == now  # reviewed: the customer's own rank is what counts
    assert _kinds(at_will, ticket) == ["opened", "priority_proposed", "priority_confirmed"]
    answer_proposal(ticket, proposal, accept=False, by=carol, at=now, words="Our launch hangs on it")
    assert (ticket.priority, proposal.state, proposal.answer) == (1, ProposalState.DECLINED, "Our launch hangs on it")
    with pytest.raises(ConflictError):
        answer_proposal(ticket, proposal, accept=True, by=carol, at=now)
    second = propose(ticket, 2, by=bob, at=now, reason="The shop itself runs")
    answer_proposal(ticket, second, accept=True, by=carol, at=now + timedelta(minutes=1))
    assert (ticket.priority, ticket.requested_priority, _due(ticket)) == (2, 1, now + timedelta(hours=4))


def test_a_newer_proposal_and_the_customer_s_own_choice_supersede_the_waiting_one(at_will: Desk, now: datetime) -> None:
    ticket, bob = at_will.ticket(at=now, requested_priority=1), at_will.member("bob")
    first = propose(ticket, 3, by=bob, at=now, reason="a")
    second = propose(ticket, 2, by=bob, at=now, reason="b")
    set_priority_at_will(ticket, 4, by=at_will.member("carol"), at=now)
    assert set(PriorityProposal.objects.values_list("pk", "state")) == {
        (first.pk, "superseded"), (second.pk, "superseded")}
    with pytest.raises(ConflictError):
        answer_proposal(ticket, second, accept=True, by=at_will.member("carol"), at=now)


@pytest.mark.parametrize(("before", "after"), [(1, 2), (2, 3), (3, 4), (4, 4)])
def test_a_workaround_is_one_step_down_and_no_more(acme: Desk, now: datetime, before: int, after: int) -> None:
    ticket = acme.ticket(at=now, requested_priority=before)
    proposal = record_workaround(ticket, "Restart it each hour", by=acme.member("bob"), at=now)
    assert (ticket.priority, ticket.requested_priority, proposal.before, proposal.rank) == (after, before, before, after)
    changed = ticket.events.filter(kind="ticket.priority_changed")
    assert [e.data["cause"] for e in changed] == (["workaround"] if before != after else [])
    assert ticket.events.get(kind="ticket.workaround_recorded").data["reason"] == "Restart it each hour"


def test_a_workaround_needs_words(acme: Desk, now: datetime) -> None:
    ticket = acme.ticket(at=now)
    with pytest.raises(DomainError, match="Describe the workaround"):
        record_workaround(ticket, " ", by=acme.member("bob"), at=now)
    with pytest.raises(DomainError, match="at most 2000"):
        record_workaround(ticket, "x" * 2001, by=acme.member("bob"), at=now)
    assert not PriorityProposal.objects.exists()


def test_a_dispute_is_seen_in_triage_and_decided_once_with_a_reason(acme: Desk, now: datetime) -> None:
    ticket, bob, carol = acme.ticket(at=now, requested_priority=1), acme.member("bob"), acme.member("carol")
    confirm_priority(ticket, 1, by=bob, at=now)
    proposal = record_workaround(ticket, "Use the other server", by=bob, at=now)
    with pytest.raises(DomainError, match="Say why the workaround"):
        dispute_workaround(ticket, proposal, by=carol, at=now, reason="")
    dispute_workaround(ticket, proposal, by=carol, at=now, reason="There is no other server")
    assert (ticket.priority, ticket.triage_flags) == (2, [DISPUTE_FLAG])
    assert list(list_tickets(bob, {"triage": ["yes"]}).rows) == [ticket]
    with pytest.raises(DomainError, match="Decide the dispute first"):
        confirm_priority(ticket, 3, by=bob, at=now, reason="x")
    with pytest.raises(DomainError, match="Decide the dispute first"):
        record_workaround(ticket, "Another", by=bob, at=now)
    confirm_priority(ticket, 2, by=bob, at=now)
    assert ticket.triage_flags == [DISPUTE_FLAG]  # confirming isn't deciding
    with pytest.raises(DomainError, match="Give the customer the reason"):
        decide_dispute(ticket, proposal, uphold=False, reason="", by=bob, at=now)
    decide_dispute(ticket, proposal, uphold=False, reason="Right, it was sold", by=bob, at=now + timedelta(minutes=5))
    assert (ticket.priority, ticket.triage_flags, proposal.state) == (1, [], ProposalState.OVERTURNED)
    assert _due(ticket) == now + timedelta(minutes=60)
    assert not list_tickets(bob, {"triage": ["yes"]}).rows
    for again in (lambda: decide_dispute(ticket, proposal, uphold=True, reason="x", by=bob, at=now),
                  lambda: dispute_workaround(ticket, proposal, by=carol, at=now, reason="x")):
        with pytest.raises(ConflictError):
            again()


def test_an_upheld_workaround_stays_and_can_t_be_disputed_again(acme: Desk, now: datetime) -> None:
    ticket, bob, carol = acme.ticket(at=now, requested_priority=2), acme.member("bob"), acme.member("carol")
    proposal = record_workaround(ticket, "Use the other server", by=bob, at=now)
    dispute_workaround(ticket, proposal, by=carol, at=now, reason="It is slow")
    decide_dispute(ticket, proposal, uphold=True, reason="Slow is not stopped", by=bob, at=now)
    assert (ticket.priority, proposal.state) == (3, ProposalState.UPHELD)
    with pytest.raises(ConflictError):
        dispute_workaround(ticket, proposal, by=carol, at=now, reason="Still")
    second = record_workaround(ticket, "A third server", by=bob, at=now)  # another workaround is another matter
    dispute_workaround(ticket, second, by=carol, at=now, reason="No")


@pytest.mark.parametrize("who", ["vic", "sue", "bob"])
def test_only_the_customer_s_writers_dispute(acme: Desk, now: datetime, who: str) -> None:
    ticket = acme.ticket(at=now, requested_priority=1)
    proposal = record_workaround(ticket, "x", by=acme.member("bob"), at=now)
    with pytest.raises(NotAllowedError):
        dispute_workaround(ticket, proposal, by=acme.member(who), at=now, reason="x")


def test_a_step_that_was_overtaken_can_t_be_disputed(acme: Desk, now: datetime) -> None:
    ticket, bob = acme.ticket(at=now, requested_priority=1), acme.member("bob")
    proposal = record_workaround(ticket, "x", by=bob, at=now)
    confirm_priority(ticket, 1, by=bob, at=now, reason="It fails again")
    with pytest.raises(ConflictError):
        dispute_workaround(ticket, proposal, by=acme.member("carol"), at=now, reason="x")


def test_at_will_a_workaround_is_only_proposed(at_will: Desk, now: datetime) -> None:
    ticket, bob, carol = at_will.ticket(at=now, requested_priority=1), at_will.member("bob"), at_will.member("carol")
    proposal = record_workaround(ticket, "Use the other server", by=bob, at=now)
    assert (ticket.priority, proposal.state, proposal.rank) == (1, ProposalState.WAITING, 2)
    answer_proposal(ticket, proposal, accept=True, by=carol, at=now)
    assert (ticket.priority, proposal.state) == (2, ProposalState.ACCEPTED)
    with pytest.raises(ConflictError):
        dispute_workaround(ticket, proposal, by=carol, at=now, reason="x")


def test_a_ticket_has_one_open_proposal_at_most(at_will: Desk, now: datetime) -> None:
    ticket = at_will.ticket(at=now, requested_priority=1)
    one = propose(ticket, 3, by=at_will.member("bob"), at=now, reason="a")
    with pytest.raises(IntegrityError), transaction.atomic():
        PriorityProposal.objects.create(ticket=ticket, kind="engineer", state="disputed", before=1, rank=2, reason="x",
                                        made_by=one.made_by, made_at=now)


def test_a_breach_on_record_survives_any_change(at_will: Desk, now: datetime) -> None:
    ticket = at_will.ticket(at=now, requested_priority=1)
    late = now + timedelta(minutes=90)
    set_priority_at_will(ticket, 3, by=at_will.member("carol"), at=late)
    reply(ticket, Entry("Sorry."), by=at_will.member("bob"), at=late)
    assert SlaClock.objects.get(ticket=ticket, metric="first_response").breached_at == now + timedelta(minutes=60)
