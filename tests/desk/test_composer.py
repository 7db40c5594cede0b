"""What staff write on a ticket is never lost, and never goes past news."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.tenancy import tenant_scope
from sla.services.rebuilding import check_clocks
from tests.factories.desk import Desk
from tickets.enums import EventKind, Status
from tickets.models import Comment, Draft, HeldReply, Ticket, TicketEvent
from tickets.services import Entry, Words, add_note, add_requester_message, hold_reply, leave_due, reply, take_back
from toolkit.errors import NotFoundError

JSON = {"accept": "application/json"}


def _seen(client: Client, ticket: Ticket) -> str:
    page = client.get(f"/desk/t/{ticket.number}").content.decode()
    return page.split('name="seen" value="')[1].split('"')[0]


def _save(client: Client, ticket: Ticket, **values: Any) -> Any:
    return client.post(f"/desk/t/{ticket.number}/draft", values, headers=JSON)


def test_a_draft_is_there_again_when_the_page_is_loaded(acme: Desk, now: datetime) -> None:
    ticket, bob = acme.ticket(at=now), acme.client("bob")
    answer = _save(bob, ticket, body="Half a sent", mode="note", revision="0")
    assert answer.json()["words"].startswith("Draft saved ")
    page = bob.get(f"/desk/t/{ticket.number}").content.decode()
    assert ">Half a sent</textarea>" in page
    assert 'value="note" checked' in page
    assert "Half a sent" not in acme.client("mia").get(f"/desk/t/{ticket.number}").content.decode()
    assert b"Half a sent" in acme.client("mia").get(f"/desk/t/{ticket.number}/drafts").content


def test_a_draft_goes_with_the_reply_and_a_late_save_doesn_t_bring_it_back(acme: Desk, now: datetime) -> None:
    ticket, bob = acme.ticket(at=now), acme.client("bob")
    revision = _save(bob, ticket, body="Turn it", revision="0").json()["revision"]
    bob.post(f"/desk/t/{ticket.number}/compose", {"body": "Turn it off", "mode": "reply"})
    assert not Draft.objects.exists()
    late = _save(bob, ticket, body="Turn it", revision=str(revision))
    assert late.status_code == 409
    assert not Draft.objects.exists()


def test_two_windows_of_one_person_don_t_overwrite_each_other(acme: Desk, now: datetime) -> None:
    ticket, bob = acme.ticket(at=now), acme.client("bob")
    _save(bob, ticket, body="From the first", revision="0")
    assert _save(bob, ticket, body="From the second", revision="0").status_code == 409
    assert Draft.objects.get().body == "From the first"


def test_without_scripts_a_button_keeps_and_one_throws_away(acme: Desk, now: datetime) -> None:
    ticket, bob = acme.ticket(at=now), acme.client("bob")
    assert bob.post(f"/desk/t/{ticket.number}/draft", {"body": "Later"}).status_code == 303
    bob.post(f"/desk/t/{ticket.number}/draft", {"body": "Later", "discard": "yes"})
    assert not Draft.objects.exists()


def test_the_customer_s_news_is_seen_before_a_reply_leaves_and_both_texts_stay(acme: Desk, now: datetime) -> None:
    ticket, bob = acme.ticket(at=now), acme.client("bob")
    seen = _seen(bob, ticket)
    add_requester_message(ticket, Entry("It works again, forget it."), by=ticket.requester, at=now)
    answer = bob.post(f"/desk/t/{ticket.number}/compose", {"body": "Restart it.", "mode": "reply", "seen": seen})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "New since you opened this page" in page
    assert page.count("It works again, forget it.") == 2  # in the conversation, and where it is told
    assert ">Restart it.</textarea>" in page
    assert Comment.objects.filter(author_kind="staff").count() == 0
    seen = page.split('name="seen" value="')[1].split('"')[0]
    assert bob.post(f"/desk/t/{ticket.number}/compose",
                    {"body": "Restart it.", "mode": "reply", "seen": seen}).status_code == 303
    assert Comment.objects.filter(author_kind="staff").count() == 1


def test_a_colleague_s_reply_and_note_are_news_and_one_s_own_are_not(acme: Desk, now: datetime) -> None:
    ticket, bob = acme.ticket(at=now), acme.client("bob")
    seen = _seen(bob, ticket)
    add_note(ticket, body="My own", by=acme.member("bob"), at=now)
    sent = {"body": "One", "mode": "reply", "seen": seen}
    assert bob.post(f"/desk/t/{ticket.number}/compose", sent).status_code == 303
    for write in (lambda: add_note(ticket, body="Careful", by=acme.member("mia"), at=now),
                  lambda: reply(ticket, Entry("Mine"), by=acme.member("mia"), at=now)):
        seen = _seen(bob, ticket)
        write()
        assert bob.post(f"/desk/t/{ticket.number}/compose", {**sent, "seen": seen}).status_code == 409


def test_a_note_waits_for_nobody(acme: Desk, now: datetime) -> None:
    ticket, bob = acme.ticket(at=now), acme.client("bob")
    seen = _seen(bob, ticket)
    add_requester_message(ticket, Entry("News"), by=ticket.requester, at=now)
    sent = {"body": "For us", "mode": "note", "seen": seen}
    assert bob.post(f"/desk/t/{ticket.number}/compose", sent).status_code == 303


def test_a_reply_seen_while_it_was_held_is_no_news_when_it_has_left(acme: Desk, now: datetime) -> None:
    ticket, bob = acme.ticket(at=now), acme.client("bob")
    hold_reply(ticket, Words("From mia"), by=acme.member("mia"), at=now, leaves_at=now)
    seen = _seen(bob, ticket)
    _leave(acme, now)
    sent = {"body": "And from bob", "mode": "reply", "seen": seen}
    assert bob.post(f"/desk/t/{ticket.number}/compose", sent).status_code == 303


def test_a_file_goes_ahead_of_its_reply_and_waits_with_the_draft(acme: Desk, now: datetime) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    ticket, bob = acme.ticket(at=now), acme.client("bob")
    taken = bob.post(f"/desk/t/{ticket.number}/uploads", {"files": SimpleUploadedFile("a.log", b"line")}).json()
    assert taken["name"] == "a.log"
    _save(bob, ticket, body="See the log", upload=taken["pk"], revision="0")
    assert f'value="{taken["pk"]}" checked' in bob.get(f"/desk/t/{ticket.number}").content.decode()
    refused = bob.post(f"/desk/t/{ticket.number}/uploads", {"files": SimpleUploadedFile("a.exe", b"x")})
    assert refused.status_code == 422
    assert "a program" in refused.json()["problem"]


# ---- undo send

def _leave(desk: Desk, now: datetime) -> int:
    """What a worker does, with the database's clock far enough ahead."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.now', %s, true)", [(now + timedelta(minutes=1)).isoformat()])
    done = leave_due(now=now + timedelta(minutes=1))
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.now', '', true)")
    return done


def test_a_reply_is_held_and_nothing_of_it_is_public_until_it_leaves(acme: Desk, now: datetime, settings: Any) -> None:
    settings.UNDO_SEND_SECONDS = 8
    ticket, bob, carol = acme.ticket(at=now), acme.client("bob"), acme.client("carol")
    bob.post(f"/desk/t/{ticket.number}/compose", {"body": "canary words", "mode": "reply", "then": "pending"})
    held = HeldReply.objects.get()
    assert held.leaves_at - held.pressed_at == timedelta(seconds=8)
    assert b"canary words" in bob.get(f"/desk/t/{ticket.number}").content
    for path in (f"/tickets/{ticket.number}", f"/api/v1/tickets/{ticket.number}/comments"):
        assert b"canary words" not in carol.get(path).content
    assert not TicketEvent.objects.filter(kind=EventKind.REPLIED).exists()
    ticket.refresh_from_db()
    assert ticket.status == Status.NEW
    HeldReply.objects.update(leaves_at=now)
    assert _leave(acme, now) == 1
    assert b"canary words" in carol.get(f"/tickets/{ticket.number}").content
    ticket.refresh_from_db()
    assert ticket.status == Status.PENDING
    assert Comment.objects.get(author_kind="staff").created_at == held.pressed_at


def test_taking_a_reply_back_gives_words_status_and_files_to_its_author(acme: Desk, now: datetime) -> None:
    ticket, bob = acme.ticket(at=now), acme.member("bob")
    held = hold_reply(ticket, Words("First thought", then=Status.SOLVED), by=bob, at=now, leaves_at=now)
    _save(acme.client("bob"), ticket, body="Second thought", revision="0")
    draft = take_back(ticket, held.pk, by=bob, at=now)
    assert (draft.body, draft.then) == ("First thought\n\nSecond thought", "solved")
    assert not HeldReply.objects.exists()
    assert _leave(acme, now) == 0
    kinds = list(TicketEvent.objects.filter(ticket=ticket).order_by("id").values_list("kind", flat=True))
    assert kinds[-2:] == [EventKind.REPLY_HELD, EventKind.REPLY_TAKEN_BACK]


def test_only_its_author_takes_a_reply_back_and_not_after_it_left(acme: Desk, now: datetime) -> None:
    ticket = acme.ticket(at=now)
    held = hold_reply(ticket, Words("Words"), by=acme.member("bob"), at=now, leaves_at=now)
    with pytest.raises(NotFoundError):
        take_back(ticket, held.pk, by=acme.member("mia"), at=now)
    _leave(acme, now)
    with pytest.raises(NotFoundError):
        take_back(ticket, held.pk, by=acme.member("bob"), at=now)


def _clock(ticket: Ticket, metric: str) -> Any:
    return ticket.clocks.exclude(state="cancelled").filter(metric=metric).first()


def test_the_clock_is_met_at_the_press_and_voided_by_undo(acme: Desk, now: datetime) -> None:
    ticket, bob = acme.ticket(at=now, requested_priority=1), acme.member("bob")
    due = _clock(ticket, "first_response").due_at
    press = due - timedelta(seconds=1)
    held = hold_reply(ticket, Words("In the last second"), by=bob, at=press, leaves_at=press + timedelta(seconds=8))
    assert (_clock(ticket, "first_response").state, _clock(ticket, "first_response").ended_at) == ("met", press)
    take_back(ticket, held.pk, by=bob, at=due - timedelta(milliseconds=1))
    clock = _clock(ticket, "first_response")
    assert (clock.state, clock.ended_at, clock.due_at) == ("running", None, due)
    assert clock.timers.get().state == 0


def test_an_undo_after_the_deadline_leaves_a_breach_on_record_once(acme: Desk, now: datetime) -> None:
    ticket, bob = acme.ticket(at=now, requested_priority=1), acme.member("bob")
    due = _clock(ticket, "first_response").due_at
    held = hold_reply(ticket, Words("Too hasty"), by=bob, at=due - timedelta(seconds=1), leaves_at=due)
    take_back(ticket, held.pk, by=bob, at=due + timedelta(seconds=3))
    clock = _clock(ticket, "first_response")
    assert (clock.state, clock.breached_at) == ("breached", due)
    assert clock.events.filter(kind="breach").count() == 1


def test_a_reply_that_leaves_after_the_deadline_but_was_pressed_before_it_is_in_time(acme: Desk, now: datetime) -> None:
    ticket, bob = acme.ticket(at=now, requested_priority=1), acme.member("bob")
    due = _clock(ticket, "first_response").due_at
    hold_reply(ticket, Words("Just so"), by=bob, at=due - timedelta(seconds=1), leaves_at=now)
    _leave(acme, now)
    clock = _clock(ticket, "first_response")
    assert (clock.state, clock.ended_at) == ("met", due - timedelta(seconds=1))
    assert not clock.events.filter(kind="breach").exists()


def test_clocks_that_began_with_a_reply_go_with_it_and_come_with_the_next(acme: Desk, now: datetime) -> None:
    ticket, bob = acme.ticket(at=now), acme.member("bob")
    held = hold_reply(ticket, Words("Early"), by=bob, at=now, leaves_at=now)
    assert _clock(ticket, "ongoing_update").state == "running"
    take_back(ticket, held.pk, by=bob, at=now + timedelta(seconds=2))
    assert _clock(ticket, "ongoing_update") is None
    assert check_clocks(acme.tenant, at=now + timedelta(seconds=3)).differences == []
    reply(ticket, Entry("Later"), by=bob, at=now + timedelta(minutes=5))
    assert _clock(ticket, "ongoing_update").started_at == now + timedelta(minutes=5)


def test_a_status_doesn_t_follow_when_the_customer_wrote_in_the_meantime(acme: Desk, now: datetime) -> None:
    ticket, bob = acme.ticket(at=now), acme.member("bob")
    hold_reply(ticket, Words("That was it", then=Status.SOLVED), by=bob, at=now, leaves_at=now)
    add_requester_message(ticket, Entry("It is back"), by=ticket.requester, at=now + timedelta(seconds=3))
    _leave(acme, now)
    ticket.refresh_from_db()
    assert ticket.status == Status.OPEN
    assert _clock(ticket, "next_response").state == "running"


def test_a_reply_that_a_rule_stops_waits_for_its_author_with_the_reason(acme: Desk, now: datetime) -> None:
    ticket, bob = acme.ticket(at=now), acme.member("bob")
    hold_reply(ticket, Words("Words"), by=bob, at=now, leaves_at=now)
    bob.agent.role = "receptionist"
    bob.agent.save()
    assert _leave(acme, now) == 1
    assert _leave(acme, now) == 0
    assert "Replies come from engineers" in HeldReply.objects.get().problem
    assert b"It could not leave" in acme.client("mia").get(f"/desk/t/{ticket.number}").content


def test_presence_names_the_others_and_fades(acme: Desk, now: datetime) -> None:
    from desk.presence import come, go, others_at

    bob, mia, number = acme.member("bob"), acme.member("mia"), acme.ticket(at=now).number
    come(mia, number, "writing", now=now)
    come(bob, number, "viewing", now=now)
    assert [(p.name, p.doing, p.since) for p in others_at(bob, [number], now=now)[number]] == [("Mia", "writing", now)]
    come(mia, number, "writing", now=now + timedelta(seconds=20))
    assert others_at(bob, [number], now=now + timedelta(seconds=50))[number][0].since == now
    assert others_at(bob, [number], now=now + timedelta(seconds=70))[number] == []
    go(mia, number)
    assert others_at(bob, [number], now=now)[number] == []


def test_presence_is_the_tenant_s_own(acme: Desk, globex: Desk, now: datetime) -> None:
    from desk.presence import come, others_at

    number = acme.ticket(at=now).number
    come(acme.member("mia"), number, "writing", now=now)
    with tenant_scope(globex.tenant):
        assert others_at(globex.member("bob"), [number], now=now)[number] == []


def test_a_beat_answers_with_the_others_and_is_no_page(acme: Desk, now: datetime) -> None:
    number = acme.ticket(at=now).number
    beat = {"headers": {"HX-Request": "true"}}
    acme.client("mia").post(f"/desk/t/{number}/presence", {"doing": "writing"}, **beat)
    assert b"Mia is writing" in acme.client("bob").post(f"/desk/t/{number}/presence", {"doing": "viewing"}, **beat).content
    acme.client("mia").post(f"/desk/t/{number}/presence", {"doing": "gone"}, **beat)
    assert b"Mia" not in acme.client("bob").get(f"/desk/t/{number}/presence", **beat).content
    assert acme.client("bob").get(f"/desk/t/{number}/presence").status_code == 303
