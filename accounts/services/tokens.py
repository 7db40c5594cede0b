"""API tokens: shown once, kept as a hash."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from accounts.enums import TokenScope
from accounts.members import Member
from accounts.models import ApiToken, Person, Tenant
from accounts.queries import member_for_person, was_let_go
from accounts.services.audit import record_audit
from toolkit.errors import DomainError

PREFIX = "sdt_"  # lets secret scanners recognise a leaked one
_NOTE_EVERY = timedelta(minutes=5)


def create_token(*, person: Person, name: str, scopes: Iterable[str], by: Person | None, at: datetime,
                 expires_at: datetime | None = None) -> tuple[ApiToken, str]:
    """Make a token for a person; returns its row and the secret, which can't be shown again.

    Raises DomainError for an unknown scope or none.
    """
    wanted = sorted(set(scopes))
    known = {s.value for s in TokenScope}
    if not wanted or not set(wanted) <= known:
        raise DomainError(
            _("Choose scopes from: {sorted}.").format(sorted=", ".join(sorted(known))), field="scopes", code="scopes"
        )
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(person=person, name=name.strip()[:80] or "token", prefix=secret[:10],
                                    digest=_digest(secret), scopes=wanted, created_at=at, expires_at=expires_at)
    record_audit(by=by, action="token.created", subject=token, at=at, changes={"scopes": [None, wanted]})
    return token, secret


def revoke_token(token: ApiToken, *, by: Person | None, at: datetime) -> None:
    """From now on the token opens nothing."""
    ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=at)
    record_audit(by=by, action="token.revoked", subject=token, at=at)


def member_for_token(tenant: Tenant, secret: str, *, at: datetime) -> tuple[Member, ApiToken] | None:
    """The member behind a live token of this tenant; None for any other text."""
    token = ApiToken.objects.select_related("person").filter(
        digest=_digest(secret), revoked_at__isnull=True, person__is_active=True).first()
    if token is None or (token.expires_at is not None and token.expires_at <= at):
        return None
    found = member_for_person(tenant, token.person)
    if was_let_go(found):
        return None
    if token.last_used_at is None or at - token.last_used_at > _NOTE_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=at)
    return Member(tenant=tenant, person=found.person, agent=found.agent, memberships=found.memberships,
                  scopes=frozenset(token.scopes)), token


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
