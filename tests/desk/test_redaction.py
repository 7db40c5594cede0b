"""Words that were redacted stand nowhere any more: in no column of any table, whatever kept them."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection, transaction

from accounts.models import ApiToken
from api.models import IdempotentAnswer
from intake.models import ChatEvent, HeldComment, InboundMessage, Mailbox
from intake.services import admit, store_mail
from notifications.models import ChatChannel, ChatThread, ChatWorkspace, OutboxMessage
from notifications.services import send_due
from notifications.threading import reply_address
from tests.factories.desk import Desk, in_desk
from tests.factories.words import SECRET, places_of
from tests.intake.mails import support, take, write
from tickets.enums import CallDirection, EventKind, Status
from tickets.events import record
from tickets.models import (
    Call,
    Callback,
    Comment,
    Draft,
    HeldReply,
    PriorityProposal,
    Rating,
    Ticket,
    TicketEvent,
)
from tickets.services import Entry, add_note, change_status, redact_words, reply
from toolkit.errors import ConflictError


def _redact(desk: Desk, ticket: Ticket, at: datetime) -> int:
    places = redact_words(ticket, SECRET, by=desk.member("bob"), at=at, reason="A customer's key")
    assert places_of(SECRET) == set()
    return places


def test_a_mail_and_all_that_came_of_it(acme: Desk, now: datetime) -> None:
    take(write(acme, acme.email("carol"), f"My key {SECRET}", f"The key is {SECRET}.\n"), acme, now)
    ticket, bob = Ticket.objects.get(), acme.member("bob")
    add_note(ticket, body=f"She sent {SECRET}", by=bob, at=now)
    assert _redact(acme, ticket, now) >= 3
    assert b"No ticket has these words" in acme.client("bob").get("/desk/search?q=hunter2").content
    event = TicketEvent.objects.get(kind=EventKind.REDACTED)
    assert (event.actor, event.data["reason"]) == (bob.person, "A customer's key")
    assert b"redacted" in bytes(InboundMessage.objects.get().raw)


def test_answers_that_repeat_it_in_their_subject_are_held_or_quote_it(acme: Desk, now: datetime, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    ticket = take(write(acme, acme.email("carol"), f"My key {SECRET}"), acme, now).ticket
    to = reply_address(ticket, support(acme))
    quote = f"Thanks.\n\nOn Wed, 18 Nov 2026 at 12:00, Acme wrote:\n> {SECRET}\n"
    take(write(acme, acme.email("carol"), f"Re: My key {SECRET}", "No secret here.\n"), acme, now, to=to)
    take(write(acme, acme.email("carol"), "Re", quote), acme, now, to=to)
    take(write(acme, "eve@evil.example", "Re", f"Is it {SECRET}?\n"), acme, now, to=to)
    reply(ticket, Entry(f"Never send {SECRET}."), by=acme.member("bob"), at=now)
    send_due(now=now)
    _redact(acme, ticket, now)
    held, said = HeldComment.objects.get(), Comment.objects.count()
    with pytest.raises(ConflictError, match="nothing left to admit"):
        admit(held, by=acme.member("bob"), at=now)
    assert Comment.objects.count() == said


def test_a_redacted_held_answer_can_only_be_left_out(acme: Desk, now: datetime) -> None:
    ticket = take(write(acme, acme.email("carol"), f"My key {SECRET}"), acme, now).ticket
    take(write(acme, "eve@evil.example", "Re", f"Is it {SECRET}?\n"), acme, now, to=reply_address(ticket, support(acme)))
    held, bob = HeldComment.objects.get(), acme.client("bob")
    pages = [f"/desk/intake/held/{held.pk}", f"/desk/t/{ticket.number}/panel"]
    for path in pages:
        assert 'value="admit"' in bob.get(path).content.decode()
    _redact(acme, ticket, now)
    for path in pages:
        page = bob.get(path).content.decode()
        assert "What it said was redacted, so it can’t be admitted any more." in page
        assert 'value="admit"' not in page
        assert 'value="admit-cc"' not in page
        assert 'value="dismiss"' in page
    answer = bob.post(f"/desk/intake/held/{held.pk}/decide", {"choice": "admit"}, follow=True)
    assert "nothing left to admit" in answer.content.decode()
    bob.post(f"/desk/intake/held/{held.pk}/decide", {"choice": "dismiss"})
    held.refresh_from_db()
    assert (held.state, Comment.objects.count()) == ("dismissed", 1)


def test_a_redacted_quarantined_mail_is_not_filed(acme: Desk, now: datetime) -> None:
    row = take(write(acme, acme.email("carol")), acme, now)
    (pk,) = store_mail(write(acme, acme.email("vic"), SECRET), mail_from="x@y.example", rcpt_tos=[support(acme)], at=now)
    InboundMessage.objects.filter(pk=pk).update(state="quarantine", ticket=row.ticket, next_at=None)
    add_note(row.ticket, body=SECRET, by=acme.member("bob"), at=now)
    _redact(acme, row.ticket, now)
    alice = acme.client("alice")
    for way in ("replay", "open"):
        alice.post(f"/desk/intake/{pk}/{way}")
    assert InboundMessage.objects.get(pk=pk).state == "quarantine"
    assert Ticket.objects.count() == 1


def test_html_with_tags_between_its_letters(acme: Desk, now: datetime) -> None:
    body = f"Content-Type: text/html\r\n\r\n<p>It is hun<b>ter2</b>-canary &amp; {SECRET}</p>"
    head = f"From: {acme.email('carol')}\r\nSubject: Key\r\nMessage-ID: <k@x.example>\r\nMIME-Version: 1.0\r\n"
    ticket = take((head + body).encode(), acme, now).ticket
    _redact(acme, ticket, now)
    assert "ter2" not in Comment.objects.get().html


def test_facts_reasons_and_what_hangs_on_the_ticket(acme: Desk, now: datetime) -> None:
    ticket, bob = acme.ticket(at=now), acme.member("bob")
    carol = ticket.requester
    change_status(ticket, Status.PENDING, by=bob, at=now, reason=f"waits for {SECRET}")
    for kind, data in ((EventKind.CHAT_EDITED, {"text": f"edit {SECRET}"}), (EventKind.RATED, {"comment": f"bad {SECRET}"}),
                       (EventKind.FIELDS_CHANGED, {"changes": {"Serial": ["", SECRET]}, "environment": "production"})):
        record(ticket, kind, at=now, by=carol, actor_kind="requester", **data)
    Draft.objects.create(ticket=ticket, person=bob.person, body=SECRET, next_steps=SECRET, updated_at=now)
    HeldReply.objects.create(ticket=ticket, person=bob.person, body=SECRET, pressed_at=now, leaves_at=now + timedelta(days=1))
    PriorityProposal.objects.create(ticket=ticket, kind="workaround", state="disputed", before=2, rank=3, made_by=bob.person,
                                    made_at=now, reason=SECRET, answer=SECRET, decision=SECRET)
    Rating.objects.create(ticket=ticket, person=carol, score=1, comment=SECRET, created_at=now, updated_at=now)
    Call.objects.create(ticket=ticket, direction=CallDirection.INBOUND, started_at=now, summary=SECRET, caller_name=SECRET)
    Callback.objects.create(ticket=ticket, person=carol, number="+15550100", reason=SECRET, done_note=SECRET, due_at=now,
                            requested_by=carol, created_at=now)
    ticket.custom, ticket.triage_flags = {"serial": SECRET}, [f"“{SECRET}” is no priority here."]
    ticket.save(update_fields=["custom", "triage_flags"])
    before = {e.pk: e.kind for e in TicketEvent.objects.filter(ticket=ticket)}
    _redact(acme, ticket, now)
    assert (ticket.custom, ticket.triage_flags) == ({"serial": "█████"}, ["“█████” is no priority here."])
    assert {e.pk: e.kind for e in TicketEvent.objects.filter(ticket=ticket).exclude(kind=EventKind.REDACTED)} == before
    changed = TicketEvent.objects.get(kind=EventKind.FIELDS_CHANGED)
    assert changed.data == {"changes": {"Serial": ["", "█████"]}, "environment": "production"}


def test_a_chat_s_events_also_of_our_own_posts(acme: Desk, now: datetime) -> None:
    ticket = acme.ticket(at=now)
    workspace = ChatWorkspace.objects.create(team_id="T1", name="Acme", created_at=now)
    channel = ChatChannel.objects.create(workspace=workspace, organization=ticket.organization, project=ticket.project,
                                         channel_id="C1", name="acme", trigger="!ticket")
    ChatThread.objects.create(channel=channel, ts="1.0", ticket=ticket)
    for n, on in enumerate((ticket, None)):
        ChatEvent.objects.create(workspace=workspace, event_id=f"E{n}", received_at=now, next_at=now, state="ignored",
                                 channel_id="C1", ticket=on, raw=json.dumps({"event": {"text": f"so {SECRET}"}}).encode())
    assert _redact(acme, ticket, now) == 2


def test_mails_that_wait_bounced_or_are_told_to_staff_and_answers_of_programs(acme: Desk, now: datetime) -> None:
    ticket = acme.ticket(at=now, subject=f"Key {SECRET}", channel="email")
    ack = OutboxMessage.objects.filter(ticket=ticket).first()
    OutboxMessage.objects.filter(pk=ack.pk).update(context={"words": [f"see {SECRET}"]}, last_error=f"550 {SECRET}",
                                                     bounce_reason=f"550 {SECRET}")
    token = ApiToken.objects.create(person=acme.member("bob").person, name="x", prefix="p", digest="y" * 64, scopes=[], created_at=now)
    IdempotentAnswer.objects.create(token=token, key="1", fingerprint="f", status=201, body={"subject": SECRET}, created_at=now)
    _redact(acme, ticket, now)


@pytest.mark.parametrize("change", [
    "UPDATE tickets_ticketevent SET data = '{}'", "DELETE FROM tickets_ticketevent", "UPDATE tickets_ticketevent SET kind = 'x'",
])
def test_nothing_else_can_be_done_to_facts(acme: Desk, now: datetime, change: str) -> None:
    acme.ticket(at=now)
    with connection.cursor() as cursor:
        for setting in ("", "broken"):
            cursor.execute("SELECT set_config('app.redacting', %s, true)", [setting])
            with pytest.raises(DatabaseError), transaction.atomic():
                cursor.execute(change)


def test_another_tenant_s_facts_are_out_of_reach(acme: Desk, globex: Desk, now: datetime) -> None:
    with connection.cursor() as cursor:
        with in_desk(globex):
            ticket = globex.ticket(at=now)
            change_status(ticket, Status.PENDING, by=globex.member("bob"), at=now, reason=SECRET)
        cursor.execute("SELECT redact_events(%s, %s)", [ticket.pk, SECRET])
        assert cursor.fetchone()[0] == 0


def test_the_security_team_s_copy_of_a_report(acme: Desk, now: datetime, django_capture_on_commit_callbacks: Any) -> None:
    box = Mailbox.objects.get(kind="security")
    Mailbox.objects.filter(pk=box.pk).update(copy_to="team@elsewhere.example")
    ticket = take(write(acme, "eve@evil.example", "Hole", f"Log in as {SECRET}.\n"), acme, now, to=box.address).ticket
    key = OutboxMessage.objects.get(template="security_copy").context["file"]
    assert SECRET.encode() in default_storage.open(key).read()
    with django_capture_on_commit_callbacks(execute=True):
        _redact(acme, ticket, now)
    assert b"taken out for good" in default_storage.open(key).read()
