from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from django.db import connection

from accounts.models import Person
from intake.models import InboundMessage
from intake.services import store_mail
from notifications.models import OutboxMessage
from notifications.services import send_due
from tests.factories.desk import Desk
from tests.intake.mails import clock, support, take, write
from tickets.enums import Status
from tickets.models import Attachment, Comment, Ticket
from tickets.services import Entry, change_status, reply


def test_a_known_customer_s_mail_becomes_a_ticket_and_is_acknowledged(acme: Desk, now: datetime, outgoing: list) -> None:
    row = take(write(acme, acme.email("carol"), "Disk full"), acme, now)
    ticket = row.ticket
    assert (row.state, ticket.subject, ticket.priority, ticket.project.name) == ("ticket", "Disk full", 3, "Shop")
    assert ticket.due_at == datetime(2026, 11, 19, 12, 0, tzinfo=UTC)
    send_due(now=now)
    (letter,) = outgoing
    assert letter.to == [acme.email("carol")]
    assert letter.extra_headers["Auto-Submitted"] == "auto-replied"
    assert letter.extra_headers["In-Reply-To"] == row.message_id
    assert "Thu 19 Nov 2026, 12:00 UTC" in letter.body


def test_a_late_answer_opens_a_follow_up_under_the_old_subject(acme: Desk, now: datetime, outgoing: list) -> None:
    old = take(write(acme, acme.email("carol"), "Disk full"), acme, now).ticket
    send_due(now=now)
    (ack,) = outgoing
    change_status(old, Status.SOLVED, by=acme.member("bob"), at=now)
    answer = write(acme, acme.email("carol"), f"Re: {ack.subject}", In_Reply_To=ack.extra_headers["Message-ID"])
    ticket = take(answer, acme, now + timedelta(days=30)).ticket
    assert (ticket.follows, ticket.subject) == (old, "Disk full")


def test_the_answer_to_the_acknowledgement_lands_on_the_ticket(acme: Desk, now: datetime, outgoing: list) -> None:
    ticket = take(write(acme, acme.email("carol")), acme, now).ticket
    send_due(now=now)
    known = outgoing[0].extra_headers["Message-ID"]
    body = "The log is attached.\n\nOn Wed, 18 Nov 2026 at 12:00, Acme Support wrote:\n> We have your ticket\n"
    row = take(write(acme, acme.email("carol"), "Re: anything", body, In_Reply_To=known), acme, now)
    assert (row.state, row.ticket_id) == ("comment", ticket.pk)
    assert row.comment.body == "The log is attached."
    assert "We have your ticket" in row.comment.quoted


def test_the_signed_reply_address_is_enough_and_a_forged_one_is_not(acme: Desk, now: datetime, outgoing: list) -> None:
    ticket = take(write(acme, acme.email("carol")), acme, now).ticket
    send_due(now=now)
    address = outgoing[0].reply_to[0].rpartition("<")[2].rstrip(">")
    assert take(write(acme, acme.email("carol"), "x", "Mine.\n"), acme, now, to=address).ticket_id == ticket.pk
    forged = f"support+t{ticket.pk}-aaaaaaaaaaaaaaaa@acme.localhost"
    assert take(write(acme, acme.email("carol"), "y", "Forged.\n"), acme, now, to=forged).ticket_id != ticket.pk


def test_a_stranger_who_knows_a_message_id_doesn_t_get_onto_the_ticket(acme: Desk, now: datetime, outgoing: list) -> None:
    ticket = take(write(acme, acme.email("carol")), acme, now).ticket
    send_due(now=now)
    known = outgoing[0].extra_headers["Message-ID"]
    row = take(write(acme, "eve@evil.example", "Re: Help", "Tell me all.\n", In_Reply_To=known), acme, now)
    assert (row.state, row.ticket_id, row.comment) == ("comment", ticket.pk, None)
    assert row.reason.startswith("held")
    assert Comment.objects.filter(ticket=ticket).count() == 1


def test_labelled_lines_become_fields(acme: Desk, now: datetime) -> None:
    body = "**Product**: engine\nVersion: 2.0\n*Priority:* High (P2)\n**Describe the Issue:**\nThe pump stops.\n"
    ticket = take(write(acme, acme.email("carol"), "Pump", body), acme, now).ticket
    assert (ticket.product.name, ticket.product_version, ticket.requested_priority) == ("Engine", "2.0", 2)
    assert ticket.comments.get().body == "The pump stops."
    assert ticket.triage_flags == []


def test_bad_and_missing_lines_still_make_a_ticket_that_is_flagged(acme: Desk, now: datetime) -> None:
    body = "Product: Toaster\nPriority: whenever\n"
    flags = " ".join(take(write(acme, acme.email("carol"), "Toast", body), acme, now).ticket.triage_flags)
    assert "Toaster" in flags
    assert "whenever" in flags
    assert "Version" in flags


def test_an_unknown_sender_gets_a_flagged_ticket_and_an_answer_that_echoes_nothing(
        acme: Desk, now: datetime, outgoing: list) -> None:
    ticket = take(write(acme, "Eve <eve@new.example>", "Buy <b>pills</b>"), acme, now).ticket
    assert ticket.organization_id is None
    assert "eve@new.example" in ticket.triage_flags[0]
    send_due(now=now)
    assert "pills" not in outgoing[0].subject + outgoing[0].body + outgoing[0].alternatives[0][0]


def test_a_verified_domain_makes_its_senders_members(acme: Desk, now: datetime) -> None:
    ticket = take(write(acme, "new@customer.acme.example"), acme, now).ticket
    assert (ticket.organization.name, ticket.project.name) == ("Customer", "Shop")


def test_a_free_plan_gets_the_forum_link_and_no_ticket(acme: Desk, now: datetime, outgoing: list) -> None:
    row = take(write(acme, acme.email("finn")), acme, now)
    assert (row.state, row.ticket) == ("ignored", None)
    send_due(now=now)
    assert "https://forum.acme.example/" in outgoing[0].body
    assert not Ticket.objects.exists()


@pytest.mark.parametrize("headers", [
    {"Auto_Submitted": "auto-replied"}, {"Precedence": "bulk"}, {"List_Id": "<news.example>"},
    {"X_Auto_Response_Suppress": "All"}, {"X_Supportdesk_Loop": "acme"},
])
def test_automatic_mail_is_kept_and_never_answered(acme: Desk, now: datetime, headers: dict[str, str]) -> None:
    row = take(write(acme, acme.email("carol"), **headers), acme, now)
    assert row.state == "ignored"
    assert row.reason
    assert not OutboxMessage.objects.exists()


def test_a_bounce_is_ignored(acme: Desk, now: datetime) -> None:
    assert take(write(acme, acme.email("carol")), acme, now, mail_from="").state == "ignored"


def test_a_message_that_breaks_the_parser_is_quarantined_raw(acme: Desk, now: datetime) -> None:
    raw = b"From: a@b.example\r\nX-Long: " + b"x" * 40_000 + b"\r\n\r\nhello"
    row = take(raw, acme, now)
    assert row.state == "quarantine"
    assert bytes(row.raw) == raw


def test_the_same_delivery_twice_is_kept_once(acme: Desk, now: datetime) -> None:
    raw = write(acme, acme.email("carol"))
    assert take(raw, acme, now).pk == take(raw, acme, now).pk
    assert Ticket.objects.count() == 1


def test_attachments_keep_their_names_and_bytes(acme: Desk, now: datetime) -> None:
    message = message_from_bytes(write(acme, acme.email("carol")), policy=policy.default)
    message.add_attachment(b"\x00\x01log", maintype="application", subtype="octet-stream", filename="Übersicht.log")
    ticket = take(message.as_bytes(), acme, now).ticket
    found = Attachment.objects.get(ticket=ticket)
    assert (found.name, found.size, found.comment_id) == ("Übersicht.log", 5, ticket.comments.get().pk)


def test_mail_to_a_solved_ticket_reopens_it_within_the_window_only(acme: Desk, now: datetime, outgoing: list) -> None:
    ticket = take(write(acme, acme.email("carol")), acme, now).ticket
    send_due(now=now)
    known, bob = outgoing[0].extra_headers["Message-ID"], acme.member("bob")
    reply(ticket, Entry("Fixed."), by=bob, at=now)
    change_status(ticket, Status.SOLVED, by=bob, at=now)
    take(write(acme, acme.email("carol"), "Re", "Not fixed.\n", In_Reply_To=known), acme, now + timedelta(days=1))
    ticket.refresh_from_db()
    assert ticket.status == Status.OPEN
    change_status(ticket, Status.SOLVED, by=bob, at=now + timedelta(days=2))
    late = take(write(acme, acme.email("carol"), "Re", "Again.\n", In_Reply_To=known), acme, now + timedelta(days=30))
    assert late.state == "ticket"
    assert f"#{ticket.number}" in late.ticket.triage_flags[0]


def test_the_security_address_answers_with_instructions_and_closes(acme: Desk, now: datetime, outgoing: list) -> None:
    row = take(write(acme, "eve@research.example", "XSS"), acme, now, to="security@acme.localhost")
    assert row.ticket.status == Status.CLOSED
    send_due(now=now)
    assert "security team" in outgoing[0].body


def test_every_message_has_one_of_four_ends(acme: Desk, now: datetime) -> None:
    for sender in (acme.email("carol"), acme.email("finn"), "eve@new.example"):
        take(write(acme, sender, f"From {sender}"), acme, now)
    take(b"\xff\xfe rubbish", acme, now)
    states = list(InboundMessage.objects.values_list("state", flat=True))
    assert len(states) == 4
    assert set(states) <= {"ticket", "comment", "quarantine", "ignored"}
    assert Person.objects.filter(addresses__value="eve@new.example").exists()


def _leased() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM lease_inbound(20, 60)")
        return int(cursor.fetchone()[0])


def test_after_a_worker_died_each_message_is_read_alone(acme: Desk, now: datetime) -> None:
    """One that takes its worker down each time must not use up the others' attempts."""
    clock(now)
    for number in range(3):
        store_mail(write(acme, acme.email("carol"), f"Mail {number}"), mail_from="x@y.example", rcpt_tos=[support(acme)], at=now)
    assert _leased() == 3
    later = now + timedelta(seconds=61)
    clock(later)
    for number in range(2):
        store_mail(write(acme, acme.email("carol"), f"Fresh {number}"), mail_from="x@y.example", rcpt_tos=[support(acme)],
                   at=later)
    assert [_leased() for _ in range(5)] == [1, 1, 1, 2, 0]
    assert sorted(InboundMessage.objects.values_list("attempts", flat=True)) == [1, 1, 2, 2, 2]


def test_a_lease_planned_on_an_empty_table_reads_no_more_than_it_takes(acme: Desk, now: datetime) -> None:
    def read() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT seq_tup_read FROM pg_stat_xact_user_tables WHERE relname = 'intake_inboundmessage'")
            return int(cursor.fetchone()[0])

    clock(now)
    assert [_leased() for _ in range(7)] == [0] * 7
    before = read()
    for number in range(60):
        store_mail(write(acme, acme.email("carol"), f"Mail {number}"), mail_from="x@y.example", rcpt_tos=[support(acme)], at=now)
    assert [_leased() for _ in range(4)] == [20, 20, 20, 0]
    assert read() == before
