"""The SMTP wire: a message is answered 250 only after it has been stored. No rules live here; they are handed in."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass

from aiosmtpd.controller import Controller
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from intake.smtp_data import InPieces, Room

logger = logging.getLogger(__name__)

MOST_RECIPIENTS = 50
IDLE_SECONDS = 120
AT_ONCE = 4  # mails of the largest size that may be on their way in together, in bytes


@dataclass(frozen=True)
class Arrival:
    """What came over the wire: the envelope and the bytes."""

    mail_from: str
    rcpt_tos: tuple[str, ...]
    data: bytes
    peer: str


class Handler:
    """aiosmtpd's hooks. The callables run in threads, so that one slow store doesn't hold up the others."""

    def __init__(self, store: Callable[[Arrival], str], is_known: Callable[[str], bool], most_bytes: int, *,
                 is_lmtp: bool = False) -> None:
        self.store, self.is_known, self.most_bytes, self.is_lmtp = store, is_known, most_bytes, is_lmtp
        self.room = Room(AT_ONCE * most_bytes)

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope,
                          address: str, rcpt_options: list[str]) -> str:
        """550 for an address that nobody reads here; 451 when that can't be found out now."""
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients, send the rest separately"
        try:
            known = await asyncio.to_thread(self.is_known, address)
        except Exception:
            logger.exception("recipient %r could not be looked up", address[:200])
            return "451 4.3.0 The desk can't look up addresses right now, try again later"
        if not known:
            return "550 5.1.1 No support desk reads mail at this address"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(rcpt_options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """One answer, or with LMTP one for each recipient (RFC 2033): all were stored, or none was."""
        answer = await self._keep(session, envelope)
        return "\r\n".join([answer] * len(envelope.rcpt_tos)) if self.is_lmtp else answer

    async def _keep(self, session: Session, envelope: Envelope) -> str:
        """250 after the commit; any failure on our side is 451, so that the sender's server keeps the mail."""
        assert isinstance(envelope.content, bytes)  # noqa: S101 -- as InPieces hands it over
        arrival = Arrival(envelope.mail_from or "", tuple(envelope.rcpt_tos), envelope.content,
                          str(session.peer[0]) if session.peer else "")
        try:
            kept = await asyncio.to_thread(self.store, arrival)
        except Exception:
            logger.exception("a message from %r could not be stored", arrival.mail_from[:200])
            return "451 4.3.0 The desk can't store mail right now, try again later"
        return f"250 2.0.0 Kept as {kept}"


class _LmtpServer(InPieces, LMTP):
    """LMTP with the same DATA."""


class _Controller(Controller):
    def factory(self) -> SMTP:
        server = _LmtpServer if self.handler.is_lmtp else InPieces
        return server(self.handler, **self.SMTP_kwargs)


def make_controller(handler: Handler, *, host: str, port: int, server_name: str = "supportdesk") -> Controller:
    """A listener in a thread of its own: `.start()`, `.stop()`."""
    return _Controller(
        handler, hostname=host, port=port, ready_timeout=10,
        server_kwargs={"data_size_limit": handler.most_bytes, "enable_SMTPUTF8": True, "decode_data": False,
                       "hostname": server_name, "timeout": IDLE_SECONDS, "ident": "supportdesk"})
