from __future__ import annotations

import re
import zlib
from datetime import datetime, timedelta

import time_machine

from accounts.models import Agent, Contract
from sla.services.calendars import add_exception
from sla.services.publishing import publish
from sla.statement import Attained, attained
from tests.factories.desk import Desk
from tests.sla.test_policies import draft_with, tried
from tickets.services import Entry, reply
from toolkit.pdf import Line, document


def words_of(pdf: bytes) -> str:
    """The text of our own PDF."""
    streams = re.findall(rb"stream\n(.*?)\nendstream", pdf, re.DOTALL)
    lines = b"\n".join(b"\n".join(re.findall(rb"\((.*)\) Tj", zlib.decompress(s))) for s in streams)
    return lines.decode("cp1252").replace("\\(", "(").replace("\\)", ")")


def test_the_customer_reads_version_targets_hours_and_the_engineer(acme: Desk, now: datetime) -> None:
    Contract.objects.filter(reference="C-acme").update(sales_engineer=Agent.objects.get(person__name="Bob"))
    from sla.models import Calendar

    with time_machine.travel(now, tick=False):
        add_exception(Calendar.objects.get(slug="office"), now.date() + timedelta(days=7), "Thanksgiving", [],
                      by=acme.member("alice"), at=now)
        page = acme.client("carol").get("/sla").content.decode()
    assert "version 1" in page
    assert "First reply: within 1 hour, counted in 24/7." in page
    assert "First reply: within 8 business hours, usually within 4 business hours, counted in Office." in page
    assert "First reply: as soon as we can, without a fixed deadline." in page
    assert "Mon to Fri 09:00–17:00" in page
    assert "Wed 25 Nov 2026: Thanksgiving, closed" in page
    assert "Your sales engineer is <strong>Bob</strong>" in page
    assert "O-acme" not in page


def test_a_coming_version_is_announced_and_then_live(acme: Desk, now: datetime) -> None:
    soon = now + timedelta(days=2)
    publish(tried(draft_with(acme, now), acme, now), revision=2, effective_from=soon, reason="Faster answers for all",
            move_open=False, by=acme.member("alice"), at=now)
    with time_machine.travel(now, tick=False):
        before = acme.client("carol").get("/sla").content.decode()
    assert "Version 2 takes effect on" in before
    assert "P2 High, first reply: 4h, Office → 2h, Office" in before
    assert "<strong>version 1</strong>" in before
    with time_machine.travel(soon, tick=False):
        after = acme.client("carol").get("/sla").content.decode()
    assert "<strong>version 2</strong>" in after
    assert "takes effect on" not in after
    assert "within 2 business hours" in after


def test_the_copy_carries_version_and_fingerprint_of_the_page(acme: Desk, now: datetime) -> None:
    contract = Contract.objects.get(reference="C-acme")
    carol = acme.client("carol")
    page = carol.get("/sla").content.decode()
    answer = carol.get(f"/sla/{contract.pk}/copy.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-1.4")
    text = words_of(answer.content)
    fingerprint = re.search(r'class="secret">([0-9a-f]{64})<', page)
    assert fingerprint
    assert fingerprint.group(1) in text
    assert "Version 1" in text
    assert "First reply: within 4 business hours, counted in Office." in text
    assert carol.get(f"/sla/{contract.pk}/copy.pdf").content == answer.content
    other = Contract.objects.get(reference="O-acme")
    assert carol.get(f"/sla/{other.pk}/copy.pdf").status_code == 404
    assert acme.client("vic").get(f"/sla/{contract.pk}/copy.pdf").status_code == 200


def test_what_was_kept_is_counted_and_too_few_give_no_share(acme: Desk, now: datetime) -> None:
    contract = acme.project().contract
    for hours in (1, 1, 1, 1, 5):
        ticket = acme.ticket(at=now, requested_priority=2)
        reply(ticket, Entry("Here."), by=acme.member("bob"), at=now + timedelta(hours=hours))
    assert attained(contract, now - timedelta(days=90)) == [Attained("First reply", 4, 1)]
    assert attained(contract, now + timedelta(days=1)) == []
    assert Attained("x", 4, 1).share == "80.0 %"
    assert Attained("x", 3, 1).share == ""


def test_a_free_plan_promises_nothing(acme: Desk) -> None:
    page = acme.client("finn").get("/sla").content.decode()
    assert "promises no deadlines" in page


def test_a_long_document_has_pages_and_any_letters() -> None:
    pdf = document([Line("Tåg (och) \\ båt", "title"), *(Line(f"Łódź 東京 line {n} " * 8) for n in range(80))],
                   title="Prøve", foot="Version 1")
    text = words_of(pdf)
    assert "Tåg (och)" in text
    assert "?ódz" in text
    assert pdf.count(b"/Type /Page ") > 2
    start = int(pdf.rsplit(b"startxref\n", 1)[1].split()[0])
    assert pdf[start:start + 4] == b"xref"


def test_the_copies_of_earlier_versions_stay_the_same_with_their_fingerprint(acme: Desk, now: datetime) -> None:
    contract = Contract.objects.get(reference="C-acme")
    with time_machine.travel(now, tick=False):
        publish(tried(draft_with(acme, now), acme, now), revision=2, effective_from=now + timedelta(days=2),
                reason="Faster answers", move_open=False, by=acme.member("alice"), at=now)
    copies = {}
    for days in (3, 40):
        with time_machine.travel(now + timedelta(days=days), tick=False):
            carol = acme.client("carol")
            page = carol.get("/sla").content.decode()
            assert "<strong>version 2</strong>" in page
            [address] = re.findall(r'href="(/sla/\d+/copy\.pdf\?since=[^"]+)"', page)
            answer = carol.get(address)
            desk = acme.client("mia").get(address.replace("/sla/", "/desk/settings/sla/contracts/"))
            assert words_of(desk.content) == words_of(answer.content)
            copies[days] = answer.content
            assert "-v1-" in answer["Content-Disposition"]
            assert "Version 2" in words_of(carol.get(f"/sla/{contract.pk}/copy.pdf").content)
    text = words_of(copies[3])
    assert copies[3] == copies[40]
    assert "version 1, in force since" in text
    assert "First reply: within 4 business hours, counted in Office." in text
    assert re.search(r"SHA-256 of the terms [0-9a-f]{64}", text)
    with time_machine.travel(now + timedelta(days=3), tick=False):
        for since in ("2020-01-01T00:00:00+00:00", "yesterday"):
            assert acme.client("carol").get(f"/sla/{contract.pk}/copy.pdf", {"since": since}).status_code == 404
