"""People who read German get everything in German; their colleagues keep their own language."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.mail import EmailMultiAlternatives
from django.utils import translation

from accounts.languages import language_for
from accounts.middleware import forget_hosts
from accounts.models import Person, Tenant
from accounts.queries import current_tenant
from notifications.models import OutboxMessage
from notifications.rendering import render_mail
from tests.factories.desk import Desk
from tests.portal.test_sla import words_of
from tickets.enums import Status
from tickets.models import Ticket
from tickets.services import Entry, change_status, confirm_priority, reply
from toolkit.timefmt import ago, full_moment, short_moment, since, span

Mails = Callable[[str], list[EmailMultiAlternatives]]


@pytest.fixture
def carol(acme: Desk) -> Desk:
    """Carol, a customer, has chosen German."""
    Person.objects.filter(pk=acme.member("carol").person.pk).update(language="de", time_zone="Europe/Berlin")
    return acme


@pytest.fixture
def mails(acme: Desk, now: datetime) -> Mails:
    """The mails to somebody, as they would be sent."""
    def sent(who: str) -> list[EmailMultiAlternatives]:
        rows = OutboxMessage.objects.select_related("ticket__requester", "comment__author", "person").order_by("id")
        return [render_mail(r, current_tenant(), now=now) for r in rows.filter(to_address=acme.email(who))]

    return sent


def whole(mail: EmailMultiAlternatives) -> str:
    return f"{mail.subject}\n{mail.body}\n{mail.alternatives[0][0]}"


@pytest.fixture
def german_tenant(acme: Desk) -> Desk:
    """The tenant speaks German to whoever has chosen nothing."""
    Tenant.objects.filter(pk=acme.tenant.pk).update(language="de")
    acme.tenant.language = "de"
    forget_hosts()
    return acme


def test_the_person_comes_before_the_tenant_and_english_is_the_last(acme: Desk) -> None:
    tenant, person = acme.tenant, acme.member("carol").person
    cases = (("", "en", "en"), ("", "de", "de"), ("de", "en", "de"), ("en", "de", "en"), ("", "de-AT", "de"),
             ("tlh", "", "en"), ("fr", "de", "de"))
    for own, desk, spoken in cases:
        person.language, tenant.language = own, desk
        assert language_for(person, tenant) == spoken
    assert language_for(None, tenant) == "de"


def test_a_german_customer_reads_the_portal_in_german(carol: Desk, now: datetime) -> None:
    ticket = carol.ticket(at=now)
    browser = carol.client("carol")
    with time_machine.travel(now, tick=False):
        for path, words in (("/", "Wie können wir helfen?"), ("/tickets", "Tickets suchen"), ("/me", "Ihre Einstellungen"),
                            ("/tickets/new", "Ein Ticket eröffnen"), ("/sla", "Ihre Service-Level"),
                            ("/docs", "Dokumentation"), (f"/tickets/{ticket.number}", "Eingegangen")):
            answer = browser.get(path)
            page = answer.content.decode()
            assert words in page, path
            assert answer["Content-Language"] == "de"
            assert '<html lang="de"' in page
    assert carol.client("vic").get("/")["Content-Language"] == "en"


def test_form_errors_and_refusals_are_german_too(carol: Desk, now: datetime) -> None:
    page = carol.client("carol").post("/tickets/new", {}).content.decode()
    assert "Sagen Sie in wenigen Worten, worum es geht" in page
    missing = carol.client("carol").get("/tickets/999999")
    assert (missing.status_code, "Hier ist nichts" in missing.content.decode()) == (404, True)


def test_scripts_find_their_words_on_german_pages_only(carol: Desk) -> None:
    found = re.search(r'<meta name="words" content="([^"]*)">', carol.client("carol").get("/").content.decode())
    assert found
    assert "Wird gesendet" in found[1]
    assert 'name="words"' not in carol.client("vic").get("/").content.decode()


def test_each_mail_to_a_german_customer_is_german(carol: Desk, mails: Mails, now: datetime) -> None:
    ticket, bob = carol.ticket(at=now), carol.member("bob")
    promise = whole(mails("carol")[0])
    assert re.search(r"Wir antworten bis \w\w \d+\. Nov\. 2026, \d\d:\d\d CET", promise)
    confirm_priority(ticket, 2, by=bob, at=now, reason="Ernst")
    ticket = Ticket.objects.get(pk=ticket.pk)
    reply(ticket, Entry("Bitte neu starten."), by=bob, at=now)
    change_status(Ticket.objects.get(pk=ticket.pk), Status.SOLVED, by=bob, at=now + timedelta(hours=1))
    received, reviewed, answer, solved = (whole(m) for m in mails("carol"))
    assert "Wir haben Ihr Ticket: It is broken" in received
    assert "Guten Tag Carol," in received
    assert "Geprüft als P2 High" in reviewed
    assert "Grund: Ernst" in reviewed
    assert "Bitte neu starten." in answer
    assert "öffnen" in answer
    assert "Gelöst:" in solved
    assert "Wie war unsere Hilfe?" in solved
    assert 'lang="de"' in solved
    for mail in (received, reviewed, answer, solved):
        assert not re.search(r"\b(Hello|ticket is|We answer|How was|Open ticket)\b", mail)


def test_a_german_customer_and_an_english_engineer_share_a_ticket(carol: Desk, mails: Mails, now: datetime) -> None:
    ticket = carol.ticket(at=now)
    confirm_priority(ticket, 3, by=carol.member("bob"), at=now)
    assert "Guten Tag" in whole(mails("carol")[0])
    with time_machine.travel(now, tick=False):
        desk = carol.client("bob").get(f"/desk/t/{ticket.number}").content.decode()
        portal = carol.client("carol").get(f"/tickets/{ticket.number}").content.decode()
    assert "Reply to customer" in desk
    assert "Antwort senden" in portal
    assert 'lang="en"' in desk


def test_an_agent_s_desk_is_german_where_they_say_so(acme: Desk, now: datetime) -> None:
    Person.objects.filter(pk=acme.member("bob").person.pk).update(language="de")
    ticket = acme.ticket(at=now)
    with time_machine.travel(now, tick=False):
        browser = acme.client("bob")
        queue = browser.get("/desk/views/queue").content.decode()
        page = browser.get(f"/desk/t/{ticket.number}").content.decode()
        keys = browser.get("/desk/me/keys").content.decode()
    assert "Nicht zugewiesen" in queue
    assert "Warteschlange" in queue
    assert "Erste Antwort" in queue
    assert ">Neu<" in queue
    assert "Antwort an den Kunden" in page
    assert "Interne Notiz" in page
    assert "Nächstes Ticket" in keys


def test_what_is_remembered_keeps_its_language(acme: Desk, now: datetime) -> None:
    Person.objects.filter(pk=acme.member("bob").person.pk).update(language="de")
    acme.ticket(at=now)
    for _again in range(2):
        assert "Nicht zugewiesen" in acme.client("bob").get("/desk/views/queue").content.decode()
        assert "Unassigned" in acme.client("mia").get("/desk/views/queue").content.decode()


def test_a_tenant_s_language_is_everybody_s_who_chose_none(german_tenant: Desk, mails: Mails, now: datetime) -> None:
    german_tenant.ticket(at=now)
    assert "Guten Tag" in whole(mails("carol")[0])
    assert "Anmelden bei" in german_tenant.client(None).get("/account/login/").content.decode()
    assert german_tenant.client("bob").get("/desk/views/queue")["Content-Language"] == "de"


def test_programs_are_answered_in_english(german_tenant: Desk) -> None:
    answer = german_tenant.client(None).get("/api/v1/tickets/")
    assert answer["Content-Language"] == "en"


def test_the_terms_are_german_in_the_pdf_and_their_fingerprint_is_the_same(carol: Desk, now: datetime) -> None:
    with time_machine.travel(now, tick=False):
        pages = [carol.client(who).get("/sla").content.decode() for who in ("carol", "vic")]
        link = re.search(r"/sla/\d+/copy\.pdf", pages[0])
        assert link
        pdf = words_of(carol.client("carol").get(link[0]).content)
    assert "Erste Antwort: innerhalb von 1 Stunde, gezählt in 24/7." in pages[0]
    assert "Mo bis Fr 09:00–17:00" in pages[0]
    prints = [re.findall(r"[0-9a-f]{64}", page) for page in pages]
    assert prints[0] == prints[1] != []
    assert "Ihr Tarif" not in pdf
    assert "Vertrag C-acme" in pdf
    assert prints[0][0] in pdf


def test_times_are_said_as_germans_say_them() -> None:
    zone, now = ZoneInfo("Europe/Berlin"), datetime(2026, 11, 21, 10, tzinfo=ZoneInfo("UTC"))
    with translation.override("de"):
        assert short_moment(datetime(2026, 11, 24, 13, tzinfo=ZoneInfo("UTC")), zone, now) == "Di 14:00"
        assert short_moment(datetime(2026, 12, 2, 13, tzinfo=ZoneInfo("UTC")), zone, now) == "Mi 2. Dez., 14:00"
        assert full_moment(datetime(2026, 11, 24, 13, tzinfo=ZoneInfo("UTC")), zone) == "Di 24. Nov. 2026, 14:00 CET"
        assert (span(13_080), span(840), span(93_600)) == ("3 h 38 min", "14 min", "1 T 2 h")
        assert ago(now - timedelta(days=1), now, zone) == "Gestern"
        said = [since(now - timedelta(**back), now, zone) for back in ({"seconds": 9}, {"minutes": 4}, {"days": 1}, {"days": 40})]
        assert (said[:3], said[3][:3]) == (["gerade eben", "vor 4 Min.", "gestern"], "am ")
    assert short_moment(datetime(2026, 12, 2, 13, tzinfo=ZoneInfo("UTC")), zone, now) == "Wed 2 Dec, 14:00"
    assert span(13_080) == "3h 38m"
