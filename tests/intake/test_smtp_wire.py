from __future__ import annotations

import smtplib
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from intake.smtp import Arrival, Handler, make_controller


class Box:
    """Where the wire stores; can be told to fail."""

    def __init__(self) -> None:
        self.kept: list[Arrival] = []
        self.fails = False

    def store(self, arrival: Arrival) -> str:
        if self.fails:
            raise OSError("disk")
        self.kept.append(arrival)
        return str(len(self.kept))


@pytest.fixture
def wire() -> Iterator[tuple[Box, int]]:
    box = Box()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = make_controller(Handler(box.store, lambda a: a.startswith("support"), 200_000), host="127.0.0.1",
                                 port=port)
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


def test_eight_senders_at_once_all_get_through(wire: Any) -> None:
    box, port = wire
    threads = [threading.Thread(target=send, args=(port, f"Subject: {n}\r\n\r\nbody\r\n".encode())) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len(box.kept) == 8
