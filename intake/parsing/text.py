"""Bytes to text, and a message's new words apart from what it quotes."""

from __future__ import annotations

import codecs
import re

from quotequail import unwrap

_QUOTE_LIMIT = 64 * 1024
_MARK = re.compile(r"^(>|On .{4,200}wrote:|Am .{4,200}schrieb|Le .{4,200}a écrit|El .{4,200}escribió|-{2,} ?\w|"
                   r"_{10,}|From:|Von:|De :|\*?From:)", re.MULTILINE | re.IGNORECASE)
_SIGNATURE = re.compile(r"^-- ?$", re.MULTILINE)


def decode_bytes(data: bytes, charset: str) -> str:
    """Text, whatever the charset says: the named one, UTF-8, or Windows-1252 with replacements."""
    for name in (charset.strip(" \"'").lower(), "utf-8"):
        try:
            if name and codecs.lookup(name)._is_text_encoding:
                return data.decode(name)
        except (LookupError, ValueError, AttributeError):
            continue
    return data.decode("cp1252", "replace")


def split_quote(text: str) -> tuple[str, str]:
    """(new words, the quoted rest and signature). Together they hold every line of the text."""
    head, tail = text[:_QUOTE_LIMIT], text[_QUOTE_LIMIT:]
    new, rest = head, ""
    if _MARK.search(head):
        new, rest = _unwrapped(head)
    sign = _SIGNATURE.search(new)
    if sign:
        new, rest = new[:sign.start()], new[sign.start():] + rest
    if not new.strip():  # nothing but a quote: show it
        return text.strip(), ""
    return (new.strip(), (rest + tail).strip()) if rest.strip() else ((new + tail).strip(), "")


def _unwrapped(text: str) -> tuple[str, str]:
    """quotequail finds where the old words begin; a reply below or between them is left whole."""
    try:
        found = unwrap(text)
    except Exception:  # noqa: BLE001 -- any bytes must give a result
        return text, ""
    if not found or found.get("text_bottom", "").strip() or "text" not in found:
        return text, ""
    top = found.get("text_top", "")
    at = len(top) if text.startswith(top) else -1
    return (text[:at], text[at:]) if top.strip() and at >= 0 else (text, "")
