"""Mail that comes without an envelope: whom it is for is read from its headers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from email.message import Message

from intake.enums import Way
from intake.parsing import Limits, envelope_sender, named_recipients, read_head
from intake.services.storing import store_mail
from toolkit.errors import DomainError


class NobodyReadsError(DomainError):
    """None of the recipients is an address of ours."""

    code = "unknown_recipient"


def receive_mail(raw: bytes, *, at: datetime, rcpt_tos: Sequence[str] = (), mail_from: str | None = None,
                 way: Way = Way.COMMAND, fingerprint: str = "") -> list[int]:
    """Keep a mail; recipients and sender that aren't given are taken from its headers. Raises NobodyReadsError."""
    head = read_head(raw, Limits()) if mail_from is None or not rcpt_tos else Message()
    ids = store_mail(raw, mail_from=envelope_sender(head) if mail_from is None else mail_from,
                     rcpt_tos=rcpt_tos or named_recipients(head), at=at, way=way, fingerprint=fingerprint)
    if not ids:
        raise NobodyReadsError("No mailbox here has one of the mail’s recipients.")
    return ids
