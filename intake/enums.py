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
