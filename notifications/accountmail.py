"""The text of mails about logins carries links that let in: it is kept sealed, and no page shows it."""

from __future__ import annotations

from toolkit.sealing import seal, unseal


def sealed_body(body: str, *, tenant_id: int) -> str:
    """A mail's text for the outbox."""
    return seal(body, owner=f"{tenant_id}:account-mail")


def opened_body(sealed: str, *, tenant_id: int) -> str:
    """The text, when it is sent."""
    return unseal(sealed, owner=f"{tenant_id}:account-mail")
