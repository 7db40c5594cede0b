"""Outlook's winmail.dat (TNEF): the files inside it, with their names."""

from __future__ import annotations

import struct

from intake.parsing.text import decode_bytes

_SIGNATURE = 0x223E9F78
_BEGIN_FILE, _TITLE, _DATA, _BODY, _PROPERTIES = 0x00069002, 0x00018010, 0x0006800F, 0x0002800C, 0x00069005
_LONG_NAME, _UNICODE = 0x3707, 0x001F
_MOST = 200


def files_of(data: bytes) -> list[tuple[str, bytes]]:
    """(name, bytes) of each file; empty when this is no TNEF or holds none. Never raises."""
    found: list[tuple[str, bytes]] = []
    name, content = "", b""
    if len(data) < 6 or struct.unpack_from("<I", data)[0] != _SIGNATURE:
        return []
    at = 6
    while at + 9 <= len(data) and len(found) < _MOST:
        _level, attribute, length = struct.unpack_from("<BII", data, at)
        value = data[at + 9:at + 9 + length]
        at += 9 + length + 2
        if attribute == _BEGIN_FILE:
            found += [(name, content)] if content else []
            name, content = "", b""
        elif attribute == _TITLE and not name:
            name = decode_bytes(value.rstrip(b"\0"), "")
        elif attribute == _DATA:
            content = value
        elif attribute == _PROPERTIES:
            name = _long_name(value) or name
    return [*found, (name, content)] if content else found


def _long_name(value: bytes) -> str:
    """The long file name among MAPI properties, in UTF-16; the short title is 8.3 in some mails."""
    tag = struct.pack("<HH", _UNICODE, _LONG_NAME)
    at = value.find(tag)
    if at == -1 or at + 12 > len(value):
        return ""
    length = struct.unpack_from("<I", value, at + 8)[0]
    return value[at + 12:at + 12 + min(length, 1024)].decode("utf-16-le", "replace").rstrip("\0")
