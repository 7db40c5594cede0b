"""Keys of systems that call us: made once, shown once, checked by signature."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from accounts.models import HookToken, Person
from accounts.services.audit import record_audit
from toolkit.sealing import seal, unseal

PREFIX = "sdh_"  # lets secret scanners recognise a leaked one
_NOTE_EVERY = timedelta(minutes=5)


def create_hook(*, name: str, by: Person | None, at: datetime) -> tuple[HookToken, str]:
    """Make a key for another system; returns its row and the signing secret, which can't be shown again."""
    secret = PREFIX + secrets.token_urlsafe(32)
    hook = HookToken.objects.create(name=name.strip()[:80] or "telephone system", created_at=at)
    hook.sealed_secret = seal(secret, owner=_owner(hook))
    hook.save(update_fields=["sealed_secret"])
    record_audit(by=by, action="hook.created", subject=hook, at=at)
    return hook, secret


def revoke_hook(hook: HookToken, *, by: Person | None, at: datetime) -> None:
    """From now on nothing signed with its secret is believed."""
    HookToken.objects.filter(pk=hook.pk, revoked_at__isnull=True).update(revoked_at=at)
    record_audit(by=by, action="hook.revoked", subject=hook, at=at)


def live_hook(token_id: int) -> HookToken | None:
    """The tenant's key with this id, unless it was revoked."""
    found: HookToken | None = HookToken.objects.filter(pk=token_id, revoked_at__isnull=True).first()
    return found


def is_signed_by(hook: HookToken, message: bytes, signature: str) -> bool:
    """Is this the hexadecimal HMAC-SHA256 of the message under the key's secret."""
    secret = unseal(hook.sealed_secret, owner=_owner(hook))
    expected = hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), signature.encode())


def note_use(hook: HookToken, *, at: datetime) -> None:
    """Remember when the key was last good for something, every few minutes at most."""
    if hook.last_used_at is None or at - hook.last_used_at > _NOTE_EVERY:
        HookToken.objects.filter(pk=hook.pk).update(last_used_at=at)


def _owner(hook: HookToken) -> str:
    return f"{hook.tenant_id}:hook:{hook.pk}"
