"""The words inside a mail that is signed by being wrapped up (S/MIME, `application/pkcs7-mime`): readable by anybody.

Only as much of CMS (RFC 5652) as leads to the content; whether the signature holds is not looked at.
"""

from __future__ import annotations

_SEQUENCE, _SET, _INTEGER, _NAME, _WRAPPED, _OCTETS, _OCTET_PIECES = 0x30, 0x31, 0x02, 0x06, 0xA0, 0x04, 0x24
_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")


def signed_content(data: bytes) -> bytes:
    """The MIME entity that was signed; empty where this is no signed data (encrypted, for one). Never raises."""
    try:
        at = _into(data, 0, _SEQUENCE)
        start, end = _span(data, at, _NAME)
        if data[start:end] != _SIGNED_DATA:
            return b""
        at = _into(data, _into(data, end, _WRAPPED), _SEQUENCE)
        at = _span(data, _span(data, at, _INTEGER)[1], _SET)[1]  # version, digest algorithms
        at = _span(data, _into(data, at, _SEQUENCE), _NAME)[1]
        return _octets(data, _into(data, at, _WRAPPED))
    except (IndexError, ValueError):
        return b""


def _length(data: bytes, at: int) -> tuple[int, int]:
    """(where the content begins, its length); -1 where the length is left open."""
    first = data[at]
    if first == 0x80:
        return at + 1, -1
    if first < 0x80:
        return at + 1, first
    begin = at + 1 + (first & 0x7F)
    if begin > len(data) or first > 0x84:
        raise ValueError("a length that is too long")
    return begin, int.from_bytes(data[at + 1:begin], "big")


def _into(data: bytes, at: int, tag: int) -> int:
    """Where the content of what stands here begins."""
    if data[at] != tag:
        raise ValueError("something else stands here")
    return _length(data, at + 1)[0]


def _span(data: bytes, at: int, tag: int) -> tuple[int, int]:
    """(begin, end) of the content of what stands here."""
    begin = _into(data, at, tag)
    length = _length(data, at + 1)[1]
    if length < 0 or begin + length > len(data):
        raise ValueError("no end in sight")
    return begin, begin + length


def _octets(data: bytes, at: int) -> bytes:
    """A string of bytes, in one piece or in pieces up to their end mark."""
    if data[at] == _OCTETS:
        begin, end = _span(data, at, _OCTETS)
        return data[begin:end]
    at, length = _into(data, at, _OCTET_PIECES), _length(data, at + 1)[1]
    end, pieces = len(data) if length < 0 else at + length, []
    while at < end and data[at] == _OCTETS:
        begin, at = _span(data, at, _OCTETS)
        pieces.append(data[begin:at])
    return b"".join(pieces)
