from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.enums import MembershipRole
from accounts.models import Membership, Person, Project
from accounts.services.visits import note_visit
from tests.factories.desk import Desk
from tickets.enums import Status
from tickets.models import Ticket
from tickets.news import news_for
from tickets.services import Entry, change_status, reply


def _page(desk: Desk, who: str, path: str = "/") -> str:
    answer = desk.client(who).get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def _queries(desk: Desk, path: str) -> int:
    client = desk.client("carol")
    client.get(path)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(path).status_code == 200
    return len(seen)


def test_the_start_page_leads_to_docs_tickets_and_the_phone(acme: Desk, now: datetime) -> None:
    ticket = acme.ticket(at=datetime.now(UTC), subject="The hinge squeaks")
    text = _page(acme, "carol")
    assert text.index("docs-q") < text.index("Create ticket</a></p>") < text.index("The hinge squeaks")
    assert "We answer by" in text
    assert f'href="/tickets/{ticket.number}"' in text
    assert "tel:+15550100" in text
    assert "last visit" not in text


def test_without_tickets_it_says_what_will_be_here(acme: Desk) -> None:
    assert "Nothing is open" in _page(acme, "carol")


def test_a_free_plan_is_led_to_the_forum_and_has_no_phone(acme: Desk) -> None:
    text = _page(acme, "finn")
    assert "https://forum.acme.example/" in text
    assert "Create ticket</a></p>" not in text
    assert "Production down" not in text


def test_a_viewer_sees_the_organization_s_tickets_but_opens_none(acme: Desk, now: datetime) -> None:
    acme.ticket(at=now, subject="The hinge squeaks")
    text = _page(acme, "vic")
    assert "The hinge squeaks" in text
    assert "Ask a manager of your organization" in text
    assert "The hinge squeaks" not in _page(acme, "sue")


def test_staff_land_on_their_desk(acme: Desk) -> None:
    assert acme.client("bob").get("/")["location"] == "/desk/"


def test_a_visit_lasts_until_half_an_hour_of_silence(acme: Desk, now: datetime) -> None:
    carol = acme.member("carol").person
    assert note_visit(carol, at=now) is None
    assert note_visit(carol, at=now + timedelta(minutes=29)) is None
    later = now + timedelta(hours=2)
    assert note_visit(carol, at=later) == now + timedelta(minutes=29)
    assert note_visit(carol, at=later + timedelta(minutes=5)) == now + timedelta(minutes=29)


def test_news_are_what_the_desk_did_since(acme: Desk, now: datetime) -> None:
    bob, ticket = acme.member("bob"), acme.ticket(at=now - timedelta(hours=3))
    other = acme.ticket(at=now - timedelta(hours=3))
    reply(ticket, Entry("Try this."), by=bob, at=now - timedelta(hours=1))
    change_status(ticket, Status.SOLVED, by=bob, at=now - timedelta(minutes=30))
    found = news_for(acme.member("carol"), now - timedelta(hours=2))
    assert [(event.ticket.number, words) for event, words in found] == [(ticket.number, "Solved")]
    assert news_for(acme.member("carol"), now) == []
    assert news_for(acme.member("sue"), now - timedelta(hours=2)) == []
    assert other.number != ticket.number


def test_the_start_page_tells_the_news(acme: Desk) -> None:
    real = datetime.now(UTC)
    ticket = acme.ticket(at=real - timedelta(hours=3), subject="The hinge squeaks")
    reply(ticket, Entry("Try this."), by=acme.member("bob"), at=real - timedelta(hours=1))
    Person.objects.filter(name="Carol").update(visited_at=real - timedelta(hours=2))
    text = _page(acme, "carol")
    assert "New since your last visit" in text
    assert "Answered by Bob" in text
    assert "Answered by Bob" in _page(acme, "carol")  # a reload hides nothing


@pytest.mark.parametrize(("query", "expected"), [
    ("", {"open", "waiting"}), ("?status=waiting", {"waiting"}), ("?status=solved", {"solved"}),
    ("?status=all", {"open", "waiting", "solved"}), ("?status=nonsense", {"open", "waiting"}),
    ("?whose=mine", {"open"}), ("?q=squeaks", {"open", "waiting"}), ("?q=squeaks&status=solved", {"solved"}),
    ("?q=absent", set())])
def test_the_list_narrows_as_asked(acme: Desk, now: datetime, query: str, expected: set[str]) -> None:
    Membership.objects.filter(person__name="Vic").update(role=MembershipRole.MEMBER)
    bob = acme.member("bob")
    acme.ticket(at=now, subject="one-open squeaks")
    waiting = acme.ticket(at=now, by="vic", subject="one-waiting squeaks")
    change_status(waiting, Status.PENDING, by=bob, at=now)
    change_status(acme.ticket(at=now, by="vic", subject="one-solved squeaks"), Status.SOLVED, by=bob, at=now)
    text = _page(acme, "carol", f"/tickets{query}")
    assert {name for name in ("open", "waiting", "solved") if f"one-{name}" in text} == expected


def test_a_ticket_on_hold_says_why(acme: Desk, now: datetime) -> None:
    ticket = acme.ticket(at=now)
    change_status(ticket, Status.ON_HOLD, by=acme.member("bob"), at=now, reason="We wait for a part")
    for path in ("/tickets", f"/tickets/{ticket.number}"):
        assert "On hold: We wait for a part" in _page(acme, "carol", path)


def test_the_list_narrows_to_a_project_where_there_are_several(acme: Desk, now: datetime) -> None:
    shop = acme.project()
    assert 'name="project"' not in _page(acme, "carol", "/tickets")
    other = Project.objects.create(organization=shop.organization, contract=shop.contract, name="Crane", created_at=now)
    acme.ticket(at=now, subject="In the shop")
    acme.ticket(at=now, subject="At the crane", project=other)
    text = _page(acme, "carol", f"/tickets?project={other.pk}")
    assert ("At the crane" in text, "In the shop" in text, 'name="project"' in text) == (True, False, True)
    assert "In the shop" in _page(acme, "carol", "/tickets?project=nonsense")


def test_the_list_goes_on_by_pages(acme: Desk, now: datetime) -> None:
    for number in range(30):
        acme.ticket(at=now, subject=f"Case {number:02}")
    client = acme.client("carol")
    first = client.get("/tickets")
    assert len(first.context["rows"]) == 25
    cursor = first.context["page"].next_cursor
    second = client.get("/tickets", {"after": cursor})
    assert len(second.context["rows"]) == 5
    seen: set[Any] = {t.pk for t, _w in first.context["rows"]} | {t.pk for t, _w in second.context["rows"]}
    assert len(seen) == 30


@pytest.mark.parametrize(("path", "most"), [("/", 13), ("/tickets", 12)])
def test_a_list_costs_the_same_however_long_it_is(path: str, most: int, acme: Desk, now: datetime) -> None:
    acme.ticket(at=now)
    few = _queries(acme, path)
    for _ in range(8):
        acme.ticket(at=now)
    assert Ticket.objects.count() == 9
    assert _queries(acme, path) == few
    assert few <= most
