"""What somebody would try who wants into another's thread, or our readers' eyes and mails."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from email import message_from_bytes, policy

import pytest

from accounts.models import Membership, Person, PersonAddress
from intake import imap
from intake.models import HeldComment, ImapAccount, InboundMessage, Mailbox
from intake.parsing import parse
from intake.services import poll_due
from notifications.models import OutboxMessage
from notifications.services import send_due
from notifications.threading import reply_address
from tests.factories.desk import Desk, in_desk
from tests.intake.mails import clock, support, take, write
from tickets.models import Attachment, Comment, Ticket, TicketCc
from toolkit.sealing import seal


def _from(header: str) -> tuple[str, str]:
    mail = parse(f"From: {header}\r\n\r\nx".encode())
    return mail.from_name, mail.from_address


# ---- addresses

@pytest.mark.parametrize("header", [
    "bob@desk.acme.example@evil.example", "bob@desk.acme.example\u200b", "x@evil.example\\@desk.acme.example", "@evil.example",
    "bob@", f"{'b' * 250}@desk.acme.example",
])
def test_what_is_no_address_is_nobody_s(header: str) -> None:
    assert _from(header)[1] == ""


@pytest.mark.parametrize(("header", "address"), [
    ('"bob@desk.acme.example"@evil.example', '"bob@desk.acme.example"@evil.example'),
    ("bob%desk.acme.example@evil.example", "bob%desk.acme.example@evil.example"),
    ('"bob@desk.acme.example" <x@evil.example>', "x@evil.example"),
    ("=?utf-8?q?bob=40desk=2Eacme=2Eexample=3E?= <x@evil.example>", "x@evil.example"),
    ("x@evil.example <bob@desk.acme.example>", "x@evil.example"),
    ("b\u043eb@desk.acme.example", "b\u043eb@desk.acme.example"),
])
def test_an_address_is_what_mail_would_be_answered_to(header: str, address: str) -> None:
    assert _from(header)[1] == address


def test_names_and_subjects_are_one_line_that_reads_as_it_stands() -> None:
    mail = parse("From: =?utf-8?q?Eve=0D=0ABcc=3A_a=40b.example?= \u202eevil <eve@x.example>\r\n"
                 "Subject: Hi\x07\x1b[31m\u2028\u202ethere\u2066\r\n\r\nx".encode())
    assert (mail.from_name, mail.subject) == ("Eve Bcc: a@b.example evil", "Hi[31m there")


def test_line_breaks_of_a_stranger_reach_no_header_of_ours(acme: Desk, now: datetime, outgoing: list) -> None:
    body = "Priority: High\r\n"
    raw = write(acme, "x@y.example", body=body).replace(
        b"Subject: Help", b"Subject: =?utf-8?q?Help=0D=0ABcc=3A_victim=40x.example?=").replace(
        b"From: x@y.example", b"From: =?utf-8?q?C=0D=0ABcc=3A_victim=40x.example?= <carol@customer.acme.example>")
    ticket = take(raw, acme, now).ticket
    send_due(now=now)
    sent = [message_from_bytes(m.message().as_bytes(), policy=policy.default) for m in outgoing]
    assert sent
    assert not [m for m in sent if m["Bcc"] or "victim" in str(m["To"])]
    assert "\n" not in ticket.subject


# ---- threads

def test_a_reply_address_of_another_tenant_or_ticket_opens_nothing(acme: Desk, globex: Desk, now: datetime) -> None:
    with in_desk(globex):
        foreign = globex.ticket(at=now)
        token = reply_address(foreign, support(globex)).partition("+")[2].partition("@")[0]
    own, others = acme.ticket(at=now), acme.ticket(at=now, by="sue", project=acme.project("Otherworks"))
    signature = reply_address(own, support(acme)).partition("-")[2].partition("@")[0]
    for wanted in (token, f"t{others.pk}-{signature}", f"t{own.pk}-{'a' * 16}", f"t{own.pk}"):
        row = take(write(acme, acme.email("carol"), wanted), acme, now, to=f"support+{wanted}@acme.localhost")
        assert row.state == "ticket"
        assert row.ticket_id not in {own.pk, others.pk, foreign.pk}


def test_a_message_id_that_somebody_else_used_too_leads_to_the_sender_s_own_ticket(acme: Desk, now: datetime) -> None:
    known = "<first@customer.acme.example>"
    trap = take(write(acme, acme.email("sue"), "Trap", Message_ID=known), acme, now).ticket
    own = take(write(acme, acme.email("carol"), "Mine", Message_ID=known), acme, now).ticket
    later = take(write(acme, acme.email("sue"), "Trap again", "Again.\n", Message_ID=known), acme, now).ticket
    row = take(write(acme, acme.email("carol"), "Re: Mine", "More.\n", In_Reply_To=known), acme, now)
    assert (row.state, row.ticket) == ("comment", own)
    assert len({trap, own, later}) == 3
    assert not HeldComment.objects.exists()


# ---- people

def test_who_was_taken_out_is_not_brought_back_by_a_cc(acme: Desk, now: datetime) -> None:
    gone = Person.objects.create(name="Gone", is_active=False, created_at=now)
    PersonAddress.objects.create(person=gone, kind="email", value="gone@customer.acme.example", is_verified=True)
    ticket = take(write(acme, acme.email("carol"), Cc="gone@customer.acme.example, eve@evil.example"), acme, now).ticket
    assert not Membership.objects.filter(person=gone).exists()
    assert not TicketCc.objects.filter(ticket=ticket).exists()
    assert [flag for flag in ticket.triage_flags if "eve@evil.example" in flag]


def test_a_thousand_recipients_are_a_mail_like_any_other(acme: Desk, now: datetime) -> None:
    crowd = ",\r\n ".join(f"p{n}@customer.acme.example" for n in range(1_000))
    raw = write(acme, acme.email("carol")).replace(b"Subject:", f"Cc: {crowd}\r\nSubject:".encode(), 1)
    ticket = take(raw, acme, now).ticket
    assert TicketCc.objects.filter(ticket=ticket).count() <= 20
    assert Person.objects.filter(addresses__value__startswith="p").count() <= 20


# ---- what readers see

@pytest.mark.parametrize("html", [
    '<svg onload="alert(1)"><image href="http://t.example/p"/></svg>', '<p style="background:url(http://t.example/p)">a</p>',
    '<img src="http://t.example/p.gif">', '<meta http-equiv="refresh" content="0;url=http://t.example">',
    '<base href="http://t.example/">', '<form action="http://t.example"><input name="password"></form>',
    '<link rel="stylesheet" href="http://t.example/x">', "<style>@import url(http://t.example)</style>",
    '<iframe srcdoc="&lt;script&gt;"></iframe>', '<a href="javascript:alert(1)">a</a>', '<a href="data:text/html,x">a</a>',
    '<a href="/desk/logout">a</a>', '<a href="//t.example/p">a</a>', '<a href="\x01javascript:alert(1)">a</a>',
    '<td background="http://t.example/p">a</td>', "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">', '<a id="x" name="csrf" class="btn" onclick="x" target="_top">a</a>',
])
def test_html_of_mails_loads_sends_and_does_nothing(html: str) -> None:
    shown = parse(f"From: a@b.example\r\nContent-Type: text/html\r\n\r\n{html}".encode()).html
    assert not [bad for bad in ("t.example", "script:", "data:", "/desk", "style=", "<img", "<form", "<input", "class=", "id=",
                                "target=", "onclick=", "background=") if bad in shown]


@pytest.mark.parametrize(("name", "kept"), [
    ("../../etc/passwd", "passwd"), ("C:\\\\temp\\\\y.txt", "y.txt"), ("x\u202egnp.txt", "xgnp.txt"), ("a\x07b\x7f.txt", "ab.txt"),
    ("x" * 600 + ".txt", "x" * 251 + ".txt"), ("/", "file"), ("..", ".."),
])
def test_names_of_files_are_names(acme: Desk, now: datetime, name: str, kept: str) -> None:
    raw = (f"From: {acme.email('carol')}\r\nSubject: File\r\nMessage-ID: <f@x.example>\r\nContent-Type: application/octet-stream\r\n"
           f'Content-Disposition: attachment; filename="{name}"\r\n\r\nbytes').encode()
    file = Attachment.objects.get(ticket=take(raw, acme, now).ticket)
    assert file.name == kept
    answer = acme.client("bob").get(f"/desk/files/{file.pk}")
    assert "\n" not in answer.headers.get("Content-Disposition", "")


def test_the_security_address_tells_a_stranger_nothing_and_nobody_twice(acme: Desk, now: datetime) -> None:
    Mailbox.objects.filter(kind="security").update(copy_to="team@desk.acme.example")
    for n in range(3):
        take(write(acme, "eve@evil.example", f"n{n}"), acme, now + timedelta(minutes=n), to="security@acme.localhost")
    mails = OutboxMessage.objects.filter(to_address="eve@evil.example")
    assert mails.count() == 1
    assert "team@" not in str(mails.get().context)
    assert not Comment.objects.filter(body__contains="n0").exists()
    assert not Ticket.objects.exclude(subject="Security report").exists()


# ---- an IMAP server that lies

@contextmanager
def _liar(answers: dict[str, bytes]) -> Iterator[int]:
    """A server that says what it is told to say, by the first word of each command."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        def serve() -> None:
            line, _peer = listener.accept()
            with line, line.makefile("rb") as heard:
                line.sendall(b"* OK here\r\n")
                for command in heard:
                    tag, words = command.split(b" ", 1)
                    said = next((text for word, text in answers.items() if word.encode() in words.upper()), b"")
                    try:
                        line.sendall(said + (b"" if said.endswith(b"...") else tag + b" OK done\r\n"))
                    except OSError:
                        return

        threading.Thread(target=serve, daemon=True).start()
        yield listener.getsockname()[1]


GOOD = {"CAPABILITY": b"* CAPABILITY IMAP4rev1\r\n", "SELECT": b"* 1 EXISTS\r\n",
        "LOGOUT": b"* BYE\r\n",
        "STATUS": b'* STATUS "INBOX" (UIDVALIDITY 1 UIDNEXT 2)\r\n', "SEARCH": b"* SEARCH 1\r\n",
        "RFC822.SIZE": b"* 1 FETCH (UID 1 RFC822.SIZE 10)\r\n"}


@pytest.mark.parametrize(("answers", "trouble"), [
    ({"BODY.PEEK": b"* 1 FETCH (UID 1 BODY[] {9000000000}\r\nx..."}, "abort"),
    ({"SEARCH": b"* SEARCH 99999999999999999999\r\n"}, "UID that is none"),
    ({"LOGOUT": b"* BYE\r\n",
        "STATUS": b'* STATUS "INBOX" (UIDVALIDITY 99999999999999999999 UIDNEXT 2)\r\n'}, "UID that is none"),
    ({"SEARCH": b"* SEARCH one two\r\n"}, "invalid literal"),
    ({"RFC822.SIZE": b'* 1 FETCH (UID 1 RFC822.SIZE 1 INTERNALDATE "01-Jan-0001 00:00:00 +0000")\r\n',
      "BODY.PEEK": b"* 1 FETCH (UID 1)\r\n"}, ""),
    ({"BODY.PEEK": b"* 1 FETCH (..."}, "abort"),
])
def test_an_imap_server_that_lies_is_trouble_of_its_own_mailbox_only(
        acme: Desk, now: datetime, monkeypatch: pytest.MonkeyPatch, settings: object, answers: dict[str, bytes], trouble: str) -> None:
    monkeypatch.setattr(imap, "SESSION_SECONDS", 0.5)
    settings.IMAP_INSIDE = True
    with _liar({**answers, **{k: v for k, v in GOOD.items() if k not in answers}}) as port:
        account = ImapAccount(mailbox=Mailbox.objects.get(kind="support"), host="127.0.0.1", port=port, security="none",
                              username="x", takes_history=True, next_at=now)
        account.secret = seal("pw", owner=account.seal_owner)
        account.save()
        clock(now)
        assert poll_due(now=now) == 1
    account.refresh_from_db()
    assert account.last_error
    assert trouble in account.last_error
    assert not InboundMessage.objects.exists()
