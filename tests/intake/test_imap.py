"""Against a real Dovecot: the cursor, outages, restarts in the middle, and what is deleted on the server."""

from __future__ import annotations

import contextlib
import shutil
import socket
import ssl
import tempfile
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from django.core.management import call_command

from intake.models import ImapAccount, InboundMessage
from intake.services import poll_due, polling
from tests.factories.desk import Desk
from tests.intake.dovecot import PASSWORD, Dovecot
from tests.intake.mails import clock, support, write
from toolkit.sealing import seal, unseal


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    # Sockets' paths are short and reachable for the user that Dovecot turns into.
    root = Path(tempfile.mkdtemp(prefix="sd-dovecot-"))
    root.chmod(0o755)
    dovecot = Dovecot(root)
    dovecot.start()
    yield dovecot
    dovecot.stop()
    shutil.rmtree(root)


@pytest.fixture
def account(server: Dovecot, acme: Desk, now: datetime, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> ImapAccount:
    """An inbox of the test's own, read from its beginning."""
    if server.server is None:
        server.start()
    monkeypatch.setenv("IMAP_PASSWORD", PASSWORD)
    call_command("imap_account", "acme", support(acme), "127.0.0.1", request.node.name[:40], port=server.port,
                 security="none", history=True)
    clock(now)
    ImapAccount.objects.update(next_at=now)
    return ImapAccount.objects.get()


def _look(at: datetime) -> ImapAccount:
    """One look, whoseever turn it is."""
    ImapAccount.objects.update(next_at=at)
    clock(at)
    assert poll_due(now=at) == 1
    return ImapAccount.objects.get()


def _subjects() -> list[str]:
    return sorted(bytes(r.raw).split(b"Subject: ")[1].split(b"\r\n")[0].decode() for r in InboundMessage.objects.all())


def _mail(desk: Desk, subject: str) -> bytes:
    return write(desk, desk.email("carol"), subject).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def test_mail_is_stored_byte_for_byte_and_stays_on_the_server(server: Dovecot, account: ImapAccount, acme: Desk, now: datetime) -> None:
    raw = _mail(acme, "one") + b"8-bit: \xfc\xff\r\n"
    server.deliver(raw, now - timedelta(hours=2), account.username)
    looked = _look(now)
    row = InboundMessage.objects.get()
    assert (bytes(row.raw), row.way, row.mail_from) == (raw, "imap", acme.email("carol"))
    assert row.received_at == now - timedelta(hours=2)
    assert (looked.last_error, looked.seen_at, looked.last_uid, server.count(account.username)) == ("", now, 1, 1)
    _look(now + timedelta(minutes=1))
    assert InboundMessage.objects.count() == 1


def test_a_restart_in_the_middle_loses_nothing_and_doubles_nothing(
        server: Dovecot, account: ImapAccount, acme: Desk, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(7):
        server.deliver(_mail(acme, f"n{n}"), now, account.username)
    stored, store = [], polling.store_mail

    def dies_after_three(*args, **values):
        if len(stored) == 3:
            server.stop()  # the server goes away under us, before the next one is fetched
        stored.append(store(*args, **values))
        return stored[-1]

    monkeypatch.setattr(polling, "store_mail", dies_after_three)
    looked = _look(now)
    assert looked.last_error
    assert looked.last_uid == len(_subjects())
    monkeypatch.setattr(polling, "store_mail", store)
    server.start()
    looked = _look(now + timedelta(minutes=5))
    assert (_subjects(), looked.last_uid, looked.last_error) == ([f"n{n}" for n in range(7)], 7, "")


def test_a_crash_between_storing_and_moving_the_cursor_keeps_it_once(
        server: Dovecot, account: ImapAccount, acme: Desk, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    server.deliver(_mail(acme, "once"), now, account.username)
    note = polling._note

    def dies(tenant, row, **values):
        if "last_uid" in values:
            raise OSError("killed")
        note(tenant, row, **values)

    monkeypatch.setattr(polling, "_note", dies)
    assert _look(now).last_uid == 0
    monkeypatch.setattr(polling, "_note", note)
    assert _look(now + timedelta(minutes=5)).last_uid == 1
    assert _subjects() == ["once"]


def test_a_day_of_absence_is_filled_in_as_of_each_mail_s_arrival(
        server: Dovecot, account: ImapAccount, acme: Desk, now: datetime) -> None:
    server.deliver(_mail(acme, "before"), now, account.username)
    _look(now)
    for hour in range(1, 24):
        server.deliver(_mail(acme, f"h{hour:02}"), now + timedelta(hours=hour), account.username)
    server.stop()
    assert "Error" in _look(now + timedelta(hours=12)).last_error
    server.start()
    looked = _look(now + timedelta(hours=24))
    assert (looked.last_error, InboundMessage.objects.count()) == ("", 24)
    arrived = sorted(InboundMessage.objects.values_list("received_at", flat=True))
    assert arrived == [now + timedelta(hours=h) for h in range(24)]


def test_a_new_account_leaves_old_mail_alone(server: Dovecot, account: ImapAccount, acme: Desk, now: datetime) -> None:
    ImapAccount.objects.update(takes_history=False)
    server.deliver(_mail(acme, "old"), now, account.username)
    _look(now)
    server.deliver(_mail(acme, "new"), now, account.username)
    _look(now + timedelta(minutes=1))
    assert _subjects() == ["new"]


def test_mail_is_deleted_on_the_server_only_after_it_is_stored(
        server: Dovecot, account: ImapAccount, acme: Desk, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    ImapAccount.objects.update(removes=True)
    server.deliver(_mail(acme, "gone"), now, account.username)
    store = polling.store_mail

    def fails(*_args, **_values):
        raise OSError("disk")

    monkeypatch.setattr(polling, "store_mail", fails)
    _look(now)
    assert server.count(account.username) == 1
    monkeypatch.setattr(polling, "store_mail", store)
    _look(now + timedelta(minutes=5))
    assert (_subjects(), server.count(account.username)) == (["gone"], 0)


def test_a_rebuilt_folder_is_read_again_and_kept_once(server: Dovecot, account: ImapAccount, acme: Desk, now: datetime) -> None:
    server.deliver(_mail(acme, "a"), now, account.username)
    _look(now)
    ImapAccount.objects.update(uid_validity=1)  # as if the server had made its folder anew
    server.deliver(_mail(acme, "b"), now, account.username)
    _look(now + timedelta(minutes=1))
    assert _subjects() == ["a", "b"]


def test_a_message_over_the_limit_stays_and_is_named(server: Dovecot, account: ImapAccount, acme: Desk, now: datetime, settings) -> None:
    settings.MAX_MAIL_BYTES = 5_000
    server.deliver(_mail(acme, "big") + b"x" * 6_000, now, account.username)
    server.deliver(_mail(acme, "small"), now, account.username)
    assert "too large: 1" in _look(now).last_error
    assert _subjects() == ["small"]


def test_a_wrong_password_is_told_and_the_password_is_not_kept_readable(
        server: Dovecot, account: ImapAccount, now: datetime) -> None:
    assert PASSWORD not in account.secret
    assert unseal(account.secret, owner=account.seal_owner) == PASSWORD
    ImapAccount.objects.update(secret=seal("wrong", owner=account.seal_owner))
    looked = _look(now)
    assert "Login" in looked.last_error
    assert looked.seen_at is None


def test_a_server_inside_our_network_is_not_asked(server: Dovecot, account: ImapAccount, now: datetime, settings) -> None:
    settings.IMAP_INSIDE = False
    found = _look(now)
    assert found.last_error.startswith("InsideError")
    assert not InboundMessage.objects.exists()


def test_a_certificate_that_nobody_vouches_for_gets_no_password(account: ImapAccount, now: datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    day = timedelta(days=1)
    real = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, real - day, real + day).sign(key, hashes.SHA256())
    with tempfile.NamedTemporaryFile() as both, socket.create_server(("127.0.0.1", 0)) as listener:
        both.write(made.public_bytes(Encoding.PEM) + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        both.flush()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(both.name)
        serving = threading.Thread(target=_greet, args=(listener, context))
        serving.start()
        ImapAccount.objects.update(security="tls", port=listener.getsockname()[1])
        error = _look(now).last_error
        serving.join(5)
    assert error.startswith("SSLCertVerificationError")


def _greet(listener: socket.socket, context: ssl.SSLContext) -> None:
    """A server that would take any password."""
    plain, _peer = listener.accept()
    with contextlib.suppress(OSError), context.wrap_socket(plain, server_side=True) as wire:
        wire.sendall(b"* OK come in\r\n")
        wire.recv(1000)
