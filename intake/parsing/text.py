"""Bytes to text, and a message's new words apart from what it quotes."""

from __future__ import annotations

import codecs
import re

from quotequail import unwrap

# quotequail costs seconds on long hostile texts, so it sees only a window around the first mark of a quote.
_BEFORE, _AFTER = 2_000, 6_000
_MARK = re.compile(r"^(>|On .{4,200}wrote:|Am .{4,200}schrieb|Le .{4,200}a écrit|El .{4,200}escribió|-{2,} ?\w|"
                   r"_{10,}|From:|Von:|De :|\*?From:)", re.MULTILINE | re.IGNORECASE)
_STEP = 1024 * 1024
# Python calls these encodings of text. No mail is written in them, and some take seconds.
_NO_CHARSETS = {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"}
_HALVES = re.compile("[\ud800-\udfff]")
_SIGNATURE = re.compile(r"^-- ?$", re.MULTILINE)


def decode_bytes(data: bytes, charset: str, *, is_cut: bool = False) -> str:
    """Text, whatever the charset says: the named one, UTF-8, or Windows-1252 with replacements.

    Some charsets can spell what no text may hold, and what the database refuses: NUL and halves of characters. Of bytes
    that were cut somewhere, the half character at the end is left out.
    """
    return _HALVES.sub("\ufffd", _decoded(data, charset, is_cut=is_cut)).replace("\x00", "")


def _decoded(data: bytes, charset: str, *, is_cut: bool) -> str:
    for name in (_charset(charset), "utf-8"):
        try:
            if name:
                return codecs.getincrementaldecoder(name)().decode(data) if is_cut else data.decode(name)
        except (LookupError, ValueError, AttributeError):
            continue
    return data.decode("cp1252", "replace")


def _charset(named: str) -> str:
    """The charset that a mail names, as Python calls it; empty for none."""
    try:
        found = codecs.lookup(named.strip(" \"'").lower())
    except (LookupError, ValueError, TypeError):
        return ""
    return found.name if found._is_text_encoding and found.name.replace("-", "_") not in _NO_CHARSETS else ""


def as_utf8(data: bytes, charset: str) -> bytes:
    """A long text in UTF-8, without a second copy of it as a string; one that isn't in its charset stays as it is."""
    name = _charset(charset)
    if name in {"", "utf-8", "ascii"}:
        return data
    try:
        decoder = codecs.getincrementaldecoder(name)()
        whole = [decoder.decode(data[at:at + _STEP]).encode() for at in range(0, len(data), _STEP)]
        return b"".join([*whole, decoder.decode(b"", final=True).encode()])
    except (LookupError, ValueError, AttributeError, TypeError):
        return data


def split_quote(text: str) -> tuple[str, str]:
    """(new words, the quoted rest and signature). Together they hold every line of the text."""
    new, rest = text, ""
    mark = _MARK.search(text)
    if mark:
        start = max(0, text.rfind("\n", 0, max(0, mark.start() - _BEFORE)) + 1)
        top, bottom = _unwrapped(text[start:mark.start() + _AFTER])
        if bottom:
            new, rest = text[:start] + top, bottom + text[mark.start() + _AFTER:]
    sign = _SIGNATURE.search(new)
    if sign:
        new, rest = new[:sign.start()], new[sign.start():] + rest
    if not new.strip():  # nothing but a quote: show it
        return text.strip(), ""
    return (new.strip(), rest.strip()) if rest.strip() else (new.strip(), "")


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
