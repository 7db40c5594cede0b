"""What stands beside a ticket: its place in the view, the customer's satisfaction, colleagues' names, another window's draft."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client

from tests.factories.desk import Desk
from tickets.models import Draft, HeldReply
from tickets.services import assign, change_status, rate
from toolkit.clock import now as clock_now


def _panel(client: Client, number: int, query: str = "") -> str:
    return client.get(f"/desk/t/{number}/panel{query}", headers={"HX-Request": "true", "HX-Target": "panel"}).content.decode()


def test_the_place_in_the_view_comes_with_the_panel(acme: Desk, now: datetime) -> None:
    tickets, bob = [acme.ticket(at=now + timedelta(minutes=n), requested_priority=2) for n in range(3)], acme.client("bob")
    for ticket, place in zip(tickets, ("1 of 3", "2 of 3", "3 of 3"), strict=True):
        assert f'hx-swap-oob="true">{place}</span>' in _panel(bob, ticket.number, "?view=all")
    assert "hx-swap-oob" not in _panel(bob, tickets[0].number)
    change_status(tickets[0], "solved", by=acme.member("bob"), at=now)
    assert "hx-swap-oob" not in _panel(bob, tickets[0].number, "?view=all")  # it isn't in the view any more
    assert "1 of 2" in _panel(bob, tickets[1].number, "?view=all&priority=2")
    assert "1 of 2" in _panel(bob, tickets[1].number, "?view=gone")
    assert "1 of 2" not in bob.get(f"/desk/t/{tickets[1].number}/panel?view=all").content.decode()


def test_next_and_previous_stay_within_the_filters(acme: Desk) -> None:
    now = clock_now()
    first, second, third = (acme.ticket(at=now + timedelta(minutes=n), requested_priority=rank)
                            for n, rank in enumerate((2, 3, 2)))
    assign(second, to=acme.member("mia").agent, by=acme.member("mia"), at=now)
    bob, query = acme.client("bob"), "view=all&priority=2&due=later&due=today&due=within_hour"
    assert bob.get(f"/desk/t/{first.number}/next?{query}")["location"] == f"/desk/t/{third.number}?{query}"
    assert bob.get(f"/desk/t/{third.number}/previous?{query}")["location"] == f"/desk/t/{first.number}?{query}"


def test_the_customer_s_verdicts_of_half_a_year_are_counted(acme: Desk) -> None:
    now = clock_now()
    carol, bob = acme.member("carol"), acme.member("bob")
    ticket = acme.ticket(at=now)
    assert "Satisfaction" not in _panel(acme.client("bob"), ticket.number)
    for score in (5, 4, 3):
        solved = acme.ticket(at=now)
        change_status(solved, "solved", by=bob, at=now)
        rate(solved, score=score, comment="", by=carol, at=now)
    assert "2 of 3 good in half a year" in _panel(acme.client("bob"), ticket.number)


def test_a_note_can_mention_every_active_colleague(acme: Desk) -> None:
    names = acme.client("bob").get("/desk/staff.json").json()["names"]
    assert {"Alice", "Mia", "Rita"} <= set(names)
    assert "Bob" not in names
    assert acme.client("carol").get("/desk/staff.json").status_code == 404


@pytest.mark.parametrize("mode", ["reply", "note", "call"])
def test_what_another_window_has_kept_survives_sending(acme: Desk, now: datetime, mode: str, settings: object) -> None:
    settings.UNDO_SEND_SECONDS = 8  # type: ignore[attr-defined]
    ticket, bob = acme.ticket(at=now), acme.client("bob")
    json = {"Accept": "application/json"}
    path = f"/desk/t/{ticket.number}"
    for words, revision in (("First", "0"), ("Third", "1")):
        assert bob.post(f"{path}/draft", {"body": words, "revision": revision}, headers=json).status_code == 200
    bob.post(f"{path}/compose", {"body": "First", "mode": mode, "revision": "1"})
    assert Draft.objects.get().body == "Third"
    bob.post(f"{path}/compose", {"body": "Third", "mode": mode, "revision": "2"})
    assert not Draft.objects.exists()
    assert HeldReply.objects.count() == (2 if mode == "reply" else 0)
