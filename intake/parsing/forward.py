"""A mail that somebody passed on: whose it was."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.utils import parseaddr

from intake.parsing.bodies import Part
from intake.parsing.mail import ParsedMail, parse

_SUBJECT = re.compile(r"^\s*(?:(?:fwd?|wg|tr|rv|i|enc|vs|vb|doorst)\s*:\s*)+", re.IGNORECASE)
_FROM = r"(?:From|Von|De|Da|Van|Från|Fra|От)"
_MARK = re.compile(
    r"^[> ]*(?:-{2,20}.{0,40}(?:forwarded|original|weitergeleitete|ursprüngliche|transféré|reenviado|inoltrato)"
    r".{0,40}-{2,20}|Begin forwarded message:|Anfang der weitergeleiteten Nachricht:|_{10,80})[ \t]*$",
    re.IGNORECASE | re.MULTILINE)
_LINE = re.compile(rf"^[> \t*]*{_FROM}[ \t]?:[ \t*]*(.{{3,300}})$", re.IGNORECASE | re.MULTILINE)
_HEADERS_END = re.compile(r"\n[> \t]*\n")
_WINDOW = 4_000


@dataclass(frozen=True)
class Forward:
    """The original's sender, subject, words and files; `comment` is what the one who passed it on wrote above it."""

    name: str
    address: str
    subject: str
    text: str
    comment: str = ""
    files: tuple[Part, ...] = ()


def read_forward(mail: ParsedMail) -> Forward | None:
    """The mail inside a passed-on mail, attached or written out; None when it is no such mail."""
    inner = [p for p in mail.attachments if p.content_type == "message/rfc822"]
    if len(inner) == 1 and (_SUBJECT.match(mail.subject) or len(mail.text) < 200):
        original = parse(inner[0].content)
        if original.from_address:
            return Forward(original.from_name, original.from_address, original.subject or plain_subject(mail.subject),
                           original.text, mail.reply_text.strip(), original.attachments)
    return _written_out(mail) if _SUBJECT.match(mail.subject) else None


def plain_subject(subject: str) -> str:
    """Without Fwd: and its kin."""
    return _SUBJECT.sub("", subject).strip()


def _written_out(mail: ParsedMail) -> Forward | None:
    text = mail.text.replace("\r\n", "\n")
    mark = _MARK.search(text)
    start = mark.start() if mark else 0
    line = _LINE.search(text, start, start + _WINDOW)
    if line is None:
        return None
    name, address = parseaddr(re.sub(r"\[mailto:([^\]]+)\]", r"<\1>", line[1].replace("*", "").strip()))
    if "@" not in address:
        return None
    end = _HEADERS_END.search(text, line.end())
    body = text[end.end():] if end else text[line.end():]
    return Forward(name, address.lower(), plain_subject(mail.subject), _unquoted(body).strip(),
                   text[:mark.start() if mark else line.start()].strip(), mail.attachments)


def _unquoted(text: str) -> str:
    lines = text.split("\n")
    if all(line.startswith(">") or not line.strip() for line in lines):
        return "\n".join(line.removeprefix(">").removeprefix(" ") for line in lines)
    return text
