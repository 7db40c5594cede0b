"""The customer's side of a priority: advice before filing, the choice at will, proposals and disputes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Contract, ContractEntitlement
from tests.factories.desk import Desk
from tickets.models import Attachment, PriorityProposal, PriorityQuestion, PriorityRule, Ticket
from tickets.services import confirm_priority, record_workaround
from toolkit.clock import now as clock_now


def propose(ticket: Ticket, rank: int, **values: Any) -> PriorityProposal:
    """What an engineer's change is where the customer sets the priority at will."""
    confirm_priority(ticket, rank, **values)
    found: PriorityProposal = PriorityProposal.objects.get(ticket=ticket, state="waiting")
    return found


@pytest.fixture
def at_will(acme: Desk) -> Desk:
    ContractEntitlement.objects.create(contract=Contract.objects.get(reference="C-acme"), entitlement="priority_at_will")
    return acme


def _page(browser: Client, ticket: Ticket) -> str:
    return browser.get(f"/tickets/{ticket.number}").content.decode()


def _new(desk: Desk, **values: Any) -> Ticket:
    return desk.ticket(at=clock_now() - timedelta(minutes=1), **values)


def test_suggesting_files_nothing_and_keeps_words_ticks_and_files(acme: Desk) -> None:
    PriorityQuestion.objects.create(key="down", text="The shop is down")
    PriorityQuestion.objects.create(key="staging", text="Staging is down", environment="nonproduction")
    PriorityRule.objects.create(position=1, rank=1, any_of=["down"], reason="Nothing can be sold")
    carol, project = acme.client("carol"), acme.project()
    assert "Staging is down" not in carol.get("/tickets/new").content.decode()
    answer = carol.post("/tickets/new", {
        "suggest": "yes", "criteria": "down", "subject": "Silent", "details": "", "project": project.pk,
        "environment": "staging", "priority": "4", "files": [SimpleUploadedFile("a.log", b"x", "text/plain")]})
    page = answer.content.decode()
    assert (answer.status_code, Ticket.objects.count()) == (200, 0)
    assert "<b>P1 Urgent</b>: Nothing can be sold" in page
    assert "Because: The shop is down" in page
    assert 'value="Silent"' in page
    assert 'value="4" checked' in page
    assert 'value="staging" checked' in page
    assert "Staging is down" in page
    assert "There is a problem" not in page
    assert f'value="{Attachment.objects.get().pk}" checked' in page
    untold = carol.post("/tickets/new", {"suggest": "yes", "environment": "production"}).content.decode()
    assert "lead to no suggestion" in untold
    live = carol.get("/tickets/new?criteria=down&environment=production", headers={"HX-Request": "true"}).content.decode()
    assert "Nothing can be sold" in live


def test_a_desk_without_criteria_shows_no_advisor(acme: Desk) -> None:
    assert b'id="advisor"' not in acme.client("carol").get("/tickets/new").content


def test_at_will_the_customer_changes_it_and_sees_the_new_promise(at_will: Desk) -> None:
    ticket, carol = _new(at_will, requested_priority=4), at_will.client("carol")
    assert "No fixed deadline" in _page(carol, ticket)
    carol.post(f"/tickets/{ticket.number}/priority", {"priority": "1"})
    page = _page(carol, ticket)
    due = Ticket.objects.get().due_at
    assert timedelta(minutes=58) < due - clock_now() <= timedelta(minutes=60)
    assert "P1 Urgent" in page
    assert f"{due:%H:%M}</time>" in page  # with its day, where that is tomorrow
    assert "We answer by" in page


@pytest.mark.parametrize("text", ["", "0", "5", "x", "1.5"])
def test_another_value_is_refused_in_words(at_will: Desk, text: str) -> None:
    ticket, carol = _new(at_will), at_will.client("carol")
    carol.post(f"/tickets/{ticket.number}/priority", {"priority": text})
    assert "Choose a priority from 1 to 4." in _page(carol, ticket)


def test_without_the_right_or_as_a_viewer_there_is_no_form(acme: Desk) -> None:
    ticket, carol = _new(acme), acme.client("carol")
    assert "Change the priority" not in _page(carol, ticket)
    carol.post(f"/tickets/{ticket.number}/priority", {"priority": "1"})
    assert "leaves the priority to our engineers" in _page(carol, ticket)
    ContractEntitlement.objects.create(contract=Contract.objects.get(reference="C-acme"), entitlement="priority_at_will")
    assert "Change the priority" in _page(carol, ticket)
    assert "Change the priority" not in _page(acme.client("vic"), ticket)


def test_a_proposal_is_shown_with_its_reason_and_answered(at_will: Desk) -> None:
    ticket, carol = _new(at_will, requested_priority=1), at_will.client("carol")
    first = propose(ticket, 3, by=at_will.member("bob"), at=clock_now(), reason="Only staging is hit")
    page = _page(carol, ticket)
    assert "We propose P3 Normal in place of P1 Urgent" in page
    assert "Only staging is hit" in page
    assert "Accept P3 Normal" not in _page(at_will.client("vic"), ticket)
    carol.post(f"/tickets/{ticket.number}/proposals/{first.pk}/answer", {"answer": "decline", "reason": "It is live"})
    assert PriorityProposal.objects.get().answer == "It is live"
    assert "We propose" not in _page(carol, ticket)
    second = propose(ticket, 2, by=at_will.member("bob"), at=clock_now(), reason="One of nine tills")
    carol.post(f"/tickets/{ticket.number}/proposals/{second.pk}/answer", {"answer": "accept"})
    assert Ticket.objects.get().priority == 2


def test_a_workaround_at_will_is_a_proposal_that_tells_so(at_will: Desk) -> None:
    ticket, carol = _new(at_will, requested_priority=2), at_will.client("carol")
    record_workaround(ticket, "Use the other till", by=at_will.member("bob"), at=clock_now())
    page = _page(carol, ticket)
    assert "We propose P3 Normal in place of P2 High" in page
    assert "there is a workaround" in page
    assert "It doesn’t help us" not in page


def test_an_engineer_s_change_is_explained(acme: Desk) -> None:
    ticket, carol = _new(acme, requested_priority=1), acme.client("carol")
    confirm_priority(ticket, 3, by=acme.member("bob"), at=clock_now(), reason="It touches <one> page")
    page = _page(carol, ticket)
    assert "An engineer set P3 Normal: It touches &lt;one&gt; page" in page
    assert "You asked for P1 Urgent." in page


def test_a_second_dispute_is_refused_in_words(acme: Desk, now: datetime) -> None:
    ticket, carol = _new(acme, requested_priority=1), acme.client("carol")
    proposal = record_workaround(ticket, "Use the other till", by=acme.member("bob"), at=clock_now())
    path = f"/tickets/{ticket.number}/proposals/{proposal.pk}/dispute"
    carol.post(path, {"reason": " "})
    assert "Say why the workaround doesn’t help you." in _page(carol, ticket)
    carol.post(path, {"reason": "No"})
    carol.post(path, {"reason": "No!"})
    assert "can’t be disputed any more" in _page(carol, ticket)
    assert PriorityProposal.objects.get().answer == "No"


def test_the_customer_s_page_asks_a_fixed_number_of_queries(at_will: Desk, django_assert_max_num_queries: Any) -> None:
    ticket, carol = _new(at_will, requested_priority=1), at_will.client("carol")
    for rank in (2, 3, 4):
        confirm_priority(ticket, rank, by=at_will.member("bob"), at=clock_now(), reason="x")
    with django_assert_max_num_queries(24):
        _page(carol, ticket)
