"""Closed sets of the intake floor. Values are stored; keep them."""

from __future__ import annotations

from enum import StrEnum


class MailboxKind(StrEnum):
    """`security` answers with reporting instructions (S34)."""

    SUPPORT = "support"
    SECURITY = "security"


class MailboxState(StrEnum):
    """Disarmed keeps mail but makes nothing of it; shadow shows what it would do; armed works."""

    DISARMED = "disarmed"
    SHADOW = "shadow"
    ARMED = "armed"


class InboundState(StrEnum):
    """`received` waits; the others are the only four ends a message can have."""

    RECEIVED = "received"
    TICKET = "ticket"
    COMMENT = "comment"
    QUARANTINE = "quarantine"
    IGNORED = "ignored"


class Way(StrEnum):
    """How a message reached us. All ways end in one store."""

    SMTP = "smtp"
    LMTP = "lmtp"
    IMAP = "imap"
    WEBHOOK = "webhook"
    COMMAND = "command"


class HeldState(StrEnum):
    """What became of a stranger's word on a ticket."""

    HELD = "held"
    ADMITTED = "admitted"
    DISMISSED = "dismissed"


class ImapSecurity(StrEnum):
    """How the line to an IMAP server is protected."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"
