"""A message's bytes off the wire in large pieces.

aiosmtpd takes them line by line, which costs seconds and hundreds of megabytes for a mail of 50 MB, and counts the
minutes of a slow sender as idle ones.
"""

from __future__ import annotations

import asyncio
from io import BytesIO

from aiosmtpd.smtp import SMTP, syntax

PIECE = 256 * 1024  # the reader's limit: of about this size pieces are
_END = b"\r\n.\r\n"  # nothing else ends a message: what smuggles a second one into it counts on less


class Room:
    """How many bytes all messages on their way in may take together: many large ones at once must not fill the memory."""

    def __init__(self, most: int) -> None:
        self.left = most


class Incoming:
    """One message while it comes in: kept as long as it may be, then only counted."""

    def __init__(self, room: Room, most: int) -> None:
        self.room, self.most = room, most
        self.size, self.taken, self.refusal = 0, 0, ""
        self._bytes = BytesIO()

    def add(self, piece: bytes) -> None:
        """Take the next piece; over a limit, let go of all."""
        self.size += len(piece)
        if self.size > self.most + len(_END):
            self._refuse(f"552 5.3.4 Larger than {self.most // 1_048_576} MB: send a link, or use the portal")
        elif self.room.left < len(piece):
            self._refuse("452 4.3.1 Too many large messages at once, try again later")
        if not self.refusal:
            self.room.left -= len(piece)
            self.taken += len(piece)
            self._bytes.write(piece)

    def _refuse(self, refusal: str) -> None:
        self.refusal = self.refusal or refusal
        self.close()

    def message(self) -> bytes:
        """The whole, without its final dot and with the dots that were doubled for the wire as they were."""
        self._bytes.truncate(max(0, self.size - len(b".\r\n")))
        whole = self._bytes.getvalue()
        self._bytes = BytesIO()
        if whole.startswith(b"."):
            whole = whole[1:]
        return whole.replace(b"\r\n.", b"\r\n")

    def close(self) -> None:
        """Give the room back."""
        self.room.left += self.taken
        self.taken, self._bytes = 0, BytesIO()


class InPieces(SMTP):
    """DATA as above; the rest is aiosmtpd's."""

    line_length_limit = PIECE

    @syntax("DATA")
    async def smtp_DATA(self, arg: str) -> None:
        """Take a message and hand it to the handler (RFC 5321, 4.1.1.4)."""
        if await self.check_helo_needed() or await self.check_auth_needed("DATA"):
            return
        if self.envelope is None or not self.envelope.rcpt_tos:
            await self.push("503 Error: need RCPT command")
            return
        if arg:
            await self.push("501 Syntax: DATA")
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        incoming = Incoming(self.event_handler.room, self.data_size_limit or 0)
        try:
            await self._read_into(incoming)
            status = incoming.refusal
            if not status:
                self.envelope.content = incoming.message()
                status = await self._call_handler_hook("DATA")
        except asyncio.CancelledError:  # the sender is gone
            self._writer.close()
            raise
        finally:
            incoming.close()
        self._set_post_data_state()  # type: ignore[no-untyped-call]
        await self.push(status)

    async def _read_into(self, incoming: Incoming) -> None:
        """Read up to the dot that stands alone; what follows it stays for the next command."""
        # The break before that dot may be that of DATA itself, so it is put back before the message.
        self._reader._buffer[:0] = b"\r\n"  # type: ignore[attr-defined]
        start = 2
        while True:
            try:
                piece = await self._reader.readuntil(_END)
            except asyncio.LimitOverrunError as more:
                incoming.add((await self._reader.readexactly(more.consumed))[start:])
                self._reset_timeout()
                start = 0
            else:
                incoming.add(piece[start:])
                return
