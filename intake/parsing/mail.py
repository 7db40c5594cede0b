"""A raw mail, understood as far as it can be."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from email.message import Message
from itertools import chain

from intake.parsing.automatic import Report, automatic_reason, is_report, read_report
from intake.parsing.headers import addresses, date_text, decode, header, message_ids
from intake.parsing.html import Page, harmless
from intake.parsing.mime import Limits, Node, TooMuchError, beginning, payload, read_head, split
from intake.parsing.smime import signed_content
from intake.parsing.text import as_utf8, decode_bytes, split_quote
from intake.parsing.tnef import files_of

_TEXT_MOST = 256 * 1024
_CUT = "\n[…] The whole text is attached."
_ENDINGS = {"message/rfc822": ".eml", "text/calendar": ".ics", "text/html": ".html", "text/plain": ".txt",
            "image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif", "application/pdf": ".pdf",
            "application/pgp-signature": ".asc", "message/delivery-status": ".txt", "text/rfc822-headers": ".txt"}
_TNEF = {"application/ms-tnef", "application/vnd.ms-tnef"}
_PKCS7 = {"application/pkcs7-mime", "application/x-pkcs7-mime"}
_PGP = "-----BEGIN PGP MESSAGE-----"


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
    delivered_to: tuple[tuple[str, str], ...] = ()
    date: str = ""
    text: str = ""
    reply_text: str = ""
    quoted_text: str = ""
    html: str = ""
    attachments: tuple[Part, ...] = ()
    automatic_reason: str = ""
    report: Report | None = None
    is_encrypted: bool = False
    is_pgp: bool = False
    auth_results: tuple[str, ...] = ()
    loop: str = ""
    poison: str = ""
    body_sha256: str = ""
    defects: tuple[str, ...] = field(default_factory=tuple)

    @property
    def known_ids(self) -> tuple[str, ...]:
        """Message-IDs that may name a ticket, nearest first."""
        return tuple(dict.fromkeys((*reversed(self.in_reply_to), *reversed(self.references))))

    @property
    def recipients(self) -> tuple[tuple[str, str], ...]:
        """Everybody whom it was addressed to, each once."""
        return tuple({address: (name, address) for name, address in chain(self.to, self.cc)}.values())


def parse(raw: bytes, limits: Limits | None = None) -> ParsedMail:
    """Understand a mail. Never raises; a message over the limits, or one that breaks the parser, says so in `poison`."""
    try:
        return _read(split(raw, limits or Limits()), raw)
    except TooMuchError as error:
        return _folded(raw, str(error))
    except Exception as error:  # noqa: BLE001 -- hostile bytes: whatever broke, the raw message is kept
        return _folded(raw, f"it breaks the parser ({type(error).__name__})")


def glance(raw: bytes) -> ParsedMail:
    """Who wrote and about what, from a message's own headers only. Never raises."""
    try:
        head = read_head(raw, Limits())
        name, address = (addresses(head, "From", 1) or (("", ""),))[0]
        return ParsedMail(subject=header(head, "Subject"), from_name=name, from_address=address)
    except Exception:  # noqa: BLE001 -- hostile bytes
        return ParsedMail()


def _folded(raw: bytes, poison: str) -> ParsedMail:
    """What can be told of a message that isn't unfolded; whoever files it by hand has it as a file."""
    return replace(glance(raw), poison=poison, attachments=(Part("message.eml", "message/rfc822", raw),))


def _read(root: Node, raw: bytes) -> ParsedMail:
    message = root.headers
    sender = addresses(message, "From", 1) or addresses(message, "Sender", 1) or (("", ""),)
    ids = message_ids(message, "Message-ID", 1)
    bodies = _Bodies()
    bodies.read(root)
    text = "\n\n".join(t.strip("\n") for t in bodies.texts if t.strip())
    if len(text) > _TEXT_MOST:
        bodies.files.append(Part("whole-text.txt", "text/plain", text.encode()))
        text = text[:_TEXT_MOST] + _CUT
    new, quoted = split_quote(text)
    is_pgp = _PGP in text or (message.get_content_type() == "multipart/encrypted" and any(
        n.kind == "application/pgp-encrypted" for n in root.leaves()))
    reason = automatic_reason(message)
    return ParsedMail(
        message_id=ids[0] if ids else "", in_reply_to=message_ids(message, "In-Reply-To"),
        references=message_ids(message, "References"), subject=header(message, "Subject"), from_name=sender[0][0],
        from_address=sender[0][1], reply_to=addresses(message, "Reply-To", 5), to=addresses(message, "To"),
        cc=addresses(message, "Cc"), date=date_text(message), text=text, reply_text=new, quoted_text=quoted,
        delivered_to=addresses(message, "Delivered-To", 10) + addresses(message, "X-Original-To", 10),
        html=harmless(bodies.pages), attachments=tuple(bodies.files),
        is_encrypted=is_pgp or (_is_sealed(message) and not bodies.is_opened), is_pgp=is_pgp, automatic_reason=reason,
        report=read_report(raw) if reason and is_report(message) else None,
        auth_results=tuple(decode(v) for v in message.get_all("Authentication-Results", [])[:10]),
        loop=header(message, "X-Supportdesk-Loop"), body_sha256=hashlib.sha256(memoryview(raw)[root.start:]).hexdigest(),
        defects=tuple(dict.fromkeys([*root.defects, *bodies.defects])))


def _is_sealed(message: Message) -> bool:
    """Mail that only its receiver can open, unless it turns out to be signed only."""
    return message.get_content_type() in {*_PKCS7, "multipart/encrypted"}


class _Bodies:
    """What a message's parts say: texts in reading order, HTML to show, files."""

    def __init__(self, *, has_plain: bool = False) -> None:
        self.has_plain = has_plain
        self.is_opened = False  # what a signature wraps up was read
        self.texts: list[str] = []
        self.pages: list[Page] = []
        self.files: list[Part] = []
        self.defects: list[str] = []

    def read(self, node: Node) -> None:
        """Take in a part and what is inside it."""
        self.defects += node.defects
        if node.kind == "multipart/alternative" and node.parts:
            self._read_alternative(node)
        elif node.parts:
            for part in node.parts:
                self.read(part)
        else:
            self._read_leaf(node)

    def _read_alternative(self, node: Node) -> None:
        """The same thing said several times: the plain words count, and the HTML where there are none."""
        plain = [_text(n)[0] for p in node.parts for n in p.leaves() if n.kind == "text/plain" and not _is_file(n)]
        has_plain = bool("".join(plain).strip())
        inner = _Bodies(has_plain=has_plain)
        for part in node.parts:
            inner.read(part)
        self.texts += plain if has_plain else inner.texts
        self.pages += inner.pages
        self.files += inner.files
        self.defects += inner.defects

    def _read_leaf(self, node: Node) -> None:
        kind = node.kind
        if not _is_file(node):
            text, is_cut = _text(node)
            if is_cut:  # read is its beginning; kept is all of it
                name = "whole-message.html" if kind == "text/html" else "whole-text.txt"
                self.files.append(Part(name, kind, as_utf8(payload(node), _charset(node))))
            if kind == "text/html":
                page = Page(text)
                self.pages.append(page)
                text = "" if self.has_plain else page.text() + (_CUT if is_cut else "")
            self.texts.append(text)
            return
        content, name = payload(node), _filename(node)
        self._open(content, kind)
        inside = files_of(content) if kind in _TNEF else []
        if inside:
            self.files += [Part(n or f"part-{len(self.files) + i}.bin", "application/octet-stream", data)
                           for i, (n, data) in enumerate(inside, 1)]
        elif content or name:
            self.files.append(Part(
                name or _named(kind, content) or f"part-{len(self.files) + 1}{_ENDINGS.get(kind, '.bin')}", kind, content,
                header(node.headers, "Content-ID").strip("<>"), _disposition(node) == "inline"))


    def _open(self, content: bytes, kind: str) -> None:
        """Read the mail that a signature wraps up; one in another is left alone."""
        signed = signed_content(content) if kind in _PKCS7 and not self.is_opened else b""
        if signed:
            self.is_opened = True
            self.read(split(signed, Limits()))


def _named(kind: str, content: bytes) -> str:
    """What a part without a name may be called: a mail after its subject, an invitation by what it is."""
    if kind == "text/calendar":
        return "invitation.ics"
    subject = header(read_head(content, Limits()), "Subject") if kind == "message/rfc822" else ""
    return f"{subject[:80].replace('/', '-')}.eml" if subject.strip() else ""


def _is_file(node: Node) -> bool:
    if _disposition(node) == "attachment" or _filename(node):
        return True
    # A multipart that has no parts is what somebody wrote, under a wrong label.
    return node.kind not in {"text/plain", "text/html"} and not node.kind.startswith("multipart/")


def _text(node: Node) -> tuple[str, bool]:
    """(the words of a part, or the beginning of very many; were they cut)."""
    content, is_cut = beginning(node)
    text = decode_bytes(content, _charset(node), is_cut=is_cut).replace("\r\n", "\n").replace("\x00", "")
    return (text[:_TEXT_MOST - len(_CUT)] + _CUT, True) if is_cut and node.kind != "text/html" else (text, is_cut)


def _charset(node: Node) -> str:
    try:
        return node.headers.get_content_charset() or ""
    except (ValueError, LookupError, TypeError):
        return ""


def _disposition(node: Node) -> str:
    return str(node.headers.get_content_disposition() or "")


def _filename(node: Node) -> str:
    try:
        name = node.headers.get_filename()
    except (ValueError, LookupError, TypeError):
        return ""
    return decode(name) if name else ""
