"""A raw mail, understood as far as it can be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from email.message import Message
from itertools import islice

from flufl.bounce import all_failures

from intake.parsing.headers import addresses, date_text, decode, header, message_ids
from intake.parsing.html import sanitise, to_text
from intake.parsing.text import decode_bytes, split_quote


@dataclass(frozen=True)
class Limits:
    """Beyond these a message is poison: kept raw and quarantined, never unfolded."""

    header_bytes: int = 256 * 1024
    one_header_bytes: int = 32 * 1024
    parts: int = 200
    depth: int = 30


@dataclass(frozen=True)
class Part:
    """An attachment with its true name and bytes."""

    filename: str
    content_type: str
    content: bytes
    content_id: str = ""
    inline: bool = False


@dataclass(frozen=True)
class ParsedMail:
    """`reply_text` is what is new, `quoted_text` the folded rest; `poison` and `automatic_reason` are words or empty."""

    message_id: str = ""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    subject: str = ""
    from_name: str = ""
    from_address: str = ""
    reply_to: tuple[tuple[str, str], ...] = ()
    to: tuple[tuple[str, str], ...] = ()
    cc: tuple[tuple[str, str], ...] = ()
    date: str = ""
    text: str = ""
    reply_text: str = ""
    quoted_text: str = ""
    html: str = ""
    attachments: tuple[Part, ...] = ()
    automatic_reason: str = ""
    failed_recipients: tuple[str, ...] = ()
    is_encrypted: bool = False
    auth_results: tuple[str, ...] = ()
    loop: str = ""
    poison: str = ""
    defects: tuple[str, ...] = field(default_factory=tuple)

    @property
    def known_ids(self) -> tuple[str, ...]:
        """Message-IDs that may name a ticket, nearest first."""
        return tuple(dict.fromkeys((*reversed(self.in_reply_to), *reversed(self.references))))


_SEPARATOR = re.compile(rb"\r?\n\r?\n")
_TYPE_LINE = re.compile(rb"^content-type:", re.MULTILINE | re.IGNORECASE)
_BOUNDARY = re.compile(rb"\bboundary=", re.IGNORECASE)


def parse(raw: bytes, limits: Limits | None = None) -> ParsedMail:
    """Understand a mail. Never raises; a message over the limits, or one that breaks the parser, says so in `poison`."""
    limits = limits or Limits()
    poison = _too_much(raw, limits)
    if poison:
        return ParsedMail(poison=poison)
    try:
        return _read(message_from_bytes(raw), raw, limits)
    except RecursionError:
        return ParsedMail(poison="parts are nested too deeply")
    except Exception as error:  # noqa: BLE001 -- hostile bytes: whatever broke, the raw message is kept
        return ParsedMail(poison=f"it breaks the parser ({type(error).__name__})")


def _too_much(raw: bytes, limits: Limits) -> str:
    """Look at the raw bytes before a parser does: some shapes cost it minutes."""
    end = _SEPARATOR.search(raw)
    head = raw[:end.start()] if end else raw[:limits.header_bytes + 1]
    if len(head) > limits.header_bytes:
        return "its headers are too long"
    longest = max((len(h) for h in re.split(rb"\r?\n(?![ \t])", head)), default=0)
    if longest > limits.one_header_bytes:
        return "one of its headers is too long"
    # Logs quote headers too, so only what would really cost the parser seconds is refused here.
    if len(_TYPE_LINE.findall(raw)) > limits.parts * 10:
        return "it has too many parts"
    if len(_BOUNDARY.findall(raw)) > limits.depth * 10:
        return "parts are nested too deeply"
    return ""


def _read(message: Message, raw: bytes, limits: Limits) -> ParsedMail:
    sender = addresses(message, "From", 1) or addresses(message, "Sender", 1) or (("", ""),)
    ids = message_ids(message, "Message-ID", 1)
    plain, html, files, defects = _bodies(message, limits)
    text = plain if plain.strip() or not html else to_text(html)
    new, quoted = split_quote(text)
    found = ParsedMail(
        message_id=ids[0] if ids else "", in_reply_to=message_ids(message, "In-Reply-To"),
        references=message_ids(message, "References"), subject=header(message, "Subject"), from_name=sender[0][0],
        from_address=sender[0][1], reply_to=addresses(message, "Reply-To", 5), to=addresses(message, "To"),
        cc=addresses(message, "Cc"), date=date_text(message), text=text, reply_text=new, quoted_text=quoted,
        html=sanitise(html) if html else "", attachments=tuple(files), is_encrypted=_is_encrypted(message, text),
        auth_results=tuple(decode(v) for v in message.get_all("Authentication-Results", [])[:10]),
        loop=header(message, "X-Supportdesk-Loop"), defects=tuple(defects))
    reason = _automatic(message)
    failed = _failed(message) if reason else ()
    return replace(found, automatic_reason=reason, failed_recipients=failed)


def _leaves(message: Message, limits: Limits, depth: int = 0) -> Iterator[Message]:
    """Parts that carry content. A forwarded message is one part, not unfolded."""
    if depth > limits.depth:
        return
    if message.is_multipart() and message.get_content_type() != "message/rfc822":
        for part in message.get_payload():
            if isinstance(part, Message):
                yield from _leaves(part, limits, depth + 1)
    else:
        yield message


def _bodies(message: Message, limits: Limits) -> tuple[str, str, list[Part], list[str]]:
    """(plain text, HTML, files, what was wrong)."""
    plain: list[str] = []
    html: list[str] = []
    files: list[Part] = []
    defects: list[str] = []
    for part in islice(_leaves(message, limits), limits.parts):
        kind, name = part.get_content_type(), _filename(part)
        is_file = bool(name) or part.get_content_disposition() == "attachment" or not kind.startswith("text/")
        if not is_file and kind in {"text/plain", "text/html"}:
            text = decode_bytes(_payload(part), part.get_content_charset() or "").replace("\r\n", "\n")
            (html if kind == "text/html" else plain).append(text.replace("\x00", ""))
        elif not (part.is_multipart() and kind != "message/rfc822"):
            content = _payload(part)
            if content or name:
                files.append(_file(part, kind, name, content, len(files)))
        defects += [type(d).__name__ for d in part.defects]
    return "\n".join(plain), "\n".join(html), files, defects


def _payload(part: Message) -> bytes:
    if part.get_content_type() == "message/rfc822":
        inner = part.get_payload()
        return inner[0].as_bytes() if isinstance(inner, list) and inner else b""
    try:
        data = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):
        data = None
    if isinstance(data, bytes):
        return data
    return str(part.get_payload()).encode("utf-8", "surrogateescape")


def _filename(part: Message) -> str:
    try:
        name = part.get_filename()
    except (ValueError, LookupError, TypeError):
        return ""
    return decode(name) if name else ""


def _file(part: Message, kind: str, name: str, content: bytes, index: int) -> Part:
    endings = {"message/rfc822": ".eml", "text/calendar": ".ics", "text/html": ".html", "text/plain": ".txt",
               "image/png": ".png", "image/jpeg": ".jpg"}
    return Part(filename=name or f"part-{index + 1}{endings.get(kind, '.bin')}", content_type=kind, content=content,
                content_id=header(part, "Content-ID").strip("<>"), inline=part.get_content_disposition() == "inline")


def _automatic(message: Message) -> str:
    """Why this mail must never be answered (RFC 3834 and what mail programs really send); empty for people's mail."""
    submitted = header(message, "Auto-Submitted").lower()
    if submitted and not submitted.startswith("no"):
        return "a machine wrote it (Auto-Submitted)"
    if message.get_content_type() == "multipart/report" or header(message, "From").lower().startswith("mailer-daemon"):
        return "it is a delivery report"
    if header(message, "Precedence").lower() in {"bulk", "list", "junk", "auto_reply"}:
        return "it is bulk or list mail (Precedence)"
    if message.get("List-Id") or message.get("List-Unsubscribe"):
        return "it came over a mailing list"
    if message.get("X-Autoreply") or message.get("X-Autorespond") or message.get("X-Auto-Response-Suppress"):
        return "it is an automatic answer"
    if header(message, "Return-Path").strip() == "<>":
        return "it has no return path"
    return ""


def _failed(message: Message) -> tuple[str, ...]:
    try:
        return tuple(sorted(a.decode("ascii", "replace").lower() for a in all_failures(message)[1]))[:50]
    except Exception:  # noqa: BLE001 -- a broken report is still a report
        return ()


def _is_encrypted(message: Message, text: str) -> bool:
    kind = message.get_content_type()
    return (kind == "multipart/encrypted" or "-----BEGIN PGP MESSAGE-----" in text
            or kind in {"application/pkcs7-mime", "application/x-pkcs7-mime"})
