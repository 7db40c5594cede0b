"""Headers as people meant them: RFC 2047, RFC 2231, RFC 6532 and raw 8-bit, without line breaks."""

from __future__ import annotations

import re
from contextlib import suppress
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime

from intake.parsing.text import decode_bytes

_MESSAGE_ID = re.compile(r"<[^<>\s]{1,480}>")
_LINES = re.compile("[\u0085\u2028\u2029]+")
_BREAKS = re.compile(r"[\r\n\x00]+\s*")
_MOST = 32 * 1024
# Nothing of a line of text: controls, and what turns its direction round so that it reads as something else.
_SLY = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_ADDRESS = re.compile(r'(?:[^\s@"(),:;<>\[\]]+|"[^"\r\n]{1,64}")@[^\s@"(),:;<>]+')
_WORDS = re.compile(r"=\?[!->@-~]{1,80}\?[bq]\?[!->@-~ ]*\?=(?:\s+=\?[!->@-~]{1,80}\?[bq]\?[!->@-~ ]*\?=)*", re.IGNORECASE)
_LONGEST = 254  # RFC 5321, 4.5.3.1


def header(message: Message, name: str) -> str:
    """The first header of this name, decoded, on one line; an encoded line break must not become a new header."""
    raw = message.get(name)
    return _plain(raw) if raw is not None else ""


def _plain(raw: object) -> str:
    return _SLY.sub("", _LINES.sub(" ", decode(raw))).strip()


def is_address(text: str) -> bool:
    """Something that mail can be sent to, and that looks like what it is."""
    return len(text) <= _LONGEST and _ADDRESS.fullmatch(text) is not None and text.isprintable()


def as_written(message: Message, name: str, most: int) -> tuple[str, ...]:
    """The headers of this name, topmost first, without decoding: encoded words in them are somebody else's."""
    return tuple(_BREAKS.sub(" ", str(value)[:_MOST]) for value in message.get_all(name, [])[:most])


def decode(raw: object) -> str:
    """One header value as text."""
    text = str(raw)[:_MOST]
    if any("\udc80" <= c <= "\udcff" for c in text):
        text = decode_bytes(text.encode("utf-8", "surrogateescape"), "")
    if "=?" in text:
        text = _decode_words(text) if text.isascii() else _WORDS.sub(lambda run: _decode_words(run[0]), text)
    return _BREAKS.sub(" ", text).strip()


def addresses(message: Message, name: str, most: int = 100) -> tuple[tuple[str, str], ...]:
    """(display name, address) pairs of all headers of this name; the address in lower case."""
    values = [str(v)[:_MOST] for v in message.get_all(name, [])[:20]]
    try:
        pairs = getaddresses([",".join(values)] if len(values) > 1 else values)
    except (ValueError, TypeError, IndexError):
        return ()
    found = [(_plain(label), decode(address).lower()) for label, address in pairs if "@" in address]
    return tuple(pair for pair in found if is_address(pair[1]))[:most]


def _decode_words(text: str) -> str:
    """Encoded words decoded; a broken one stays as it was written."""
    with suppress(ValueError, LookupError, AssertionError):
        return "".join(part if isinstance(part, str) else decode_bytes(part, charset or "")
                       for part, charset in decode_header(text))
    return text


def has_one_author(message: Message) -> bool:
    """There is one From, and nothing in it but one address."""
    values = [str(value)[:_MOST] for value in message.get_all("From", [])]
    try:
        return len(values) == 1 and len(getaddresses(values)) == len(addresses(message, "From")) == 1
    except (ValueError, TypeError, IndexError):
        return False


def message_ids(message: Message, name: str, most: int = 50) -> tuple[str, ...]:
    """The Message-IDs in a header, newest last; only the last `most` of a long chain."""
    text = " ".join(str(v)[:_MOST] for v in message.get_all(name, [])[:5])
    return tuple(_MESSAGE_ID.findall(text)[-most:])


def date_text(message: Message) -> str:
    """The Date header as ISO 8601; empty when it is missing or no date."""
    try:
        return parsedate_to_datetime(header(message, "Date")).isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return ""


def envelope_sender(head: Message) -> str:
    """Who sent it, for ways that have no envelope: the return path, empty for bounces, else the author."""
    path = head.get("Return-Path")
    if path is not None:
        return str(path).strip().strip("<>").strip().lower()
    author = addresses(head, "From", 1)
    return author[0][1] if author else ""


def named_recipients(head: Message) -> list[str]:
    """The addresses that a mail was delivered or addressed to, surest first."""
    names = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc", "Resent-To")
    return list(dict.fromkeys(address for name in names for _label, address in addresses(head, name)))
