from __future__ import annotations

import smtplib
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from intake.smtp import Arrival, Handler, make_controller
from supportdesk.launcher.probe import free_port


class Box:
    """Where the wire stores; can be told to fail."""

    def __init__(self) -> None:
        self.kept: list[Arrival] = []
        self.fails = False
        self.room: Any = None

    def store(self, arrival: Arrival) -> str:
        if self.fails:
            raise OSError("disk")
        self.kept.append(arrival)
        return str(len(self.kept))


@pytest.fixture
def wire() -> Iterator[tuple[Box, int]]:
    box = Box()
    port = free_port()
    handler = Handler(box.store, lambda a: a.startswith("support"), 200_000)
    box.room = handler.room
    controller = make_controller(handler, host="127.0.0.1", port=port)
    controller.start()
    yield box, port
    controller.stop()


def send(port: int, data: bytes, to: str = "support@acme.example") -> tuple[int, bytes]:
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
        client.ehlo()
        client.mail("carol@customer.example")
        code, text = client.rcpt(to)
        return (code, text) if code != 250 else client.data(data)


def test_a_stored_message_is_answered_250(wire: Any) -> None:
    box, port = wire
    assert send(port, b"Subject: x\r\n\r\nbody\r\n")[0] == 250
    assert box.kept[0].rcpt_tos == ("support@acme.example",)


def test_an_unknown_recipient_is_refused_550(wire: Any) -> None:
    assert send(wire[1], b"x", "nobody@acme.example")[0] == 550


def test_a_failing_store_is_451_so_that_the_sender_keeps_the_mail(wire: Any) -> None:
    box, port = wire
    box.fails = True
    assert send(port, b"Subject: x\r\n\r\nbody\r\n")[0] == 451


def test_a_message_over_the_limit_is_552(wire: Any) -> None:
    with pytest.raises(smtplib.SMTPResponseException) as refused:
        with smtplib.SMTP("127.0.0.1", wire[1], timeout=10) as client:
            client.sendmail("a@b.example", ["support@acme.example"], b"x" * 300_000)
    assert refused.value.smtp_code == 552


def test_very_long_lines_are_taken(wire: Any) -> None:
    box, port = wire
    assert send(port, b"Subject: x\r\n\r\n" + b"y" * 5_000 + b"\r\n")[0] == 250
    assert b"y" * 5_000 in box.kept[0].data


@pytest.mark.parametrize(("wire_bytes", "kept"), [
    (b".\r\n", b""),
    (b"\r\n.\r\n", b"\r\n"),
    (b"..\r\n.\r\n", b".\r\n"),
    (b"\r\n\r\n..a\r\n.b\r\n\n.\n\r.\r\r\n...\r\n.\r\n", b"\r\n\r\n.a\r\nb\r\n\n.\n\r.\r\r\n..\r\n"),
    (b"x" * 150_000 + b"\r\n" + b"..\r\n" * 5_000 + b".\r\n", b"x" * 150_000 + b"\r\n" + b".\r\n" * 5_000),
])
def test_a_message_ends_with_the_dot_that_stands_alone_and_keeps_its_other_dots(
        wire: Any, wire_bytes: bytes, kept: bytes) -> None:
    box, port = wire
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        answers = client.makefile("rb")
        for line in (b"HELO x", b"MAIL FROM:<a@b.example>", b"RCPT TO:<support@acme.example>", b"DATA"):
            client.sendall(line + b"\r\n")
        for byte in range(min(len(wire_bytes), 8)):  # however the network cuts it
            client.sendall(wire_bytes[byte:byte + 1])
        client.sendall(wire_bytes[8:] + b"NOOP\r\nQUIT\r\n")
        assert [line[:3] for line in answers] == [b"220", b"250", b"250", b"250", b"354", b"250", b"250", b"221"]
    assert box.kept[0].data == kept


def test_a_message_that_turns_out_too_large_is_552_and_the_next_one_is_taken(wire: Any) -> None:
    box, port = wire
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
        client.ehlo()
        for size, code in ((2_000_000, 552), (199_000, 250)):
            client.mail("a@b.example")
            client.rcpt("support@acme.example")
            assert client.data(b"x" * size)[0] == code
    assert len(box.kept) == 1


def test_more_at_once_than_there_is_room_for_is_told_to_come_later(wire: Any) -> None:
    box, port = wire
    box.room.left = 150_000
    assert send(port, b"x" * 160_000)[0] == 452
    assert send(port, b"x" * 140_000)[0] == 250
    assert box.room.left == 150_000


def test_eight_senders_at_once_all_get_through(wire: Any) -> None:
    box, port = wire
    threads = [threading.Thread(target=send, args=(port, f"Subject: {n}\r\n\r\nbody\r\n".encode())) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len(box.kept) == 8
