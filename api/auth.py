"""Who calls, and what their token allows."""

from __future__ import annotations

from typing import Any, cast

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from accounts.enums import TokenScope
from accounts.members import Member
from accounts.models import ApiToken
from accounts.requests import TenantRequest
from accounts.services.tokens import member_for_token
from toolkit.clock import now


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer sdt_…`, valid at its own tenant's host only. `request.user` is the Member."""

    def authenticate(self, request: Request) -> tuple[Member, ApiToken] | None:
        """Raises AuthenticationFailed for a token that opens nothing here."""
        kind, _space, secret = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "bearer" or not secret.strip():
            return None
        found = member_for_token(cast(TenantRequest, request._request).tenant, secret.strip(), at=now())
        if found is None:
            raise AuthenticationFailed("This token opens nothing here. Make a new one, or check the host name.")
        return found

    def authenticate_header(self, request: Request) -> str:
        """Makes a missing token a 401 and not a 403."""
        return "Bearer"


def acting(request: Request) -> Member:
    """Who the request acts as: what `TokenAuthentication` found."""
    return cast(Member, request.user)


class HasScope(BasePermission):
    """Reading takes tickets:read, writing tickets:write; a view may name another scope for both."""

    message = "The token lacks the scope for this."

    def has_permission(self, request: Request, view: Any) -> bool:
        if not isinstance(request.user, Member):
            return False
        needed = getattr(view, "scope", None) or (
            TokenScope.TICKETS_READ if request.method in SAFE_METHODS else TokenScope.TICKETS_WRITE)
        return request.user.scopes is not None and needed in request.user.scopes


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema tells of it."""

    target_class = "api.auth.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}
