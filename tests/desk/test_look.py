from __future__ import annotations

import struct
import zlib
from datetime import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import AuditEvent, Tenant
from notifications.models import OutboxMessage
from notifications.rendering import render_mail
from tests.desk.test_rooms import save
from tests.factories.desk import Desk
from toolkit.colours import ENOUGH, contrast, readable
from toolkit.pictures import clean_png


def _part(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int = 64, height: int = 64, extra: bytes = b"") -> bytes:
    """A grey picture."""
    rows = zlib.compress((b"\0" + b"\x80" * width) * height)
    return (b"\x89PNG\r\n\x1a\n" + _part(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)) + extra
            + _part(b"IDAT", rows) + _part(b"IEND", b""))


def _file(data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("logo.png", data, "image/png")


def _place(desk: Desk) -> str:
    return f"/desk/settings/look/{desk.tenant.pk}"


def test_colour_and_logo_are_worn_by_portal_sign_in_desk_and_mails(acme: Desk, globex: Desk, now: datetime) -> None:
    answer = save(acme.client("alice"), _place(acme), colour="#8A1C5B", picture=_file(png(extra=_part(b"tEXt", b"secret\0place"))))
    assert answer.status_code == 303
    tenant = Tenant.objects.get(pk=acme.tenant.pk)
    address = f"/look/{tenant.logo}"
    assert tenant.colour == "#8a1c5b"
    for who, path in (("carol", "/"), ("", "/account/login/"), ("alice", "/desk/views/queue"), ("alice", _place(acme)),
                      ("alice", "/desk/settings/mails/ticket_received/en")):
        assert address in acme.client(who).get(path).content.decode(), path
    acme.ticket(at=now)
    row = OutboxMessage.objects.select_related("ticket__requester", "person").first()
    html = render_mail(row, tenant, now=now).alternatives[0][0]
    assert f"acme.localhost{address}" in html.replace(":8000", "")
    assert "border-top:3px solid #8a1c5b" in html
    picture = acme.client("").get(address)
    assert (picture["Content-Type"], picture["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert "sandbox" in picture["Content-Security-Policy"]
    data = b"".join(picture.streaming_content)
    assert data.startswith(b"\x89PNG")
    assert b"secret" not in data
    assert globex.client("").get(address).status_code == 404
    assert AuditEvent.objects.latest("id").changes["colour"] == [None, "#8a1c5b"]


def test_without_a_logo_the_letter_stands_in_the_colour_and_the_old_picture_stays_for_old_mails(acme: Desk) -> None:
    alice = acme.client("alice")
    save(alice, _place(acme), colour="#8a1c5b", picture=_file(png()))
    old = Tenant.objects.get(pk=acme.tenant.pk).logo
    save(alice, _place(acme), no_picture="on")
    page = acme.client("carol").get("/").content.decode()
    assert "mark--logo" not in page
    assert 'fill="#8a1c5b"' in page
    assert acme.client("").get(f"/look/{old}").status_code == 200


@pytest.mark.parametrize(("field", "value", "words"), [
    ("colour", "#ffd23f", b"contrast is 1.4 to 1"), ("colour", "red", b"such as #1f55c4"),
    ("colour", "#1f55c4;}", b"such as #1f55c4"),
    ("picture", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", b"Choose a PNG picture"),
    ("picture", b"\x89PNG\r\n\x1a\n" + _part(b"IHDR", b"") + _part(b"IEND", b""), b"Choose a PNG picture"),
    ("picture", png()[:-9], b"Choose a PNG picture"), ("picture", png(8, 8), b"8 by 8"),
    ("picture", png(extra=_part(b"tEXt", b"x" * 200_000)), b"at most 100 KB")])
def test_what_could_not_be_read_or_trusted_is_refused_and_says_why(field: str, value: str | bytes, words: bytes, acme: Desk) -> None:
    answer = save(acme.client("alice"), _place(acme), **{field: _file(value) if isinstance(value, bytes) else value})
    assert answer.status_code == 422
    assert words in answer.content
    assert Tenant.objects.get(pk=acme.tenant.pk).colour == ""


def test_the_shade_that_is_offered_is_near_and_can_be_read() -> None:
    for colour in ("#ffd23f", "#ffffff", "#1f9fe0", "#00ff00"):
        assert ENOUGH <= contrast(readable(colour)) < ENOUGH + 0.4
    assert readable("#1f55c4") == "#1f55c4"


def test_what_follows_a_picture_s_end_is_cut() -> None:
    assert clean_png(png() + b"<script>") == (png(), 64, 64)
