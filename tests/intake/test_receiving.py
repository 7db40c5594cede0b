"""Mail on standard input, and over LMTP."""

from __future__ import annotations

import io
import smtplib
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import OperationalError

from intake.management.commands import receive_mail
from intake.models import InboundMessage
from intake.smtp import Arrival, Handler, make_controller
from supportdesk.launcher.probe import free_port
from tests.factories.desk import Desk
from tests.intake.mails import support, write


def _pipe(monkeypatch: pytest.MonkeyPatch, raw: bytes, *arguments: str) -> None:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(raw)))
    call_command("receive_mail", *arguments)


def test_a_piped_mail_is_kept_for_whom_its_headers_name(acme: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = b"Return-Path: <carol@bounce.example>\r\n" + write(acme, acme.email("carol"), to=f"x@y.example, {support(acme)}")
    for _ in range(2):
        _pipe(monkeypatch, raw)
    row = InboundMessage.objects.get()
    assert (bytes(row.raw), row.rcpt_to, row.mail_from, row.way) == (raw, support(acme), "carol@bounce.example", "command")


def test_the_envelope_can_be_given(acme: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    _pipe(monkeypatch, b"anything", "--to", support(acme), "--from", "x@y.example")
    assert InboundMessage.objects.get().mail_from == "x@y.example"


def test_the_exit_code_tells_the_mail_server_what_to_do(acme: Desk, monkeypatch: pytest.MonkeyPatch, settings) -> None:
    with pytest.raises(CommandError) as nobody:
        _pipe(monkeypatch, write(acme, "a@b.example", to="nobody@elsewhere.example"))
    assert nobody.value.returncode == 67

    def away(*_args: object, **_values: object) -> None:
        raise OperationalError("the database is away")

    monkeypatch.setattr(receive_mail, "receive_mail", away)
    with pytest.raises(CommandError) as later:
        _pipe(monkeypatch, b"x")
    assert later.value.returncode == 75
    settings.MAX_MAIL_BYTES = 10
    with pytest.raises(CommandError) as large:
        _pipe(monkeypatch, b"x" * 11)
    assert large.value.returncode == 65


def test_lmtp_answers_for_each_recipient(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[Arrival] = []

    def store(arrival: Arrival) -> str:
        if b"fail" in arrival.data:
            raise OSError("disk")
        kept.append(arrival)
        return "7"

    port = free_port()
    controller = make_controller(Handler(store, lambda a: "support" in a, 100_000, is_lmtp=True), host="127.0.0.1", port=port)
    controller.start()
    try:
        with smtplib.LMTP("127.0.0.1", port) as client:
            client.ehlo()
            for wanted, text in ((250, b"fine"), (451, b"fail")):
                client.mail("a@b.example")
                assert client.rcpt("support@acme.example")[0] == 250
                assert client.rcpt("support@globex.example")[0] == 250
                assert client.rcpt("nobody@globex.example")[0] == 550
                assert client.data(text)[0] == wanted
                assert client.getreply()[0] == wanted  # the second recipient's
    finally:
        controller.stop()
    assert kept[0].rcpt_tos == ("support@acme.example", "support@globex.example")
