"""Mail that machines write to each other, mail that comes twice, and what a stranger is told."""

from __future__ import annotations

from datetime import datetime, timedelta
from email import message_from_bytes, policy

import pytest
from django.core.files.storage import default_storage

from accounts.models import PersonAddress
from intake.models import InboundMessage, Mailbox
from intake.services import deciding, process_due, store_mail
from notifications.models import OutboxMessage
from notifications.services import send_due
from tests.factories.desk import Desk, in_desk
from tests.intake.mails import clock, support, take, write
from tickets.enums import ChannelKind
from tickets.models import Comment, Ticket, TicketEvent
from tickets.services import Entry, reply


def _carry(outgoing: list, at: datetime, *, without: tuple[str, ...] = ()) -> int:
    """Take what was sent to where it is addressed, as mail servers would. Returns how many arrived somewhere."""
    arrived = 0
    for letter in outgoing[:]:
        outgoing.remove(letter)
        message = letter.message()
        for name in without:
            del message[name]
        arrived += len(store_mail(message.as_bytes(), mail_from=letter.from_email.rpartition("<")[2].rstrip(">"),
                                  rcpt_tos=letter.to, at=at))
    return arrived


def test_two_desks_that_mail_each_other_stop_after_one_exchange(acme: Desk, globex: Desk, now: datetime, outgoing: list) -> None:
    with in_desk(globex):  # globex' engineer answers somebody whose address is acme's support
        person = PersonAddress.objects.create(person=globex.member("carol").person, kind="email", value=support(acme),
                                              is_verified=True).person
        PersonAddress.objects.filter(person=person).exclude(value=support(acme)).delete()
        ticket = globex.ticket(at=now, by="bob", requester=person, channel=ChannelKind.EMAIL)
        reply(ticket, Entry("Which version?"), by=globex.member("bob"), at=now)
    clock(now)
    rounds = 0
    while rounds < 20:
        while process_due(now=now):
            pass
        send_due(now=now)
        rounds += 1
        if not _carry(outgoing, now):
            break
    assert rounds <= 3
    assert Ticket.objects.count() == 1  # acme's, for the one mail that a person wrote
    with in_desk(globex):
        assert Comment.objects.filter(ticket=ticket).count() == 2
        assert not InboundMessage.objects.exclude(state="ignored").exists()


@pytest.mark.parametrize("begins", ["acme", "globex"])
def test_two_desks_stop_even_where_every_header_that_says_so_is_lost(
        acme: Desk, globex: Desk, now: datetime, outgoing: list, monkeypatch: pytest.MonkeyPatch, begins: str) -> None:
    monkeypatch.setattr(deciding, "BREAKER_MOST", 6)
    desks = {"acme": acme, "globex": globex}
    for desk, other in ((acme, globex), (globex, acme)):  # each desk's address is a customer's of the other
        with in_desk(desk):
            PersonAddress.objects.filter(value=desk.email("carol")).update(value=support(other))
    clock(now)
    first = desks[begins]
    other = globex if first is acme else acme
    store_mail(write(first, support(first), to=support(other)), mail_from=support(first), rcpt_tos=[support(other)], at=now)
    rounds = 0
    while rounds < 40:
        while process_due(now=now):
            pass
        send_due(now=now, most=100)
        rounds += 1
        if not _carry(outgoing, now, without=("Auto-Submitted", "X-Auto-Response-Suppress", "X-Supportdesk-Loop", "In-Reply-To",
                                              "References")):
            break
    assert rounds <= 14
    for desk in (acme, globex):
        with in_desk(desk):
            assert Ticket.objects.count() <= 6
            assert not InboundMessage.objects.exclude(state__in=["ticket", "quarantine"]).exists()


def test_a_pair_of_addresses_over_the_rate_is_stopped(acme: Desk, now: datetime) -> None:
    ends = [take(write(acme, "robot@plant.example", f"n{n}"), acme, now + timedelta(seconds=n)).state for n in range(35)]
    assert (ends.count("ticket"), ends.count("quarantine"), ends[-1]) == (30, 5, "quarantine")
    assert OutboxMessage.objects.filter(to_address="robot@plant.example").count() == 1
    assert take(write(acme, "robot@plant.example", "later"), acme, now + timedelta(hours=1)).state == "ticket"


def test_a_stranger_is_answered_once_a_day(acme: Desk, now: datetime) -> None:
    for n in range(3):
        take(write(acme, "eve@new.example", f"n{n}"), acme, now + timedelta(hours=n))
    assert OutboxMessage.objects.filter(to_address="eve@new.example").count() == 1
    take(write(acme, "eve@new.example", "next day"), acme, now + timedelta(days=1))
    assert OutboxMessage.objects.filter(to_address="eve@new.example").count() == 2


def test_one_mail_to_two_mailboxes_is_kept_twice_and_makes_one_ticket(acme: Desk, now: datetime) -> None:
    Mailbox.objects.create(address="help@acme.localhost", state="armed")
    raw, clock_at = write(acme, acme.email("carol")), now
    clock(clock_at)
    store_mail(raw, mail_from="c@x.example", rcpt_tos=[support(acme), "help@acme.localhost"], at=now)
    while process_due(now=now):
        pass
    assert sorted(InboundMessage.objects.values_list("state", flat=True)) == ["ignored", "ticket"]
    assert InboundMessage.objects.get(state="ignored").ticket == Ticket.objects.get()


def test_a_repeated_message_id_is_no_reason_to_drop_a_mail(acme: Desk, now: datetime) -> None:
    same = {"Message_ID": "<always-the-same@printer.example>"}
    first = take(write(acme, acme.email("carol"), "One", "One.\n", **same), acme, now)
    other_words = take(write(acme, acme.email("carol"), "Two", "Two.\n", **same), acme, now)
    other_sender = take(write(acme, acme.email("sue"), "One", "One.\n", **same), acme, now)
    assert [r.state for r in (first, other_words, other_sender)] == ["ticket", "ticket", "ticket"]


def test_a_report_reaches_the_security_team_byte_for_byte_and_nobody_else(acme: Desk, now: datetime, outgoing: list) -> None:
    Mailbox.objects.filter(kind="security").update(copy_to="team@desk.acme.example")
    raw = write(acme, "eve@research.example", "Canary", "-----BEGIN PGP MESSAGE-----\n\nhQcanary\n-----END PGP MESSAGE-----\n")
    row = take(raw, acme, now, to="security@acme.localhost")
    send_due(now=now)
    copy = next(m for m in outgoing if m.to == ["team@desk.acme.example"])
    sent = message_from_bytes(copy.message().as_bytes(), policy=policy.default)
    (file,) = sent.iter_attachments()
    assert (file.get_content(), file.get_filename()) == (raw, f"report-{row.ticket.number}.eml")
    assert "encrypted with PGP" in copy.body
    page = acme.client("bob").get(f"/desk/t/{row.ticket.number}").content.lower()
    assert b"canary" not in page
    assert acme.client("bob").get(f"/desk/intake/{row.pk}").status_code == 404
    assert default_storage.exists(OutboxMessage.objects.get(template="security_copy").context["file"])


def test_a_mail_to_support_and_security_reaches_the_team_too(acme: Desk, now: datetime, outgoing: list) -> None:
    Mailbox.objects.filter(kind="security").update(copy_to="team@desk.acme.example")
    raw = write(acme, acme.email("carol"), "Canary", to="support@acme.localhost, security@acme.localhost")
    first = take(raw, acme, now)
    second = take(raw, acme, now, to="security@acme.localhost")
    take(raw, acme, now, to="security@acme.localhost")
    assert (first.state, second.state, second.ticket) == ("ticket", "ignored", first.ticket)
    assert "the security team has its copy" in second.reason
    send_due(now=now)
    (copy,) = [m for m in outgoing if m.to == ["team@desk.acme.example"]]
    (file,) = message_from_bytes(copy.message().as_bytes(), policy=policy.default).iter_attachments()
    assert file.get_content() == raw


def test_a_bounce_is_an_event_of_its_ticket_and_marks_the_address_until_it_writes_again(
        acme: Desk, now: datetime, outgoing: list) -> None:
    ticket = take(write(acme, acme.email("carol")), acme, now).ticket
    send_due(now=now)
    known = outgoing[0].extra_headers["Message-ID"]
    report = (f"From: MAILER-DAEMON@mx.example\r\nSubject: failure notice\r\nX-Failed-Recipients: {acme.email('carol')}\r\n\r\n"
              "A message that you sent could not be delivered to one or more of its\r\nrecipients. This is a permanent error. "
              "The following address(es) failed:\r\n\r\n"
              f"  {acme.email('carol')}\r\n    550 unknown\r\n\r\nMessage-ID: {known}\r\n").encode()
    row = take(report, acme, now, mail_from="")
    assert (row.state, row.ticket_id) == ("ignored", ticket.pk)
    address = PersonAddress.objects.get(value=acme.email("carol"))
    assert address.bounced_at == now
    assert TicketEvent.objects.filter(ticket=ticket, kind="ticket.mail_bounced", is_public=False).count() == 1
    assert b"could not be delivered" in acme.client("bob").get(f"/desk/t/{ticket.number}").content
    take(write(acme, acme.email("carol"), "Again"), acme, now)
    address.refresh_from_db()
    assert address.bounced_at is None
