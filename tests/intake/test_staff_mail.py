"""Mail that says it is from an agent: it counts where that is proven, and waits for an agent where it isn't."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from intake.models import HeldComment, InboundMessage, Mailbox
from intake.parsing import parse, read_auth
from notifications.models import OutboxMessage
from notifications.services import send_due
from notifications.threading import reply_address
from tests.factories.desk import Desk
from tests.intake.mails import support, take, write
from tickets.enums import AuthorKind
from tickets.models import Comment, InternalNote, Ticket

BOB = "bob@desk.acme.example"
PROOF = "mx.acme.example; dmarc=pass header.from=desk.acme.example"


def _answer(desk: Desk, ticket: Ticket, at: datetime, body: str = "Send us your password.\n", **headers: str) -> InboundMessage:
    to = reply_address(ticket, support(desk))
    return take(write(desk, desk.email("bob"), "Re: Help", body, **headers), desk, at, to=to)


def _customers_mails() -> list[str]:
    return list(OutboxMessage.objects.filter(template="ticket_reply").values_list("to_address", flat=True))


def test_a_forged_agent_who_knows_a_reply_address_reaches_no_customer(acme: Desk, now: datetime, outgoing: list) -> None:
    ticket = acme.ticket(at=now)
    rows = [_answer(acme, ticket, now + timedelta(minutes=n), f"Send us password {n}.\n") for n in range(3)]
    assert {(r.state, r.comment, r.reason) for r in rows} == {("comment", None, "held: nothing proves that this agent wrote it")}
    assert Comment.objects.filter(ticket=ticket).count() == 1
    assert _customers_mails() == []
    assert b"password" not in acme.client("carol").get(f"/tickets/{ticket.number}").content
    send_due(now=now + timedelta(minutes=5))
    (warning,) = [m for m in outgoing if m.to == [acme.email("bob")] and "waits" in m.subject]  # one a day
    assert "somebody used your address" in warning.body
    assert "password" not in warning.body


def test_an_agent_admits_it_with_one_click_as_the_agent_s_reply(acme: Desk, now: datetime) -> None:
    ticket = acme.ticket(at=now)
    _answer(acme, ticket, now, "Which version?\n")
    held = HeldComment.objects.get()
    page = acme.client("mia").get(f"/desk/intake/held/{held.pk}").content.decode()
    assert "goes to the customer as Bob’s reply" in page
    assert "admit-cc" not in page
    acme.client("mia").post(f"/desk/intake/held/{held.pk}/decide", {"choice": "admit"})
    comment = Comment.objects.filter(ticket=ticket).latest("id")
    assert (comment.body, comment.author, comment.author_kind) == ("Which version?", acme.member("bob").person, AuthorKind.STAFF)
    assert _customers_mails() == [acme.email("carol")]


def test_a_proven_answer_counts_at_once(acme: Desk, now: datetime) -> None:
    Mailbox.objects.filter(kind="support").update(authserv_id="mx.acme.example")
    row = _answer(acme, acme.ticket(at=now), now, Authentication_Results=PROOF)
    assert (row.comment.author_kind, row.auth_result) == (AuthorKind.STAFF, "dmarc=pass")


def test_nothing_is_proven_to_a_mailbox_that_believes_nobody(acme: Desk, now: datetime) -> None:
    assert _answer(acme, acme.ticket(at=now), now, Authentication_Results=PROOF).comment is None


def test_an_admin_says_that_the_own_server_refuses_forged_senders(acme: Desk, now: datetime) -> None:
    box, alice = Mailbox.objects.get(kind="support"), acme.client("alice")
    assert "nothing proves who sent them" in alice.get("/desk/intake").content.decode()
    page = alice.get(f"/desk/settings/mailboxes/{box.pk}").content.decode()
    assert "refuses forged senders" in page
    seen = page.partition('name="seen"')[2].partition('value="')[2].partition('"')[0]
    alice.post(f"/desk/settings/mailboxes/{box.pk}", {"address": box.address, "kind": "support", "trusts_relay": "on", "seen": seen})
    box.refresh_from_db()
    assert box.trusts_relay
    assert "our own server checks senders" in alice.get("/desk/settings/mailboxes").content.decode()
    assert _answer(acme, acme.ticket(at=now), now).comment.author_kind == AuthorKind.STAFF


def test_a_relay_is_trusted_no_further_than_its_own_findings(acme: Desk, now: datetime) -> None:
    Mailbox.objects.filter(kind="support").update(authserv_id="mx.acme.example", trusts_relay=True)
    row = _answer(acme, acme.ticket(at=now), now, Authentication_Results="mx.acme.example; dmarc=fail header.from=desk.acme.example")
    assert (row.comment, row.reason) == (None, "held: the sender’s server denies it (dmarc=fail)")


def test_a_forged_agent_can_t_pass_mail_on_either(acme: Desk, now: datetime) -> None:
    body = "Give them all they want.\n\n-------- Forwarded message --------\nFrom: Carol <carol@customer.acme.example>\n\nPump.\n"
    ticket = take(write(acme, acme.email("bob"), "Fwd: Pump", body), acme, now).ticket
    assert (ticket.requester, InternalNote.objects.exists()) == (acme.member("bob").person, False)
    assert "nothing proves" in ticket.triage_flags[0]


@pytest.mark.parametrize("words", [
    "mx.acme.example; dmarc=pass header.from=desk.acme.example",
    "mx.acme.example 1; dkim=pass (2048-bit; ok) header.d=desk.acme.example header.s=a",
    "mx.acme.example; dkim=pass header.i=@acme.example; spf=fail smtp.mailfrom=x@list.example",
    "mx.acme.example; dkim=pass header.d=list.example; dkim=pass header.d=desk.acme.example",
    'mx.acme.example; spf=pass smtp.mailfrom="a b"@desk.acme.example',
    "mx.acme.example; spf=pass smtp.mailfrom=desk.acme.example",
])
def test_a_check_of_the_author_s_domain_proves(words: str) -> None:
    assert read_auth([words], "mx.acme.example", BOB).is_proven


@pytest.mark.parametrize("words", [
    "mx.other.example; dmarc=pass header.from=desk.acme.example",
    "mx.acme.example; dmarc=pass header.from=evil.example",
    "mx.acme.example; dmarc=pass",
    "mx.acme.example; dkim=pass header.d=evil.example",
    "mx.acme.example; dkim=pass header.d=example",
    "mx.acme.example; dkim=pass header.d=evildesk.acme.example.evil.example",
    "mx.acme.example; dkim=pass header.d=host.desk.acme.example",
    "mx.acme.example; spf=pass smtp.helo=desk.acme.example",
    "mx.acme.example; arc=pass header.d=desk.acme.example",
    "mx.acme.example; dkim=none; spf=none",
    "mx.acme.example; dmarc=fail header.from=desk.acme.example; dkim=pass header.d=desk.acme.example",
    'mx.acme.example; spf=pass smtp.mailfrom="x; dmarc=pass header.from=desk.acme.example ;"@evil.example',
    'mx.acme.example; spf=pass smtp.mailfrom="\\"; dkim=pass header.d=desk.acme.example"@evil.example',
    "mx.acme.example; spf=pass (x; dmarc=pass header.from=desk.acme.example (a) ) smtp.mailfrom=a@evil.example",
    "mx.acme.example; spf=pass smtp.mailfrom=(; dmarc=pass header.from=desk.acme.example",
    'mx.acme.example; spf=pass smtp.mailfrom=header.d=desk.acme.example@evil.example',
])
def test_what_a_stranger_can_write_into_a_finding_proves_nothing(words: str) -> None:
    assert not read_auth([words], "mx.acme.example", BOB).is_proven


def test_a_finding_below_the_server_s_own_proves_nothing() -> None:
    own, forged = "mx.acme.example; dkim=pass header.d=evil.example", "mx.acme.example; dkim=pass header.d=desk.acme.example"
    assert not read_auth([own, forged], "mx.acme.example", BOB).is_proven


@pytest.mark.parametrize("head", [
    f"From: {BOB}, eve@evil.example", f"From: {BOB}\r\nFrom: eve@evil.example", f"Sender: {BOB}",
])
def test_a_mail_of_several_authors_is_nobody_s(acme: Desk, now: datetime, head: str) -> None:
    Mailbox.objects.filter(kind="support").update(authserv_id="mx.acme.example")
    ticket = acme.ticket(at=now)
    raw = f"Authentication-Results: {PROOF}\r\n{head}\r\nSubject: Re\r\nMessage-ID: <1@x.example>\r\n\r\nWords.\r\n".encode()
    assert take(raw, acme, now, to=reply_address(ticket, support(acme))).comment is None


def test_encoded_words_in_a_finding_are_left_alone() -> None:
    sly = "mx.acme.example; spf=pass smtp.mailfrom==?utf-8?q?=3B_dmarc=3Dpass_header=2Efrom=3Ddesk=2Eacme=2Eexample_?=@evil.example"
    mail = parse(f"Authentication-Results: {sly}\r\nFrom: {BOB}\r\n\r\nx".encode())
    assert mail.auth_results == (sly,)
    assert not read_auth(mail.auth_results, "mx.acme.example", BOB).is_proven
