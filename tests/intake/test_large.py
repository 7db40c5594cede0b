"""A mail of many megabytes: quick, in bounded memory, and byte for byte what was sent."""

from __future__ import annotations

import base64
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import transaction

from intake.models import InboundMessage
from intake.parsing import ParsedMail, parse
from intake.raw import LARGE, raw_of
from intake.services import process_due, store_mail
from tests.factories.desk import Desk
from tests.intake.mails import clock, support
from tickets.models import Attachment, Comment

MB = 1024 * 1024
SIZE = 20 * MB
PACE = 0.007  # seconds for `_pace` on a processor at rest: what others slow down is measured beside what they do
SECONDS, TIMES_ITS_SIZE = 2.0 * SIZE / (50 * MB), 5.0  # of 50 MB: two seconds, and 250 MB that a step may add
_PEAK = Path("/proc/self/clear_refs")


def _pace() -> float:
    """Seconds of processor for a fixed piece of work."""
    began = time.process_time()
    sum(number * number for number in range(200_000))
    return time.process_time() - began


@contextmanager
def bounded() -> Iterator[None]:
    """Not more of our own processor and memory than the limits; what else runs on the machine doesn't count."""
    if _PEAK.exists():
        _PEAK.write_text("5")  # forget the peak until now (Linux)
    pace = sorted(_pace() for _ in range(3))[1]
    before, began = _memory("VmRSS"), time.process_time()
    yield
    taken = time.process_time() - began
    assert taken < SECONDS * max(1.0, pace / PACE)
    assert _memory("VmHWM") - before < SIZE * TIMES_ITS_SIZE


def _memory(name: str) -> int:
    status = Path("/proc/self/status")
    line = next(x for x in status.read_text().splitlines() if x.startswith(f"{name}:")) if status.exists() else "x 0 kB"
    return int(line.split()[1]) * 1024


def _head(desk: Desk, kind: str) -> bytes:
    return (f"From: Carol <{desk.email('carol')}>\r\nTo: {support(desk)}\r\nSubject: Large\r\nMessage-ID: <large@x.example>\r\n"
            f"MIME-Version: 1.0\r\nContent-Type: {kind}\r\n").encode()


def _with_file(desk: Desk, content: bytes) -> bytes:
    return (_head(desk, 'multipart/mixed; boundary="edge"')
            + b"\r\n--edge\r\nContent-Type: text/plain\r\n\r\nSee the log.\r\n--edge\r\nContent-Type: application/zip\r\n"
              b'Content-Disposition: attachment; filename="log.zip"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
            + base64.encodebytes(content).replace(b"\n", b"\r\n") + b"--edge--\r\n")


def test_a_large_file_arrives_whole_quickly_and_in_bounded_memory(acme: Desk, now: datetime) -> None:
    clock(now)
    content = os.urandom(SIZE * 7 // 10)
    raw = _with_file(acme, content)
    with bounded():
        ids = store_mail(raw, mail_from="c@x.example", rcpt_tos=[support(acme)], at=now)
    with bounded():
        process_due(now=now)
    row = InboundMessage.objects.defer("raw").get(pk=ids[0])
    assert (row.state, raw_of(row) == raw) == ("ticket", True)
    file = Attachment.objects.get(ticket=row.ticket)
    with default_storage.open(file.storage_key) as stored:
        assert (file.name, stored.read() == content) == ("log.zip", True)


@pytest.mark.parametrize(("encoding", "line", "shown"), [
    ("8bit", "Überlauf der Pumpe, Zeile um Zeile".encode(), "Überlauf der Pumpe, Zeile um Zeile"),
    ("quoted-printable", b"=C3=9Cberlauf der Pumpe, Zeile um Zeile", "Überlauf der Pumpe, Zeile um Zeile"),
    ("base64", base64.b64encode("Überlauf der Pumpe, Zeile um Zeile, ein wenig länger\n".encode()), "Überlauf der Pumpe"),
])
def test_a_large_text_is_shown_to_a_length_and_attached_whole(
        acme: Desk, now: datetime, encoding: str, line: bytes, shown: str) -> None:
    clock(now)
    lines = SIZE // (len(line) + 2)
    raw = _head(acme, "text/plain; charset=utf-8") + f"Content-Transfer-Encoding: {encoding}\r\n\r\n".encode() + (
        line + b"\r\n") * lines
    ids = store_mail(raw, mail_from="c@x.example", rcpt_tos=[support(acme)], at=now)
    with bounded():
        process_due(now=now)
    row = InboundMessage.objects.defer("raw").get(pk=ids[0])
    comment, file = Comment.objects.get(ticket=row.ticket), Attachment.objects.get(ticket=row.ticket)
    assert comment.body.startswith(shown)
    assert comment.body.endswith("The whole text is attached.")
    assert "�" not in comment.body
    with default_storage.open(file.storage_key) as stored:
        assert stored.read().count("Überlauf".encode()) == lines


def test_a_large_text_in_another_charset_is_attached_as_utf_8() -> None:
    line = "Überlauf der Pumpe\r\n"
    mail = parse(b"From: a@b.example\r\nContent-Type: text/plain; charset=utf-16-le\r\n\r\n" + line.encode("utf-16-le") * 60_000)
    assert mail.text.startswith("Überlauf der Pumpe\nÜberlauf")
    assert mail.attachments[0].content.decode() == line * 60_000


def _nested(_line: bytes) -> bytes:
    return b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(2_000)) + b"x" * SIZE


HOSTILE: dict[str, Callable[[bytes], bytes]] = {
    "nested": _nested,
    "delimiters that are none": lambda head: head + b'Content-Type: multipart/mixed; boundary="e"\r\n\r\n' + b"--ex\r\n" * (SIZE // 6),
    "almost a delimiter": lambda head: head + b'Content-Type: multipart/mixed; boundary="%s"\r\n\r\n' % (b"a" * 66 + b"b") + (
        b"--" + b"a" * SIZE),
    "one line": lambda head: head + b"Content-Type: text/html\r\n\r\n" + b"<" * SIZE,
    "paddings": lambda head: head + b"Content-Transfer-Encoding: base64\r\n\r\n" + b"QQ==" * (SIZE // 4),
    "base64 of nothing": lambda head: head + b"Content-Transfer-Encoding: base64\r\n\r\n" + b"=\r\n" * (SIZE // 3),
    "many pages": lambda head: head + b'Content-Type: multipart/mixed; boundary="e"\r\n\r\n' + (
        b"--e\r\nContent-Type: text/html\r\n\r\n" + b"<p>w <b>b</b> </p>\r\n" * (SIZE // 190 // 20)) * 190,
    "uuencoded lines of nothing": lambda head: head + b"Content-Transfer-Encoding: x-uue\r\n\r\n" + b"!\r\n" * (SIZE // 3),
    "a charset that is none": lambda head: head + b"Content-Type: text/plain; charset=idna\r\n\r\n" + b"abcdee." * (SIZE // 7),
    "empty lines": lambda head: head + b"\r\n" * (SIZE // 2),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_shapes_of_any_size_are_bounded(name: str) -> None:
    raw = HOSTILE[name](b"From: a@b.example\r\nSubject: x\r\n")
    with bounded():
        assert isinstance(parse(raw), ParsedMail)


def test_pages_that_are_too_many_are_files() -> None:
    page = b"--e\r\nContent-Type: text/html\r\n\r\n" + b"<p>word</p>\r\n" * 15_000
    mail = parse(b'From: a@b.example\r\nContent-Type: multipart/mixed; boundary="e"\r\n\r\n' + page * 4)
    assert [len(part.content) > 190_000 for part in mail.attachments if part.content_type == "text/html"] == [True, True]
    assert mail.text.startswith("word")


def test_a_large_mail_to_two_mailboxes_is_kept_twice_and_a_repeated_delivery_once(
        acme: Desk, globex: Desk, now: datetime) -> None:
    raw = _head(acme, "text/plain") + b"\r\n" + os.urandom(LARGE)
    both = [support(acme), support(globex)]
    first = store_mail(raw, mail_from="c@x.example", rcpt_tos=both, at=now)
    assert len(set(first)) == 2
    assert store_mail(raw, mail_from="c@x.example", rcpt_tos=both, at=now) == first
    assert store_mail(raw, mail_from="c@x.example", rcpt_tos=["nobody@nowhere.example"], at=now) == []
    assert raw_of(InboundMessage.objects.defer("raw").get(pk=first[0])) == raw


def test_a_large_mail_whose_storing_is_taken_back_leaves_nothing_behind(acme: Desk, now: datetime) -> None:
    raw = _head(acme, "text/plain") + b"\r\n" + bytes(LARGE)
    mark = transaction.savepoint()
    store_mail(raw, mail_from="c@x.example", rcpt_tos=[support(acme)], at=now)
    transaction.savepoint_rollback(mark)
    assert store_mail(raw, mail_from="c@x.example", rcpt_tos=[support(acme)], at=now)
    assert InboundMessage.objects.count() == 1
