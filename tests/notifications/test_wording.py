from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.models import AuditEvent, Person
from notifications.enums import Template
from notifications.models import MailTemplate, OutboxMessage
from notifications.rendering import render_mail
from notifications.wording import MAIL_WORDS, WORDINGS
from tests.factories.desk import Desk
from tickets.followup import FollowUp
from tickets.services import Entry, reply

ADDRESS = "/desk/settings/mails"


def write(desk: Desk, kind: Template, subject: str, body: str, language: str = "en") -> Any:
    alice, path = desk.client("alice"), f"{ADDRESS}/{kind}/{language}"
    seen = re.search(rb'name="seen" value="(\w*)"', alice.get(path).content)
    assert seen
    return alice.post(path, {"subject": subject, "body": body, "seen": seen[1].decode()})


def mail_of(desk: Desk, kind: Template, now: datetime) -> Any:
    row = OutboxMessage.objects.select_related("ticket__requester", "ticket__organization", "comment__author", "person").filter(
        template=kind).latest("id")
    return render_mail(row, desk.tenant, now=now)


def test_a_tenant_s_words_go_out_in_place_of_the_product_s(acme: Desk, now: datetime) -> None:
    answer = write(acme, Template.TICKET_RECEIVED, "Got it: #{{number}}", "Dear {{ first_name }} of {{customer}},\n\n{{promises}}\n{{url}}")
    assert answer.status_code == 303
    acme.ticket(at=now, subject="<b>{{url}}</b>", requested_priority=1)
    mail = mail_of(acme, Template.TICKET_RECEIVED, now)
    assert mail.subject.startswith("Got it: #")
    assert mail.body.startswith("Dear Carol of Customer,\n\nWe answer by Wed 18 Nov 2026, 13:00")
    assert mail.body.rstrip().endswith("Acme Support")
    html = mail.alternatives[0].content
    assert "Dear Carol of Customer" in html
    write(acme, Template.TICKET_RECEIVED, "{{subject}}", "{{subject}}")
    mail = mail_of(acme, Template.TICKET_RECEIVED, now)
    assert mail.subject == "<b>{{url}}</b>"  # what is filled in is never read again
    assert "&lt;b&gt;" in mail.alternatives[0].content


def test_the_reader_s_language_chooses_the_words(acme: Desk, now: datetime) -> None:
    write(acme, Template.TICKET_RECEIVED, "Da: {{number}}", "Guten Tag {{name}}", language="de")
    acme.ticket(at=now)
    assert "We have your ticket" in mail_of(acme, Template.TICKET_RECEIVED, now).subject
    Person.objects.filter(pk=acme.member("carol").person.pk).update(language="de")
    assert mail_of(acme, Template.TICKET_RECEIVED, now).subject.startswith("Da: ")


def test_a_reply_carries_what_was_promised_with_it(acme: Desk, now: datetime) -> None:
    write(acme, Template.TICKET_REPLY, "Re: {{subject}}", "{{author}} says:\n{{reply}}")
    ticket = acme.ticket(at=now)
    reply(ticket, Entry("Look at the log.", follow_up=FollowUp("We swap the disk", now + timedelta(hours=2))),
          by=acme.member("bob"), at=now)
    body = mail_of(acme, Template.TICKET_REPLY, now).body
    assert "Bob says:\nLook at the log." in body
    assert "Next steps: We swap the disk" in body
    assert "14:00" in body


def test_a_stranger_is_told_no_more_than_before(acme: Desk, now: datetime) -> None:
    write(acme, Template.TICKET_RECEIVED, "Got it: {{subject}}", "Hello {{name}} {{subject}}")
    acme.ticket(at=now, subject="A secret of somebody else")
    OutboxMessage.objects.update(context={"is_known": False})
    mail = mail_of(acme, Template.TICKET_RECEIVED, now)
    assert "A secret" not in mail.subject + mail.body


@pytest.mark.parametrize(("kind", "subject", "body", "field"), [
    (Template.TICKET_RECEIVED, "{{numbr}}", "Hello", "subject"), (Template.TICKET_RECEIVED, "Hello", "{{reply}}", "body"),
    (Template.TICKET_REPLY, "Hello", "No words of the engineer", "body"), (Template.TICKET_RATE, "Hello", "{{good_url}}", "body"),
    (Template.TICKET_RECEIVED, "", "Hello", "subject"), (Template.TICKET_RECEIVED, "Hello", " ", "body")])
def test_what_can_t_be_sent_is_refused_beside_its_field(kind: Template, subject: str, body: str, field: str, acme: Desk) -> None:
    answer = write(acme, kind, subject, body)
    assert answer.status_code == 422
    assert f'href="#id_{field}"' in answer.content.decode()
    assert not MailTemplate.objects.exists()


@pytest.mark.parametrize("kind", list(WORDINGS))
@pytest.mark.parametrize("language", ["en", "de"])
def test_the_words_to_begin_with_can_be_saved_as_they_are(kind: Template, language: str, acme: Desk) -> None:
    page = acme.client("alice").get(f"{ADDRESS}/{kind}/{language}")
    form = page.context["form"]
    assert write(acme, kind, form["subject"].value(), form["body"].value(), language).status_code == 303


def test_two_admins_lose_no_words_and_everything_is_on_record(acme: Desk) -> None:
    alice, path = acme.client("alice"), f"{ADDRESS}/ticket_received/en"
    mine = {"subject": "Mine", "body": "Mine", "seen": alice.get(path).context["seen"]}
    assert write(acme, Template.TICKET_RECEIVED, "Theirs", "Their words").status_code == 303
    answer = alice.post(path, mine)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Their words" in page
    assert ">\nMine</textarea>" in page
    assert alice.post(path, {**mine, "seen": answer.context["seen"]}).status_code == 303
    assert MailTemplate.objects.get().body == "Mine"
    alice.post(f"{path}/reset")
    assert not MailTemplate.objects.exists()
    assert [e.action for e in AuditEvent.objects.filter(action__startswith="template.").order_by("id")] == [
        "template.changed", "template.changed", "template.reset"]
    assert AuditEvent.objects.latest("id").changes == {"subject": ["Mine", None], "body": ["Mine", None]}


def test_the_preview_fills_in_a_sample_and_keeps_nothing(acme: Desk) -> None:
    alice, path = acme.client("alice"), f"{ADDRESS}/ticket_received/en/preview"
    typed = {"subject": "Hi {{first_name}}", "body": "{{priority}} <script>", "seen": "x"}
    page = alice.post(path, typed).content.decode()
    assert "Hi Astrid" in page
    assert "P2 High &lt;script&gt;" in page
    part = alice.post(path, {**typed, "body": "{{nothing}}"}, headers={"HX-Request": "true", "HX-Target": "mail-preview"})
    assert part.content.decode().strip().startswith('<section class="card" id="mail-preview"')
    assert b"Nothing is put for" in part.content
    assert not MailTemplate.objects.exists()


def test_words_are_the_admins_and_the_tenant_s_own(acme: Desk, globex: Desk, now: datetime) -> None:
    write(acme, Template.TICKET_RECEIVED, "acme canary", "acme canary")
    assert b"acme canary" not in globex.client("alice").get(f"{ADDRESS}/ticket_received/en").content
    for who in ("mia", "bob", "carol"):
        assert acme.client(who).get(ADDRESS).status_code == 404
        assert acme.client(who).post(f"{ADDRESS}/ticket_received/en/reset").status_code == 404
    for path in ("/account/en", "/ticket_received/fr", "/nothing/en"):
        assert acme.client("alice").get(ADDRESS + path).status_code == 404


def test_the_list_of_mails_calls_each_kind_by_words_of_its_own(acme: Desk) -> None:
    assert set(MAIL_WORDS) == {kind.value for kind in Template}
    assert len({str(words) for words in MAIL_WORDS.values()}) == len(Template)
    page = acme.client("alice").get("/desk/mail").content.decode()
    assert 'class="chip chip--set" href="/desk/mail" aria-current="page"' in page
