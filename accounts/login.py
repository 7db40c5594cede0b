"""Signing in at a tenant's host. Nothing here tells whether a login exists elsewhere."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.hashers import check_password, make_password
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.queries import member_for_user
from accounts.requests import TenantRequest
from toolkit.prepared import Prepared
from toolkit.rows import columns, objects

_BY_ID = Prepared("login_by_id", "bigint", f"""
SELECT {columns(User, "u")} FROM accounts_user u WHERE u.id = $1 AND u.is_active
""")  # noqa: S608 -- columns of our own model


class TenantBackend:
    """Mail address and password, valid only where the login is an active person of the tenant asked."""

    def authenticate(self, request: HttpRequest | None, email: str | None = None, password: str | None = None,
                     **_ignored: Any) -> User | None:
        """The user, or None; takes the same time whether or not the address is known."""
        tenant = getattr(request, "tenant", None)
        if request is None or tenant is None or not email or password is None:
            return None
        user = User.objects.filter(email=email.lower(), is_active=True).first()
        if user is None or member_for_user(tenant, user) is None:
            make_password(password)
            return None
        return user if check_password(password, user.password) else None

    def get_user(self, user_id: int) -> User | None:
        """The active login with this id."""
        return next(iter(objects(User, _BY_ID.rows([user_id]))), None)


class OperatorBackend:
    """Operators of the installation, at their own host only."""

    def authenticate(self, request: HttpRequest | None, email: str | None = None, password: str | None = None,
                     **_ignored: Any) -> User | None:
        """The operator, or None; takes the same time whether or not there is one."""
        if request is None or not getattr(request, "is_operating", False) or not email or password is None:
            return None
        user = User.objects.filter(email=email.lower(), is_active=True, is_superuser=True).first()
        if user is None:
            make_password(password)
            return None
        return user if check_password(password, user.password) else None

    def get_user(self, user_id: int) -> User | None:
        """The operator with this id."""
        return User.objects.filter(pk=user_id, is_active=True, is_superuser=True).first()


class TenantAccountAdapter(DefaultAccountAdapter):
    """allauth, told of tenants: staff land on the desk, customers on the portal. What it says is in the product's words."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("This address and this password don’t belong together. Check both, or have us mail you "
                                     "a link for a new password."),
        "enter_current_password": _("This isn’t your password now"),
        "too_many_login_attempts": _("That was tried too often. Wait a few minutes, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """People are added by their organization's manager or by the desk."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Where a member's work is."""
        found = member_for_user(cast(TenantRequest, request).tenant, cast(User, request.user))
        return "/desk/" if found and found.is_staff else "/"
