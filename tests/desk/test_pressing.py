"""What is pressed twice happens once, and what was done says so and can be taken back."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from django.test import Client

from tests.factories.desk import Desk
from tickets.enums import Status
from tickets.models import Comment, HeldReply, InternalNote, Ticket

ADDRESS = "/desk/t/{}"


def _press(client: Client, ticket: Ticket) -> str:
    found = re.search(r'name="press" value="(\w+)"', client.get(ADDRESS.format(ticket.number)).content.decode())
    assert found
    return found[1]


def _send(client: Client, ticket: Ticket, **values: str) -> int:
    return client.post(f"{ADDRESS.format(ticket.number)}/compose", {"mode": "reply"} | values).status_code


def test_the_same_form_sent_twice_is_one_reply(acme: Desk, now: datetime, settings: object) -> None:
    settings.UNDO_SEND_SECONDS = 8  # type: ignore[attr-defined]
    ticket, bob = acme.ticket(at=now), acme.client("bob")
    press = _press(bob, ticket)
    assert _send(bob, ticket, body="Turn it off", press=press) == 303
    assert bob.cookies["pressed"].value == press  # the page that comes back forgets these words
    assert _send(bob, ticket, body="Turn it off", press=press) == 303
    assert HeldReply.objects.count() == 1
    assert b"That was sent already." in bob.get(ADDRESS.format(ticket.number)).content


def test_other_words_of_the_same_form_and_the_same_words_of_another_are_sent(acme: Desk, now: datetime) -> None:
    ticket, bob = acme.ticket(at=now), acme.client("bob")
    press = _press(bob, ticket)
    for body in ("Turn it off", "And on again"):
        _send(bob, ticket, body=body, press=press)
    _send(bob, ticket, body="Turn it off", press=_press(bob, ticket))
    assert list(Comment.objects.filter(author_kind="staff").order_by("id").values_list("body", flat=True)) == [
        "Turn it off", "And on again", "Turn it off"]


def test_a_refused_press_can_be_pressed_again(acme: Desk, now: datetime) -> None:
    ticket, bob = acme.ticket(at=now), acme.client("bob")
    press = _press(bob, ticket)
    assert _send(bob, ticket, body="", mode="note", press=press) == 422
    assert "pressed" not in bob.cookies
    assert _send(bob, ticket, body="", mode="note", press=press) == 422  # refused again, and not taken as sent
    assert not InternalNote.objects.exists()


def test_a_script_of_somebody_signed_out_is_told_so_in_words(acme: Desk, now: datetime) -> None:
    ticket = acme.ticket(at=now)
    address = f"{ADDRESS.format(ticket.number)}/draft"
    answer = Client(headers={"host": acme.client("bob").defaults["HTTP_HOST"]}).post(
        address, {"body": "Half"}, headers={"accept": "application/json"})
    assert answer.status_code == 401
    assert answer.json()["problem"].startswith("You are signed out.")


def test_a_status_and_an_assignment_say_what_was_done_and_are_undone(acme: Desk, now: datetime) -> None:
    ticket, bob = acme.ticket(at=now), acme.client("bob")
    for path, values, words in (("status", {"status": "open"}, "Status: "), ("assign", {"assignee": "me"}, "Assigned to ")):
        answer = bob.post(f"{ADDRESS.format(ticket.number)}/{path}", values, follow=True).content.decode()
        assert words in answer
        undo = re.search(r'action="([^"]+/undo/\d+)"', answer)
        assert undo
        assert "Undone: " in bob.post(undo[1], follow=True).content.decode()
    ticket.refresh_from_db()
    assert ticket.assignee_id is None
    assert ticket.status in {Status.NEW, Status.OPEN}


@pytest.mark.parametrize("move", ["merge", "link"])
def test_a_number_that_no_ticket_has_is_said_on_the_ticket(acme: Desk, now: datetime, move: str) -> None:
    ticket, bob = acme.ticket(at=now), acme.client("bob")
    answer = bob.post(f"{ADDRESS.format(ticket.number)}/{move}", {"number": "999999"}, follow=True)
    assert answer.status_code == 200
    assert b"There is no ticket #999999." in answer.content


def test_small_moves_say_that_they_were_done(acme: Desk, now: datetime) -> None:
    ticket, bob = acme.ticket(at=now), acme.client("bob")
    for path, values, words in (
            ("follow", {"on": "yes"}, "You follow this ticket."), ("follow", {}, "You follow this ticket no longer."),
            ("cc", {"email": "new@customer.example"}, "reads along from now on."), ("fields", {}, "Saved.")):
        answer = bob.post(f"{ADDRESS.format(ticket.number)}/{path}", values, follow=True).content.decode()
        assert words in answer, path


def test_back_to_the_queue_keeps_its_filters(acme: Desk, now: datetime) -> None:
    ticket = acme.ticket(at=now)
    page = acme.client("bob").get(f"{ADDRESS.format(ticket.number)}?view=all&status=new&tag=pump").content.decode()
    assert 'href="/desk/views/all?status=new&amp;tag=pump" aria-label="Back' in page


def test_enter_in_the_moment_of_a_snooze_means_that_moment(acme: Desk, now: datetime) -> None:
    ticket = acme.ticket(at=now)
    page = acme.client("bob").get(f"{ADDRESS.format(ticket.number)}/more").content.decode()
    form = page.split('id="moment"')[0].rpartition("<form")[2]
    assert '<input type="hidden" name="until" value="moment">' in form
    assert "<button" not in form  # Enter presses a form's first button
