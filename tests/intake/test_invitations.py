"""The calendar part of a mail as a line that people can read."""

from __future__ import annotations

import random
import time
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from accounts.models import Organization, Tenant
from intake.parsing import parse, read_invitation
from intake.services.inviting import invitation_line
from tests.factories.desk import Desk
from tests.intake.mails import take
from tickets.models import Comment

BERLIN = ZoneInfo("Europe/Berlin")


def _ics(*lines: str, method: str = "REQUEST") -> bytes:
    return "\r\n".join(["BEGIN:VCALENDAR", f"METHOD:{method}", "BEGIN:VTIMEZONE", "BEGIN:STANDARD", "DTSTART:16010101T030000",
                        "END:STANDARD", "END:VTIMEZONE", "BEGIN:VEVENT", *lines, "BEGIN:VALARM", "SUMMARY:Reminder",
                        "END:VALARM", "END:VEVENT", "END:VCALENDAR"]).encode()


def _line(*lines: str, method: str = "REQUEST") -> str:
    event = read_invitation(_ics(*lines, method=method))
    assert event is not None
    return invitation_line(event, BERLIN)


@pytest.mark.parametrize(("lines", "said"), [
    (["DTSTART:20261124T130000Z", "DTEND:20261124T140000Z"], "Tue 24 Nov 2026 14:00–15:00 CET"),
    (["DTSTART;TZID=Europe/Berlin:20260724T140000", "DURATION:PT1H30M"], "Fri 24 Jul 2026 14:00–15:30 CEST"),
    (['DTSTART;TZID="W. Europe Standard Time":20261124T140000'], "Tue 24 Nov 2026 14:00 CET"),
    (["DTSTART;TZID=/mozilla.org/20050126_1/America/New_York:20261124T080000"], "Tue 24 Nov 2026 14:00 CET"),
    (["DTSTART;TZID=America/New_York:20261124T200000", "DTEND;TZID=Europe/London:20261125T020000"],
     "Wed 25 Nov 2026 02:00–03:00 CET"),
    (["DTSTART:20261124T140000", "DTEND:20261124T150000"], "Tue 24 Nov 2026 14:00–15:00"),
    (["DTSTART;TZID=Customized Time Zone:20261124T140000"], "Tue 24 Nov 2026 14:00 Customized Time Zone"),
    (["DTSTART;VALUE=DATE:20261124", "DTEND;VALUE=DATE:20261125"], "Tue 24 Nov 2026"),
    (["DTSTART;VALUE=DATE:20261124", "DTEND;VALUE=DATE:20261127"], "Tue 24 Nov 2026–Thu 26 Nov 2026"),
    (["DTSTART:20261124T210000Z", "DTEND:20261125T010000Z"], "Tue 24 Nov 2026 22:00 – Wed 25 Nov 2026 02:00 CET"),
    (["RRULE:FREQ=DAILY;COUNT=99999", "DTSTART:20261124T130000Z"], "Tue 24 Nov 2026 14:00 CET"),
    (["DTSTART:20261124T130000Z", "DTEND:19991124T140000Z"], "Tue 24 Nov 2026 14:00 CET"),
])
def test_when_it_is(lines: list[str], said: str) -> None:
    assert _line(*lines) == f"Invitation: {said}"


def test_what_and_where_it_is_in_one_line() -> None:
    said = _line("SUMMARY;LANGUAGE=de:Go\\, live\\nagain", "LOCATION:Room 4\\; bu", " ilding\u202e B", "DTSTART:20261124T130000Z")
    assert said == "Invitation: Go, live again, Tue 24 Nov 2026 14:00 CET, Room 4; building B"


@pytest.mark.parametrize(("method", "said"), [("CANCEL", "Cancelled invitation: "), ("REPLY", "Answer to the invitation: ")])
def test_what_became_of_it(method: str, said: str) -> None:
    assert _line("DTSTART;VALUE=DATE:20261124", method=method).startswith(said)


@pytest.mark.parametrize("content", [
    b"", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR", _ics("SUMMARY:No date"), _ics("DTSTART:soon"), _ics("DTSTART:00000000T000000Z"),
    _ics("DTSTART:99991231T235959Z"), _ics("DTSTART:20261341T990000Z"), b"\xff\xfe\x00" * 99,
])
def test_what_has_no_date_adds_nothing(content: bytes) -> None:
    assert read_invitation(content) is None


@pytest.mark.parametrize("zone", ["../../etc/passwd", "/etc/passwd", "Europe", "\x00", "a" * 100, "Europe/../..", "."])
def test_a_zone_s_name_is_no_way_to_files(zone: str) -> None:
    assert "Tue 24 Nov 2026 14:00" in _line(f"DTSTART;TZID={zone}:20261124T140000")


def test_any_bytes_are_read_at_once() -> None:
    rng = random.Random(7)
    whole = _ics("SUMMARY:x", "DTSTART;TZID=Europe/Berlin:20261124T140000", "DURATION:PT1H")
    began = time.process_time()
    for _ in range(500):
        read_invitation(bytes(rng.choice(whole) if rng.random() < 0.05 else b for b in whole))
    for shape in (b";", b'";"', b"\r\n ", b":", b"A;", b'A;B="'):
        read_invitation(b"BEGIN:VEVENT\r\nDTSTART" + shape * 1_000_000)
    assert time.process_time() - began < 4


def test_it_stands_in_the_conversation_in_the_customer_s_zone(acme: Desk, now: datetime) -> None:
    Tenant.objects.update(time_zone="America/New_York")
    Organization.objects.filter(name="Customer").update(time_zone="Europe/Berlin")
    ics = _ics("SUMMARY:Go-live", "LOCATION:Room 4", "DTSTART:20261124T130000Z", "DTEND:20261124T140000Z").decode()
    mail = (f"From: {acme.email('carol')}\r\nSubject: Go-live\r\nMessage-ID: <i@x.example>\r\nMIME-Version: 1.0\r\n"
            'Content-Type: multipart/alternative; boundary="e"\r\n\r\n--e\r\nContent-Type: text/plain\r\n\r\nPlease join.\r\n'
            f"--e\r\nContent-Type: text/calendar; method=REQUEST\r\n\r\n{ics}\r\n--e--\r\n").encode()
    ticket = take(mail, acme, now).ticket
    comment = Comment.objects.get(ticket=ticket)
    assert comment.body == "Please join.\n\nInvitation: Go-live, Tue 24 Nov 2026 14:00–15:00 CET, Room 4"
    assert comment.attachments.get().name == "invitation.ics"


def test_an_invitation_without_words_is_its_line(acme: Desk, now: datetime) -> None:
    ics = _ics("SUMMARY:Go-live", "DTSTART:20261124T130000Z").decode()
    mail = (f"From: {acme.email('carol')}\r\nSubject: Go-live\r\nMessage-ID: <i@x.example>\r\n"
            f"Content-Type: text/calendar\r\n\r\n{ics}").encode()
    assert parse(mail).invitation is not None
    ticket = take(mail, acme, now).ticket
    assert Comment.objects.get(ticket=ticket).body == "Invitation: Go-live, Tue 24 Nov 2026 13:00 UTC"
