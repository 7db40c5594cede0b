"""Each change of a priority reaches the other side once, with its reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives

from accounts.models import Contract, ContractEntitlement
from accounts.queries import current_tenant
from notifications.models import OutboxMessage
from notifications.rendering import render_mail
from tests.factories.desk import Desk
from tickets.followup import FollowUp
from tickets.models import PriorityProposal, Ticket
from tickets.services import (
    Entry,
    answer_proposal,
    assign,
    confirm_priority,
    decide_dispute,
    dispute_workaround,
    record_workaround,
    reply,
    set_priority_at_will,
)

Mails = Callable[[], list[EmailMultiAlternatives]]


def propose(ticket: Ticket, rank: int, **values: Any) -> PriorityProposal:
    """What an engineer's change is where the customer sets the priority at will."""
    confirm_priority(ticket, rank, **values)
    found: PriorityProposal = PriorityProposal.objects.get(ticket=ticket, state="waiting")
    return found


@pytest.fixture
def mails(acme: Desk, now: datetime) -> Mails:
    """The mails put in the outbox since the last call, as they would be sent."""
    seen: set[int] = set()

    def new() -> list[EmailMultiAlternatives]:
        rows = [r for r in OutboxMessage.objects.select_related("ticket__requester", "comment__author", "person")
                .order_by("id") if r.pk not in seen]
        seen.update(r.pk for r in rows)
        return [render_mail(r, current_tenant(), now=now) for r in rows]

    return new


def _at_will() -> None:
    ContractEntitlement.objects.create(contract=Contract.objects.get(reference="C-acme"), entitlement="priority_at_will")


def _one(mails: Mails, to: str) -> tuple[str, str]:
    found = mails()
    assert [m.to for m in found] == [[to]]
    html = str(found[0].alternatives[0][0])
    assert "None" not in html
    return str(found[0].subject), str(found[0].body)


def test_the_customer_is_told_each_change_with_its_reason_and_the_review_once(acme: Desk, now: datetime, mails: Mails) -> None:
    ticket, bob, carol = acme.ticket(at=now, requested_priority=1), acme.member("bob"), acme.email("carol")
    mails()
    confirm_priority(ticket, 2, by=bob, at=now, reason="The shop still runs")
    subject, body = _one(mails, carol)
    assert "Reviewed as P2 High" in subject
    assert "differs from what you asked for: The shop still runs" in body
    confirm_priority(ticket, 3, by=bob, at=now + timedelta(minutes=1), reason="It was one page")
    subject, body = _one(mails, carol)
    assert subject.startswith(f"[#{ticket.number}] Priority P3 Normal")
    assert "from P2 High to P3 Normal" in body
    assert "Reason: It was one page" in body
    assert "We answer by" in body


def test_a_workaround_its_dispute_and_the_decision_each_reach_the_other_side(acme: Desk, now: datetime, mails: Mails) -> None:
    ticket, bob, carol = acme.ticket(at=now, requested_priority=1), acme.member("bob"), acme.member("carol")
    assign(ticket, to=bob.agent, by=bob, at=now)
    confirm_priority(ticket, 1, by=bob, at=now)
    mails()
    proposal = record_workaround(ticket, "Use the other till", by=bob, at=now)
    _subject, body = _one(mails, acme.email("carol"))
    assert "Use the other till" in body
    assert "one step down, from P1 Urgent to P2 High" in body
    dispute_workaround(ticket, proposal, by=carol, at=now, reason="It is broken too")
    subject, body = _one(mails, acme.email("bob"))
    assert "Workaround disputed" in subject
    assert "It is broken too" in body
    decide_dispute(ticket, proposal, uphold=False, reason="So it is", by=bob, at=now)
    subject, body = _one(mails, acme.email("carol"))
    assert "Priority P1 Urgent" in subject
    assert "The priority is P1 Urgent again." in body
    assert "Reason: So it is" in body


def test_an_upheld_decision_says_that_it_stays(acme: Desk, now: datetime, mails: Mails) -> None:
    ticket, bob = acme.ticket(at=now, requested_priority=3), acme.member("bob")
    proposal = record_workaround(ticket, "Use the other till", by=bob, at=now)
    dispute_workaround(ticket, proposal, by=acme.member("carol"), at=now, reason="No")
    mails()
    decide_dispute(ticket, proposal, uphold=True, reason="It works for others", by=bob, at=now)
    assert "The priority stays at P4 Low." in _one(mails, acme.email("carol"))[1]


def test_at_will_the_customer_is_asked_and_the_desk_hears_the_answer(acme: Desk, now: datetime, mails: Mails) -> None:
    _at_will()
    ticket, bob, carol = acme.ticket(at=now, requested_priority=1), acme.member("bob"), acme.member("carol")
    assign(ticket, to=bob.agent, by=bob, at=now)
    mails()
    first = propose(ticket, 3, by=bob, at=now, reason="Staging only")
    _subject, body = _one(mails, acme.email("carol"))  # the review and the proposal in one
    assert "Its priority is P1 Urgent" in body
    assert "We propose P3 Normal in its place: Staging only" in body
    answer_proposal(ticket, first, accept=False, by=carol, at=now, words="It is production")
    subject, body = _one(mails, acme.email("bob"))
    assert "declined" in subject
    assert "It is production" in body
    second = propose(ticket, 2, by=bob, at=now, reason="One till of nine")
    subject, body = _one(mails, acme.email("carol"))
    assert "We propose another priority: P2 High" in subject
    assert "Until then P1 Urgent counts" in body
    answer_proposal(ticket, second, accept=True, by=carol, at=now)
    assert "accepted" in _one(mails, acme.email("bob"))[1]
    record_workaround(ticket, "Use the other till", by=bob, at=now)
    assert "we propose the priority P3 Normal in place of P2 High" in _one(mails, acme.email("carol"))[1]
    set_priority_at_will(ticket, 1, by=carol, at=now)
    assert "Carol has set the priority" in _one(mails, acme.email("bob"))[1]


def test_without_an_assignee_the_managers_hear_of_a_dispute(acme: Desk, now: datetime, mails: Mails) -> None:
    ticket = acme.ticket(at=now, requested_priority=1)
    proposal = record_workaround(ticket, "x", by=acme.member("bob"), at=now)
    mails()
    dispute_workaround(ticket, proposal, by=acme.member("carol"), at=now, reason="No")
    _one(mails, acme.email("mia"))


def test_a_reply_s_mail_tells_the_next_steps_and_the_next_update_in_the_reader_s_zone(acme: Desk, now: datetime,
                                                                                    mails: Mails) -> None:
    ticket = acme.ticket(at=now)
    type(ticket.requester).objects.filter(pk=ticket.requester_id).update(time_zone="Europe/Berlin")
    mails()
    said = FollowUp("We compare both logs", datetime(2026, 11, 24, 13, 0, tzinfo=now.tzinfo))
    reply(ticket, Entry("On it.", follow_up=said), by=acme.member("bob"), at=now)
    mail = mails()[0]
    for text in (str(mail.body), str(mail.alternatives[0][0])):
        assert "We compare both logs" in text
        assert "Next update by Tue 24 Nov 2026, 14:00 CET." in text
    reply(ticket, Entry("Done?"), by=acme.member("bob"), at=now)
    assert "Next" not in str(mails()[0].body)
