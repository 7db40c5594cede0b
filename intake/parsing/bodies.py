"""What the parts of a message say: texts in reading order, HTML to show, files."""

from __future__ import annotations

from dataclasses import dataclass

from intake.parsing.headers import decode, header
from intake.parsing.html import Page
from intake.parsing.invitation import Invitation, read_invitation
from intake.parsing.mime import Limits, Node, read_head, split
from intake.parsing.smime import signed_content
from intake.parsing.text import as_utf8, decode_bytes
from intake.parsing.tnef import files_of
from intake.parsing.transfer import beginning, payload

TEXT_MOST = 256 * 1024
CUT = "\n[…] The whole text is attached."
_ENDINGS = {"message/rfc822": ".eml", "text/calendar": ".ics", "text/html": ".html", "text/plain": ".txt",
            "image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif", "application/pdf": ".pdf",
            "application/pgp-signature": ".asc", "message/delivery-status": ".txt", "text/rfc822-headers": ".txt"}
_PAGES_MOST = 512 * 1024  # of HTML in all parts together; what doesn't fit beside the first is a file
_CALENDARS = {"text/calendar", "application/ics"}
_TNEF = {"application/ms-tnef", "application/vnd.ms-tnef"}
PKCS7 = {"application/pkcs7-mime", "application/x-pkcs7-mime"}


@dataclass(frozen=True)
class Part:
    """An attachment with its true name and bytes."""

    filename: str
    content_type: str
    content: bytes
    content_id: str = ""
    inline: bool = False


class Bodies:
    """What a message's parts say: texts in reading order, HTML to show, files."""

    def __init__(self, *, has_plain: bool = False, room: int = _PAGES_MOST) -> None:
        self.has_plain, self.room = has_plain, room
        self.is_opened = False  # what a signature wraps up was read
        self.texts: list[str] = []
        self.pages: list[Page] = []
        self.files: list[Part] = []
        self.invitation: Invitation | None = None
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
        inner = Bodies(has_plain=has_plain, room=self.room)
        for part in node.parts:
            inner.read(part)
        self.room = inner.room
        self.texts += plain if has_plain else inner.texts
        self.pages += inner.pages
        self.files += inner.files
        self.invitation = self.invitation or inner.invitation
        self.defects += inner.defects

    def _read_leaf(self, node: Node) -> None:
        kind = node.kind
        if not _is_file(node) and (kind != "text/html" or self.room == _PAGES_MOST or len(node.body) <= self.room):
            text, is_cut = _text(node)
            if is_cut:  # read is its beginning; kept is all of it
                name = "whole-message.html" if kind == "text/html" else "whole-text.txt"
                self.files.append(Part(name, kind, as_utf8(payload(node), _charset(node))))
            if kind == "text/html":
                page = Page(text)
                self.room = max(0, self.room - max(1, len(text)))
                self.pages.append(page)
                text = "" if self.has_plain else page.text() + (CUT if is_cut else "")
            self.texts.append(text)
            return
        content, name = payload(node), _filename(node)
        self._open(content, kind)
        if kind in _CALENDARS or name.lower().endswith(".ics"):
            self.invitation = self.invitation or read_invitation(content, _charset(node))
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
        signed = signed_content(content) if kind in PKCS7 and not self.is_opened else b""
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
    return (text[:TEXT_MOST - len(CUT)] + CUT, True) if is_cut and node.kind != "text/html" else (text, is_cut)


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
