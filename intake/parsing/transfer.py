"""A part's content out of its transfer encoding; broken encodings give what can be had."""

from __future__ import annotations

import binascii
import re

from intake.parsing.mime import Node

_BASE64, _NO_BASE64 = re.compile(rb"[A-Za-z0-9+/]"), re.compile(rb"[^A-Za-z0-9+/]+")
_UU_LINES = 10_000
_PADDING, _PADDINGS = re.compile(rb"=[=\s]*"), 750_000
_BEGINNING = 1024 * 1024


def payload(node: Node) -> bytes:
    """The content, decoded as its transfer encoding says; broken encodings give what can be had."""
    return _decoded(node, node.body)


def beginning(node: Node) -> tuple[bytes, bool]:
    """(the content or its first megabyte, was it cut)."""
    body = node.body
    if len(body) <= _BEGINNING:
        return payload(node), False
    line_end = node.raw.rfind(b"\n", node.start, node.start + _BEGINNING)
    return _decoded(node, body[:line_end + 1 - node.start if line_end != -1 else _BEGINNING]), True


def _decoded(node: Node, body: memoryview) -> bytes:
    how = str(node.headers.get("Content-Transfer-Encoding", "")).strip().lower()
    if how == "base64":
        return _from_base64(body)
    if how == "quoted-printable":
        return binascii.a2b_qp(body)
    if how in {"x-uuencode", "uuencode", "x-uue", "uue"}:
        return _from_uu(body.tobytes())
    return body.tobytes()


def _from_base64(body: memoryview) -> bytes:
    """All of it: some programs encode each line by itself, and lists append their footer after the padding."""
    pieces, at = [], 0
    for _ in range(_PADDINGS):
        padding = _PADDING.search(body, at)
        end = padding.end() if padding else len(body)
        pieces.append(_from_one_base64(body[at:end]))
        at = end
        if _BASE64.search(body, at) is None:
            break
    return b"".join(pieces)


def _from_one_base64(body: memoryview) -> bytes:
    try:
        return binascii.a2b_base64(body)
    except binascii.Error:
        clean = _NO_BASE64.sub(b"", body)
        return binascii.a2b_base64(clean[:len(clean) // 4 * 4] if len(clean) % 4 == 1 else clean + b"=" * (-len(clean) % 4))


def _from_uu(body: bytes) -> bytes:
    if body.count(b"\n") > _UU_LINES + len(body) // 30:  # a line holds 45 bytes: these are none
        return body
    out = []
    for line in body.splitlines():
        if line.startswith((b"begin ", b"end")) or not line:
            continue
        try:
            out.append(binascii.a2b_uu(line))
        except binascii.Error:
            continue
    return b"".join(out)
