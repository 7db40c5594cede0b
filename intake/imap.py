"""The IMAP wire: a folder's messages beyond a cursor, byte for byte, without marking any of them as read."""

from __future__ import annotations

import imaplib
import re
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from imap_tools import BaseMailBox
from imap_tools.errors import ImapToolsError

from intake.enums import ImapSecurity
from intake.models import ImapAccount
from toolkit.outside import connect
from toolkit.sealing import SealError, unseal

SECONDS = 30
SESSION_SECONDS = 280  # less than an account's lease
_LAST_UID = 2**32 - 1
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
# What can go wrong with somebody else's server; the next look tries again.
ImapTrouble = (ImapToolsError, imaplib.IMAP4.error, OSError, ValueError, OverflowError, SealError)


@dataclass(frozen=True)
class Found:
    """A message on the server; `raw` is None when it is over the size limit."""

    uid: int
    raw: bytes | None
    arrived_at: datetime | None


class _Line:
    """A connection that ends when its time is up: a server that says a letter now and then must not hold up the others."""

    def __init__(self) -> None:
        self._timer: threading.Timer | None = None

    def open(self, host: str, port: int) -> socket.socket:
        """Reach the server; its time begins."""
        reached = connect(host, port, seconds=SECONDS, may_be_inside=settings.IMAP_INSIDE)
        self._twin = reached.dup()  # outlives the wrapping for TLS
        self._timer = threading.Timer(SESSION_SECONDS, self._end)
        self._timer.daemon = True
        self._timer.start()
        return reached

    def _end(self) -> None:
        with suppress(OSError):
            self._twin.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Done in time."""
        if self._timer is not None:
            self._timer.cancel()
            self._twin.close()


class _Plain(imaplib.IMAP4):
    def __init__(self, line: _Line, host: str, port: int) -> None:
        self.line = line
        super().__init__(host, port)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        return self.line.open(self.host, self.port)

    def read(self, size: int) -> bytes:
        """Refuses what is announced as larger than any mail may be, whatever size it gave before."""
        if size > settings.MAX_MAIL_BYTES:
            raise self.abort(f"the server announces {size} bytes")
        return super().read(size)


class _Tls(_Plain):
    def _create_socket(self, timeout: float | None) -> socket.socket:
        return ssl.create_default_context().wrap_socket(super()._create_socket(timeout), server_hostname=self.host)


class _Box(BaseMailBox):
    """imap-tools on a connection of ours: the certificate is checked, which neither it nor imaplib does by itself."""

    def __init__(self, account: ImapAccount, line: _Line) -> None:
        self._account, self._line = account, line
        super().__init__()

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        host, port, kind = self._account.host, self._account.port, ImapSecurity(self._account.security)
        if kind == ImapSecurity.TLS:
            return _Tls(self._line, host, port)
        client = _Plain(self._line, host, port)
        if kind == ImapSecurity.STARTTLS:
            client.starttls(ssl.create_default_context())
        return client


def _uid(given: str | int | bytes) -> int:
    """A number as RFC 3501 knows them."""
    if not 0 <= int(given) <= _LAST_UID:
        raise ValueError("the server gave a UID that is none")
    return int(given)


class Folder:
    """An open folder."""

    def __init__(self, box: BaseMailBox, name: str) -> None:
        status = box.folder.status(name, ["UIDVALIDITY", "UIDNEXT"])
        self.box, self.validity, self.next_uid = box, _uid(status["UIDVALIDITY"]), _uid(status["UIDNEXT"])

    def beyond(self, uid: int, most_bytes: int) -> Iterator[Found]:
        """The messages with a higher UID, lowest first, each fetched when its turn comes."""
        client = self.box.client
        answer = client.uid("SEARCH", f"UID {uid + 1}:*")
        # `n:*` always names the last message, also when its UID is below n.
        for wanted in sorted(n for n in map(_uid, (answer[1][0] or b"").split()) if n > uid):
            yield self._fetch(wanted, most_bytes)

    def _fetch(self, uid: int, most_bytes: int) -> Found:
        _ok, about = self.box.client.uid("FETCH", str(uid), "(RFC822.SIZE INTERNALDATE)")
        line = b" ".join(p for p in about if isinstance(p, bytes))
        size = _SIZE.search(line)
        parsed = imaplib.Internaldate2tuple(line)
        arrived = datetime(*parsed[:6]).astimezone() if parsed else None
        if size and int(size[1]) > most_bytes:
            return Found(uid, None, arrived)
        _ok, data = self.box.client.uid("FETCH", str(uid), "(BODY.PEEK[])")
        raw = next((p[1] for p in data if isinstance(p, tuple)), None)
        if raw is None:
            raise ValueError(f"the server gave no body for message {uid}")
        return Found(uid, bytes(raw), arrived)

    def remove(self, uid: int) -> None:
        """Delete one message for good."""
        self.box.delete(str(uid))


@contextmanager
def open_folder(account: ImapAccount) -> Iterator[Folder]:
    """Sign in and select the account's folder."""
    line = _Line()
    try:
        with _Box(account, line).login(
                account.username, unseal(account.secret, owner=account.seal_owner), initial_folder=account.folder) as box:
            yield Folder(box, account.folder)
    finally:
        line.close()
