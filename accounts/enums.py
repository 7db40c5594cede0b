"""Closed sets of the accounts floor. Values are stored; keep them."""

from __future__ import annotations

from enum import StrEnum


class AgentRole(StrEnum):
    """Staff roles, weakest first. A receptionist can't answer technically (S12)."""

    RECEPTIONIST = "receptionist"
    AGENT = "agent"
    ENGINEER = "engineer"
    MANAGER = "manager"
    ADMIN = "admin"


class MembershipRole(StrEnum):
    """What a person may do in an organization: see its tickets, file them, or also manage its people."""

    VIEWER = "viewer"
    MEMBER = "member"
    MANAGER = "manager"


class InvitationKind(StrEnum):
    """Who asked for a link to come in: a manager of the organization, the person, or the desk for its own staff."""

    INVITED = "invited"
    SIGN_UP = "sign_up"
    STAFF = "staff"


class AddressKind(StrEnum):
    """How a person is reached."""

    EMAIL = "email"
    PHONE = "phone"


class ContactMethod(StrEnum):
    """The contract's preferred way to be answered (S49)."""

    EMAIL = "email"
    PHONE = "phone"
    CHAT = "chat"
    PORTAL = "portal"


class Entitlement(StrEnum):
    """Rights that a plan or a contract gives (S3, S13, S10, S23)."""

    PHONE = "phone"
    CALLBACK = "callback"
    PRIORITY_AT_WILL = "priority_at_will"
    NONPROD_247 = "nonprod_247"


class TokenScope(StrEnum):
    """What a program may do with an API token."""

    TICKETS_READ = "tickets:read"
    TICKETS_WRITE = "tickets:write"
    NOTES = "notes"


STAFF_ORDER: tuple[AgentRole, ...] = tuple(AgentRole)


def choices(values: type[StrEnum]) -> list[tuple[str, str]]:
    """Pairs for a Django field: value and a readable label."""
    return [(v.value, v.value.replace("_", " ").replace(":", " ").capitalize()) for v in values]
