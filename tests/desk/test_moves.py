"""Merge, split, link, snooze, follow, mentions, people, redaction, the tenant's own fields, the next ticket."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection

from intake.models import Mailbox
from intake.services import process_due, store_mail
from notifications.models import OutboxMessage
from notifications.threading import reply_address
from tests.factories.desk import Desk
from tickets.enums import EventKind, Snooze, Status
from tickets.models import Attachment, Comment, CustomField, InternalNote, Ticket, TicketCc, TicketEvent, UndoStep
from tickets.services import (
    Entry,
    add_note,
    add_requester_message,
    assign,
    change_status,
    merge,
    redact_file,
    reply,
    set_custom,
    snooze,
    split,
    store_file,
    undo,
    wake_due,
)
from tickets.services.attachments import attach
from toolkit.errors import DomainError, ForbiddenError


def _two(desk: Desk, now: datetime) -> tuple[Ticket, Ticket]:
    return desk.ticket(at=now, subject="Told again"), desk.ticket(at=now, by="vic", subject="Told first")


def _states(ticket: Ticket) -> set[str]:
    return set(ticket.clocks.values_list("state", flat=True))


# ---- merge

def test_a_merged_ticket_closes_and_its_people_read_along_on_the_target(acme: Desk, now: datetime) -> None:
    source, target = _two(acme, now)
    bob = acme.client("bob")
    bob.post(f"/desk/t/{source.number}/merge", {"number": f"#{target.number}"})
    source.refresh_from_db()
    assert (source.status, source.merged_into) == (Status.CLOSED, target)
    assert not source.clocks.filter(ended_at__isnull=True).exists()
    assert not source.clocks.filter(state="met").exists()
    assert [c.person for c in TicketCc.objects.filter(ticket=target)] == [source.requester]
    assert target.clocks.filter(ended_at__isnull=True).exists()
    page = bob.get(f"/desk/t/{source.number}").content.decode()
    assert f'merged into <a href="/desk/t/{target.number}">' in page
    assert b"It began with" in bob.get(f"/desk/t/{target.number}").content
    assert acme.client("carol").get(f"/tickets/{target.number}").status_code == 200
    assert not OutboxMessage.objects.filter(ticket=source, template="ticket_solved").exists()


def test_undoing_a_merge_brings_back_status_clocks_and_people(acme: Desk, now: datetime) -> None:
    source, target = _two(acme, now)
    bob, before = acme.member("bob"), list(source.clocks.order_by("id").values("metric", "state", "due_at"))
    step = merge(source, target, by=bob, at=now + timedelta(minutes=5))
    assert _states(source) == {"cancelled"}
    undo(source, step.pk, by=bob, at=now + timedelta(minutes=6))
    source.refresh_from_db()
    assert (source.status, source.merged_into) == (Status.NEW, None)
    assert list(source.clocks.order_by("id").values("metric", "state", "due_at")) == before
    assert not TicketCc.objects.filter(ticket=target).exists()
    kinds = set(TicketEvent.objects.filter(ticket=source).values_list("kind", flat=True))
    assert {EventKind.MERGED, EventKind.MERGE_UNDONE} <= kinds


def test_tickets_of_two_customers_are_never_merged(acme: Desk, now: datetime) -> None:
    source, other = acme.ticket(at=now), acme.ticket(at=now, by="sue", project=acme.project("Otherworks"))
    with pytest.raises(DomainError, match="another customer"):
        merge(source, other, by=acme.member("bob"), at=now)
    with pytest.raises(DomainError, match="itself"):
        merge(source, source, by=acme.member("bob"), at=now)
    with pytest.raises(ForbiddenError):
        merge(source, other, by=acme.member("rita"), at=now)


def test_what_a_customer_answers_to_a_merged_ticket_lands_on_the_target(acme: Desk, now: datetime) -> None:
    source, target = _two(acme, now)
    reply(source, Entry("Tell us more"), by=acme.member("bob"), at=now)
    merge(source, target, by=acme.member("bob"), at=now)
    mailbox = Mailbox.objects.get(kind="support")
    raw = (f"From: {acme.email('carol')}\r\nTo: {mailbox.address}\r\nSubject: Re: it\r\nMessage-ID: <1@x.example>\r\n\r\n"
           "More by mail.\r\n").encode()
    store_mail(raw, mail_from=acme.email("carol"), rcpt_tos=[reply_address(source, mailbox.address)], at=now)
    process_due(now=now)
    answer = acme.client("carol").post(f"/tickets/{source.number}/answer", {"body": "More at the portal."})
    assert answer["location"] == f"/tickets/{target.number}"
    words = list(Comment.objects.filter(ticket=target).order_by("id").values_list("body", flat=True))
    assert words[-2:] == ["More by mail.", "More at the portal."]
    assert b"We answer this together with" in acme.client("carol").get(f"/tickets/{source.number}").content


def test_nobody_writes_to_the_customer_on_a_merged_ticket(acme: Desk, now: datetime) -> None:
    source, target = _two(acme, now)
    merge(source, target, by=acme.member("bob"), at=now)
    with pytest.raises(DomainError, match=f"merged into #{target.number}"):
        reply(source, Entry("Hello?"), by=acme.member("bob"), at=now)
    with pytest.raises(DomainError, match=f"merged into #{target.number}"):
        change_status(source, Status.OPEN, by=acme.member("carol"), at=now)


# ---- split and link

def test_a_message_becomes_a_ticket_of_its_own_with_its_files(acme: Desk, now: datetime) -> None:
    ticket, bob = acme.ticket(at=now), acme.member("bob")
    file = store_file(io.BytesIO(b"line"), name="b.log", content_type="text/plain", at=now, by=ticket.requester)
    said = add_requester_message(ticket, Entry("By the way, the lamp is broken too.", attachments=[file]),
                                 by=ticket.requester, at=now)
    acme.client("bob").post(f"/desk/t/{ticket.number}/split", {"comment": said.pk, "subject": "The lamp"})
    new = Ticket.objects.latest("id")
    assert (new.subject, new.requester, new.project, new.opened_at > now) == ("The lamp", ticket.requester, ticket.project, True)
    copy = Attachment.objects.get(ticket=new)
    assert default_storage.open(copy.storage_key).read() == b"line"
    assert Comment.objects.filter(pk=said.pk, ticket=ticket).exists()
    assert f"#{new.number}".encode() in acme.client("bob").get(f"/desk/t/{ticket.number}/panel").content
    undo(ticket, UndoStep.objects.latest("id").pk, by=bob, at=UndoStep.objects.latest("id").at)
    new.refresh_from_db()
    assert new.status == Status.CLOSED
    with pytest.raises(DomainError, match="what the new ticket is about"):
        split(ticket, said.pk, " ", by=bob, at=now)


def test_linked_tickets_name_each_other_until_they_are_unlinked(acme: Desk, now: datetime) -> None:
    one, two = _two(acme, now)
    bob = acme.client("bob")
    bob.post(f"/desk/t/{one.number}/link", {"number": two.number})
    for ticket, other in ((one, two), (two, one)):
        assert f"#{other.number} {other.subject}".encode() in bob.get(f"/desk/t/{ticket.number}/more").content
    step = UndoStep.objects.get()
    bob.post(f"/desk/t/{one.number}/undo/{step.pk}")
    assert b"Remove<" not in bob.get(f"/desk/t/{two.number}/more").content
    bob.post(f"/desk/t/{one.number}/link", {"number": "nonsense"})
    assert b"Write the number" in bob.get(f"/desk/t/{one.number}").content


# ---- snooze

def _queue(desk: Desk) -> bytes:
    return desk.client("bob").get("/desk/views/queue").content


def test_a_snoozed_ticket_leaves_the_queue_and_comes_back_in_time(acme: Desk, now: datetime) -> None:
    ticket = acme.ticket(at=now, requested_priority=4)
    snooze(ticket, until=now + timedelta(hours=1), by=acme.member("bob"), at=now)
    assert b"It is broken" not in _queue(acme)
    assert b"It is broken" in acme.client("carol").get("/tickets").content
    assert b"Snoozed until" in acme.client("bob").get(f"/desk/t/{ticket.number}").content
    for minutes, woken in ((59, 0), (61, 1)):
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.now', %s, true)", [(now + timedelta(minutes=minutes)).isoformat()])
        assert wake_due(now=now + timedelta(minutes=minutes)) == woken
    assert b"It is broken" in _queue(acme)


def test_what_happened_twice_between_two_messages_is_named_once(acme: Desk, now: datetime) -> None:
    ticket = acme.ticket(at=now)
    for hours in (1, 2):
        snooze(ticket, until=now + timedelta(hours=hours), by=acme.member("bob"), at=now)
    page = acme.client("bob").get(f"/desk/t/{ticket.number}").content.decode()
    assert "<span>Snoozed</span><u>Show 2 changes</u>" in page


def test_the_customer_s_word_and_a_change_of_status_end_a_snooze(acme: Desk, now: datetime) -> None:
    ticket, bob = acme.ticket(at=now), acme.member("bob")
    snooze(ticket, until=None, by=bob, at=now)
    add_requester_message(ticket, Entry("And?"), by=ticket.requester, at=now)
    assert ticket.snooze == Snooze.NONE
    assert TicketEvent.objects.filter(ticket=ticket, kind=EventKind.WOKEN).exists()
    snooze(ticket, until=None, by=bob, at=now)
    change_status(ticket, Status.PENDING, by=bob, at=now)
    assert ticket.snooze == Snooze.NONE


def test_a_near_deadline_ends_a_snooze(acme: Desk, now: datetime) -> None:
    from tests.factories.clocks import fire_due

    ticket = acme.ticket(at=now, requested_priority=1)
    snooze(ticket, until=None, by=acme.member("bob"), at=now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.now', %s, true)", [(now + timedelta(minutes=50)).isoformat()])
    assert fire_due() >= 1
    ticket.refresh_from_db()
    assert ticket.snooze == Snooze.NONE


@pytest.mark.parametrize("data", [{"until": "moment", "moment": "2020-01-01T10:00"}, {"until": "moment", "moment": "x"},
                                  {"until": "someday"}])
def test_a_snooze_that_makes_no_sense_is_refused(acme: Desk, now: datetime, data: dict[str, str]) -> None:
    ticket, bob = acme.ticket(at=now), acme.client("bob")
    bob.post(f"/desk/t/{ticket.number}/snooze", data)
    ticket.refresh_from_db()
    assert ticket.snooze == Snooze.NONE
    assert b"banner--error" in bob.get(f"/desk/t/{ticket.number}").content


# ---- people

def test_who_is_mentioned_in_a_note_is_told_and_follows(acme: Desk, now: datetime) -> None:
    ticket, bob = acme.ticket(at=now), acme.member("bob")
    add_note(ticket, body="@mia please look, mail@alice.example is no mention. @Bob neither.", by=bob, at=now)
    mail = OutboxMessage.objects.get(template="staff_mentioned")
    assert (mail.to_address, mail.context) == (acme.email("mia"), {"by": "Bob"})
    assign(ticket, to=bob.agent, by=bob, at=now)
    add_requester_message(ticket, Entry("Any news?"), by=ticket.requester, at=now)
    told = set(OutboxMessage.objects.filter(template="staff_requester_wrote").values_list("to_address", flat=True))
    assert told == {acme.email("bob"), acme.email("mia")}
    acme.client("mia").post(f"/desk/t/{ticket.number}/follow", {"on": ""})
    add_requester_message(ticket, Entry("Still?"), by=ticket.requester, at=now)
    assert OutboxMessage.objects.filter(template="staff_requester_wrote", to_address=acme.email("mia")).count() == 1


def test_people_are_added_by_address_and_taken_away(acme: Desk, now: datetime) -> None:
    ticket, bob = acme.ticket(at=now), acme.client("bob")
    for address in (acme.email("vic"), "new@customer.example", "new@customer.example", "nonsense"):
        bob.post(f"/desk/t/{ticket.number}/cc", {"email": address})
    assert sorted(c.person.name for c in TicketCc.objects.filter(ticket=ticket)) == ["Vic", "new@customer.example"]
    vic = acme.member("vic").person
    bob.post(f"/desk/t/{ticket.number}/cc", {"remove": vic.pk})
    assert TicketCc.objects.filter(ticket=ticket).count() == 1
    assert TicketEvent.objects.filter(ticket=ticket, kind=EventKind.CC_CHANGED).count() == 3


def test_tags_are_edited_and_undone(acme: Desk, now: datetime) -> None:
    ticket, bob = acme.ticket(at=now), acme.client("bob")
    bob.post(f"/desk/t/{ticket.number}/tags", {"tags": "Pump, urgent pump"})
    ticket.refresh_from_db()
    assert ticket.tags == ["pump", "urgent"]
    bob.post(f"/desk/t/{ticket.number}/undo/{UndoStep.objects.get().pk}")
    ticket.refresh_from_db()
    assert ticket.tags == []


# ---- redaction

def test_a_redacted_file_s_bytes_are_gone(acme: Desk, now: datetime, django_capture_on_commit_callbacks: Any) -> None:
    ticket, bob = acme.ticket(at=now), acme.member("bob")
    file = store_file(io.BytesIO(b"secret"), name="key.pem", content_type="text/plain", at=now, by=ticket.requester)
    attach([file], ticket=ticket, comment=ticket.comments.get())
    with django_capture_on_commit_callbacks(execute=True):
        redact_file(ticket, file.pk, by=bob, at=now, reason="A private key")
    assert not default_storage.exists(file.storage_key)
    assert not Attachment.objects.exists()
    assert "key.pem" not in str(TicketEvent.objects.get(kind=EventKind.REDACTED).data)


@pytest.mark.parametrize(("data", "words"), [
    ({"words": "is", "reason": "x"}, "at least 3 characters"), ({"words": "morning"}, "Say why"),
    ({"words": "nowhere", "reason": "x"}, "don’t stand on this ticket")])
def test_a_redaction_needs_words_that_stand_there_and_a_reason(acme: Desk, now: datetime, data: dict[str, str],
                                                              words: str) -> None:
    ticket, bob = acme.ticket(at=now), acme.client("bob")
    bob.post(f"/desk/t/{ticket.number}/redact", data)
    assert words in bob.get(f"/desk/t/{ticket.number}").content.decode()
    assert not InternalNote.objects.exists()
    assert Comment.objects.get().body == "Since this morning."


# ---- the tenant's own fields

def test_own_fields_are_shown_checked_and_on_record(acme: Desk, globex: Desk, now: datetime) -> None:
    ticket, bob = acme.ticket(at=now), acme.member("bob")
    for key, kind in (("serial", "text"), ("nodes", "number"), ("region", "choice"), ("since", "date"), ("vip", "checkbox")):
        CustomField.objects.create(key=key, label=key.capitalize(), kind=kind,
                                   options=["North", "South"] if kind == "choice" else [])
    typed = {"serial": "A-1", "nodes": "2,5", "region": "North", "since": "2026-11-01", "vip": "yes"}
    acme.client("bob").post(f"/desk/t/{ticket.number}/fields", {f"field-{k}": v for k, v in typed.items()})
    ticket.refresh_from_db()
    assert ticket.custom == {"serial": "A-1", "nodes": "2.5", "region": "North", "since": "2026-11-01", "vip": True}
    page = acme.client("bob").get(f"/desk/t/{ticket.number}/panel").content.decode()
    assert 'value="2.5"' in page
    assert "<option selected>North" in page
    event = TicketEvent.objects.get(kind=EventKind.FIELDS_CHANGED)
    assert event.data["changes"]["Region"] == ["", "North"]
    for key, text in (("nodes", "many"), ("region", "West"), ("since", "soon"), ("nodes", "NaN")):
        with pytest.raises(DomainError, match=key.capitalize()):
            set_custom(ticket, {key: text}, by=bob, at=now)
    set_custom(ticket, {"vip": "", "serial": ""}, by=bob, at=now)
    assert set(ticket.custom) == {"nodes", "region", "since"}
    assert b"Serial" not in globex.client("bob").get("/desk/views/all").content


# ---- next and previous

def test_next_and_previous_follow_the_view_s_order(acme: Desk, now: datetime) -> None:
    urgent, normal, low = (acme.ticket(at=now, requested_priority=p, subject=f"P{p}") for p in (1, 3, 4))
    bob = acme.client("bob")

    def go(ticket: Ticket, way: str, query: str = "view=all") -> str:
        return str(bob.get(f"/desk/t/{ticket.number}/{way}?{query}")["location"])

    assert go(urgent, "next") == f"/desk/t/{normal.number}?view=all"
    assert go(normal, "next") == f"/desk/t/{low.number}?view=all"
    assert go(low, "next") == f"/desk/t/{low.number}?view=all"
    assert b"last ticket of the view" in bob.get(f"/desk/t/{low.number}").content
    assert go(low, "previous") == f"/desk/t/{normal.number}?view=all"
    assert go(normal, "previous") == f"/desk/t/{urgent.number}?view=all"
    assert go(urgent, "previous") == f"/desk/t/{urgent.number}?view=all"
    assert go(urgent, "next", "view=all&priority=4") == f"/desk/t/{low.number}?view=all&priority=4"
    change_status(normal, Status.SOLVED, by=acme.member("bob"), at=now)  # no longer in the view
    assert go(normal, "next") == f"/desk/t/{low.number}?view=all"
