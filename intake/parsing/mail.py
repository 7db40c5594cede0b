"""A raw mail, understood as far as it can be."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from email.message import Message
from itertools import chain

from intake.parsing.automatic import Report, automatic_reason, is_report, read_report
from intake.parsing.bodies import CUT, PKCS7, TEXT_MOST, Bodies, Part
from intake.parsing.headers import addresses, as_written, date_text, has_one_author, header, message_ids
from intake.parsing.html import harmless
from intake.parsing.invitation import Invitation
from intake.parsing.mime import Limits, Node, TooMuchError, read_head, split
from intake.parsing.text import split_quote

_PGP = "-----BEGIN PGP MESSAGE-----"


@dataclass(frozen=True)
class ParsedMail:
    """`reply_text` is what is new, `quoted_text` the folded rest; `poison` and `automatic_reason` are words or empty.

    `has_one_author`: there is one From with one address, so that whoever checked it and we mean the same.
    """

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
    invitation: Invitation | None = None
    automatic_reason: str = ""
    report: Report | None = None
    is_encrypted: bool = False
    is_pgp: bool = False
    auth_results: tuple[str, ...] = ()
    has_one_author: bool = False
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
    bodies = Bodies()
    bodies.read(root)
    text = "\n\n".join(t.strip("\n") for t in bodies.texts if t.strip())
    if len(text) > TEXT_MOST:
        bodies.files.append(Part("whole-text.txt", "text/plain", text.encode()))
        text = text[:TEXT_MOST] + CUT
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
        html=harmless(bodies.pages), attachments=tuple(bodies.files), invitation=bodies.invitation,
        is_encrypted=is_pgp or (_is_sealed(message) and not bodies.is_opened), is_pgp=is_pgp, automatic_reason=reason,
        report=read_report(raw) if reason and is_report(message) else None,
        auth_results=as_written(message, "Authentication-Results", 10),
        has_one_author=has_one_author(message),
        loop=header(message, "X-Supportdesk-Loop"), body_sha256=hashlib.sha256(memoryview(raw)[root.start:]).hexdigest(),
        defects=tuple(dict.fromkeys([*root.defects, *bodies.defects])))


def _is_sealed(message: Message) -> bool:
    """Mail that only its receiver can open, unless it turns out to be signed only."""
    return message.get_content_type() in {*PKCS7, "multipart/encrypted"}
