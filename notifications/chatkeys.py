"""A workspace's token and signing secret, sealed in its row."""

from __future__ import annotations

import hashlib
import hmac

from notifications.models import ChatWorkspace
from toolkit.sealing import seal, unseal


def _owner(workspace: ChatWorkspace) -> str:
    return f"{workspace.tenant_id}:slack:{workspace.pk}"


def keep_keys(workspace: ChatWorkspace, *, token: str = "", signing_secret: str = "") -> None:
    """Seal what is given into a stored workspace; empty leaves what is there."""
    if token:
        workspace.sealed_token = seal(token, owner=_owner(workspace))
    if signing_secret:
        workspace.sealed_signing_secret = seal(signing_secret, owner=_owner(workspace))
    workspace.save(update_fields=["sealed_token", "sealed_signing_secret"])


def bot_token(workspace: ChatWorkspace) -> str:
    """The token to call Slack with."""
    return unseal(workspace.sealed_token, owner=_owner(workspace))


def is_signed(workspace: ChatWorkspace, timestamp: str, body: bytes, signature: str) -> bool:
    """Is this Slack's v0 signature of the body under the workspace's signing secret."""
    if not workspace.sealed_signing_secret:
        return False
    secret = unseal(workspace.sealed_signing_secret, owner=_owner(workspace))
    expected = "v0=" + hmac.new(secret.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), signature.encode())
