"""PNG pictures from outside: only what draws is kept, and only if it is what it says."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_DRAWS = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")


def clean_png(data: bytes) -> tuple[bytes, int, int]:
    """The picture without texts, profiles and whatever stands after its end; its width and height.

    Raises ValueError when it isn't a whole PNG.
    """
    kept, size = [_SIGNATURE], (0, 0)
    for kind, body in _chunks(data):
        if kind == b"IHDR":
            if len(body) != 13:
                raise ValueError("damaged")
            size = struct.unpack(">II", body[:8])
        if kind in _DRAWS:
            kept.append(struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)))
        if kind == b"IEND":
            return b"".join(kept), *size
    raise ValueError("no end")


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and body of each part, the head first; each is whole."""
    if not data.startswith(_SIGNATURE) or data[12:16] != b"IHDR":
        raise ValueError("no PNG")
    at = len(_SIGNATURE)
    while at + 12 <= len(data):
        length, kind = struct.unpack(">I4s", data[at:at + 8])
        body, check = data[at + 8:at + 8 + length], data[at + 8 + length:at + 12 + length]
        if len(check) < 4 or struct.unpack(">I", check)[0] != zlib.crc32(kind + body):
            raise ValueError("damaged")
        yield kind, body
        at += 12 + length
