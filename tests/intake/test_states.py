from __future__ import annotations

from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from accounts.models import AuditEvent, Person
from intake.enums import MailboxState
from intake.models import HeldComment, InboundMessage, Mailbox
from intake.services import process_due, set_mailbox_state, store_mail
from notifications.models import OutboxMessage
from notifications.services import send_due
from tests.factories.desk import Desk
from tests.intake.mails import clock, support, take, write
from tickets.errors import NotAllowedError
from tickets.models import Attachment, Comment, Ticket


def _box(desk: Desk, state: str | None = None) -> Mailbox:
    if state:
        Mailbox.objects.filter(address=support(desk)).update(state=state)
    return Mailbox.objects.get(address=support(desk))


def test_a_disarmed_mailbox_keeps_mail_and_makes_nothing_of_it_until_it_is_armed(acme: Desk, now: datetime) -> None:
    box = _box(acme, "disarmed")
    row = take(write(acme, acme.email("carol")), acme, now)
    assert (row.state, row.next_at, row.attempts) == ("received", None, 0)
    assert process_due(now=now + timedelta(days=1)) == 0
    assert not Ticket.objects.exists()
    clock(now + timedelta(hours=1))
    assert set_mailbox_state(box, MailboxState.ARMED, by=acme.member("alice"), at=now + timedelta(hours=1)) == 1
    process_due(now=now + timedelta(hours=1))
    row.refresh_from_db()
    assert (row.state, row.ticket.opened_at) == ("ticket", now)
    event = AuditEvent.objects.latest("id")
    assert (event.action, event.changes) == ("mailbox.armed", {"state": ["disarmed", "armed"]})


def test_shadow_shows_ticket_and_answer_and_leaves_nothing_behind(acme: Desk, now: datetime, outgoing: list) -> None:
    _box(acme, "shadow")
    people, files = Person.objects.count(), set(_stored())
    raw = write(acme, acme.email("carol"), "Disk full", "Product: Engine\nVersion: 2.0\nPriority: High\n")
    row = take(raw, acme, now)
    would = row.preview
    assert (row.state, would["end"], would["subject"]) == ("received", "ticket", "Disk full")
    assert (would["customer"], would["project"], would["priority"]) == ("Customer", "Shop", "P2 High")
    assert acme.email("carol") in would["requester"]
    (answer,) = would["answers"]
    assert (answer["to"], answer["kind"]) == (acme.email("carol"), "ticket_received")
    assert "Disk full" in answer["text"]
    send_due(now=now)
    assert outgoing == []
    assert [m.objects.count() for m in (Ticket, Comment, OutboxMessage)] == [0, 0, 0]
    assert (Person.objects.count(), set(_stored())) == (people, files)


def _stored() -> list[Path]:
    return [p for p in Path(settings.MEDIA_ROOT).rglob("*") if p.is_file()]


def test_shadow_takes_attachments_back_and_shows_strangers_too(acme: Desk, now: datetime) -> None:
    _box(acme, "shadow")
    before, people = set(_stored()), Person.objects.count()
    message = message_from_bytes(write(acme, "eve@new.example"), policy=policy.default)
    message.add_attachment(b"log", maintype="application", subtype="octet-stream", filename="a.log")
    would = take(message.as_bytes(), acme, now).preview
    assert would["files"] == ["a.log"]
    assert "eve@new.example" in " ".join(would["flags"])
    assert (set(_stored()), Attachment.objects.count(), Person.objects.count()) == (before, 0, people)


def test_arming_after_shadow_does_what_was_shown(acme: Desk, now: datetime) -> None:
    box = _box(acme, "shadow")
    row = take(write(acme, acme.email("carol")), acme, now)
    clock(now)
    set_mailbox_state(box, MailboxState.ARMED, by=acme.member("alice"), at=now)
    while process_due(now=now):
        pass
    row.refresh_from_db()
    assert (row.state, row.preview, Ticket.objects.count()) == ("ticket", None, 1)


def test_only_admins_arm(acme: Desk) -> None:
    with pytest.raises(NotAllowedError):
        set_mailbox_state(_box(acme), MailboxState.DISARMED, by=acme.member("mia"), at=acme.tenant.created_at)


def test_the_ledger_balances_and_says_so(acme: Desk, now: datetime, capsys: pytest.CaptureFixture[str]) -> None:
    take(write(acme, acme.email("carol")), acme, now)
    take(write(acme, acme.email("finn")), acme, now)
    take(b"rubbish", acme, now)
    _box(acme, "disarmed")
    take(write(acme, acme.email("carol"), "later"), acme, now + timedelta(days=1))
    call_command("intake", "ledger", "acme")
    said = capsys.readouterr().out
    assert "2026-11-18 support@acme.localhost: 3 received = 1 ticket + 0 comment + 1 quarantine + 1 ignored + 0 waiting" in said
    assert "2026-11-19 support@acme.localhost: 1 received" in said
    assert "4 messages, balanced" in said
    page = acme.client("alice").get("/desk/intake").content.decode()
    assert "Balanced" in page
    assert "18 Nov 2026" not in page or "support@acme.localhost" in page


def _held(desk: Desk, now: datetime, outgoing: list) -> tuple[Ticket, InboundMessage]:
    ticket = take(write(desk, desk.email("carol")), desk, now).ticket
    send_due(now=now)
    known = outgoing[0].extra_headers["Message-ID"]
    return ticket, take(write(desk, "eve@partner.example", "Re: Help", "I know more.\n", In_Reply_To=known), desk, now)


def test_an_agent_admits_a_held_answer_once(acme: Desk, now: datetime, outgoing: list) -> None:
    ticket, row = _held(acme, now, outgoing)
    held = HeldComment.objects.get()
    bob = acme.client("bob")
    assert b"eve@<wbr>partner.example" in bob.get("/desk/intake/held").content
    assert b"I know more." in bob.get(f"/desk/intake/held/{held.pk}").content
    assert b"I know more." not in acme.client("carol").get(f"/tickets/{ticket.number}").content
    for _ in range(2):
        bob.post(f"/desk/intake/held/{held.pk}/decide", {"choice": "admit-cc"})
    row.refresh_from_db()
    assert (row.state, row.comment.body, Comment.objects.filter(ticket=ticket).count()) == ("comment", "I know more.", 2)
    assert b"I know more." in acme.client("carol").get(f"/tickets/{ticket.number}").content
    # From now on eve writes on it by herself.
    again = take(write(acme, "eve@partner.example", "Re: Help", "And this.\n", References=outgoing[0].extra_headers["Message-ID"]), acme, now)
    assert (again.state, again.comment.body) == ("comment", "And this.")


def test_a_held_answer_shows_beside_its_ticket_to_those_who_may_decide(acme: Desk, now: datetime, outgoing: list) -> None:
    ticket, _row = _held(acme, now, outgoing)
    held, path = HeldComment.objects.get(), f"/desk/t/{ticket.number}/panel"
    page = acme.client("bob").get(path).content.decode()
    assert "I know more." in page
    assert "eve@partner.example" in page
    assert f'action="/desk/intake/held/{held.pk}/decide"' in page
    assert "I know more." not in acme.client("rita").get(path).content.decode()  # a receptionist decides nothing
    acme.client("bob").post(f"/desk/intake/held/{held.pk}/decide", {"choice": "admit"})
    assert f"held/{held.pk}/decide" not in acme.client("bob").get(path).content.decode()


def test_a_dismissed_answer_stays_out(acme: Desk, now: datetime, outgoing: list) -> None:
    ticket, row = _held(acme, now, outgoing)
    acme.client("bob").post(f"/desk/intake/held/{HeldComment.objects.get().pk}/decide", {"choice": "dismiss"})
    row.refresh_from_db()
    assert (row.state, row.reason, Comment.objects.filter(ticket=ticket).count()) == ("ignored", "dismissed by Bob", 1)
    assert acme.client("rita").get("/desk/intake/held").status_code == 404


def _quarantined(desk: Desk, now: datetime) -> InboundMessage:
    (pk,) = store_mail(write(desk, desk.email("carol"), "Was broken"), mail_from="c@x.example", rcpt_tos=[support(desk)], at=now)
    InboundMessage.objects.filter(pk=pk).update(state="quarantine", reason="it broke the parser", next_at=now)
    return InboundMessage.objects.get(pk=pk)


def test_replaying_twice_makes_one_ticket(acme: Desk, now: datetime) -> None:
    row, alice = _quarantined(acme, now), acme.client("alice")
    for _ in range(2):
        alice.post(f"/desk/intake/{row.pk}/replay")
        clock(now + timedelta(days=3000))
        process_due(now=now)
    row.refresh_from_db()
    assert (row.state, row.ticket.subject, Ticket.objects.count()) == ("ticket", "Was broken", 1)
    assert AuditEvent.objects.filter(action="mail.replayed").count() == 1


def test_a_message_is_put_on_a_ticket_or_opened_or_ignored_by_hand_once(acme: Desk, now: datetime) -> None:
    ticket, alice = acme.ticket(at=now), acme.client("alice")
    row = _quarantined(acme, now)
    assert b"There is no ticket" in alice.post(f"/desk/intake/{row.pk}/assign", {"number": "99999"}).content
    assert b"Say why" in alice.post(f"/desk/intake/{row.pk}/ignore", {"reason": " "}).content
    for _ in range(2):
        alice.post(f"/desk/intake/{row.pk}/assign", {"number": f"#{ticket.number}"})
    row.refresh_from_db()
    assert (row.state, row.ticket_id, ticket.comments.count()) == ("comment", ticket.pk, 2)
    other = take(write(acme, acme.email("finn"), "Free"), acme, now)
    for _ in range(2):
        alice.post(f"/desk/intake/{other.pk}/open")
    other.refresh_from_db()
    assert (other.state, Ticket.objects.count()) == ("ticket", 2)
    assert "can’t file" in other.ticket.triage_flags[0]


def test_a_message_is_shown_harmlessly(acme: Desk, now: datetime) -> None:
    raw = write(acme, "eve@evil.example", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>\n",
                X_Evil="<b>bold</b>", Authentication_Results="mx.acme.example; dmarc=pass")
    row = take(raw, acme, now)
    alice = acme.client("alice")
    page = alice.get(f"/desk/intake/{row.pk}").content
    assert b"<script>alert" not in page
    assert b"<img src=x" not in page
    assert b"&lt;b&gt;bold" in page
    assert b"mx.acme.example; dmarc=pass" in page
    saved = alice.get(f"/desk/intake/{row.pk}/raw")
    assert (saved.content, saved["Content-Type"]) == (raw, "application/octet-stream")
    assert "attachment" in saved["Content-Disposition"]


def test_the_list_pages_by_key(acme: Desk, now: datetime, django_assert_max_num_queries) -> None:
    for n in range(60):
        store_mail(b"Subject: n%d\r\n\r\n" % n, mail_from="", rcpt_tos=[support(acme)], at=now + timedelta(seconds=n))
    alice = acme.client("alice")
    with django_assert_max_num_queries(14):
        first = alice.get("/desk/intake?state=received").content.decode()
    assert first.count('href="/desk/intake/') >= 50
    assert "after=" in first
    assert alice.get("/desk/intake?state=nonsense&mailbox=x&after=zzz").status_code == 200


@pytest.mark.parametrize("encoding", ["7bit", "base64", "quoted-printable"])
def test_a_login_s_link_in_a_mail_that_came_back_is_read_by_nobody(acme: Desk, now: datetime, encoding: str) -> None:
    """ADR 0013."""
    secret, host = "Zq3vK8sUe1bXw0Rn5tYpLd7MfGhJaC2oIiTk9Hs4PxE", acme.host
    for link in (f"https://{host}/join/{secret}", f"https://{host}/account/password/reset/key/2f-{secret}/"):
        report, ours = EmailMessage(), EmailMessage()
        ours["Subject"], ours["To"] = "Your login", acme.email("vic")
        ours.set_content(f"Come in here:\n\n{link}\n", cte=encoding)
        report["Subject"], report["From"], report["To"] = "Undelivered", "MAILER-DAEMON@mx.example", support(acme)
        report.set_content(f"It could not be delivered. It said {link}")
        report.add_attachment(ours)
        row = take(report.as_bytes(), acme, now, mail_from="")
        alice = acme.client("alice")
        page = alice.get(f"/desk/intake/{row.pk}").content.decode()
        assert ("could not be delivered" in page, secret in page, f"{row.pk}/raw" in page) == (True, False, False)
        handed = alice.get(f"/desk/intake/{row.pk}/raw")
        assert (handed.status_code, secret in handed.content.decode()) == (422, False)
        for act in ("open", "assign"):
            assert alice.post(f"/desk/intake/{row.pk}/{act}", {"number": acme.ticket(at=now).number}).status_code == 422
        row.refresh_from_db()
        assert row.ticket is None
