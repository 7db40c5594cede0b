"""The IMAP wire: a folder's messages beyond a cursor, byte for byte, without marking any of them as read."""

from __future__ import annotations

import imaplib
import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
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
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
# What can go wrong with somebody else's server; the next look tries again.
ImapTrouble = (ImapToolsError, imaplib.IMAP4.error, OSError, ValueError, SealError)


@dataclass(frozen=True)
class Found:
    """A message on the server; `raw` is None when it is over the size limit."""

    uid: int
    raw: bytes | None
    arrived_at: datetime | None


def _reach(host: str, port: int) -> socket.socket:
    return connect(host, port, seconds=SECONDS, may_be_inside=settings.IMAP_INSIDE)


class _Plain(imaplib.IMAP4):
    def _create_socket(self, timeout: float | None) -> socket.socket:
        return _reach(self.host, self.port)


class _Tls(imaplib.IMAP4_SSL):
    def _create_socket(self, timeout: float | None) -> socket.socket:
        return self.ssl_context.wrap_socket(_reach(self.host, self.port), server_hostname=self.host)


class _Box(BaseMailBox):
    """imap-tools on a connection of ours: the certificate is checked, which neither it nor imaplib does by itself."""

    def __init__(self, account: ImapAccount) -> None:
        self._account = account
        super().__init__()

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        host, port, kind = self._account.host, self._account.port, ImapSecurity(self._account.security)
        if kind == ImapSecurity.TLS:
            return _Tls(host, port, ssl_context=ssl.create_default_context())
        client = _Plain(host, port)
        if kind == ImapSecurity.STARTTLS:
            client.starttls(ssl.create_default_context())
        return client


class Folder:
    """An open folder."""

    def __init__(self, box: BaseMailBox, name: str) -> None:
        status = box.folder.status(name, ["UIDVALIDITY", "UIDNEXT"])
        self.box, self.validity, self.next_uid = box, int(status["UIDVALIDITY"]), int(status["UIDNEXT"])

    def beyond(self, uid: int, most_bytes: int) -> Iterator[Found]:
        """The messages with a higher UID, lowest first, each fetched when its turn comes."""
        client = self.box.client
        answer = client.uid("SEARCH", f"UID {uid + 1}:*")
        # `n:*` always names the last message, also when its UID is below n.
        for wanted in sorted(n for n in map(int, (answer[1][0] or b"").split()) if n > uid):
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
    with _Box(account).login(
            account.username, unseal(account.secret, owner=account.seal_owner), initial_folder=account.folder) as box:
        yield Folder(box, account.folder)
