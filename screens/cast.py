"""Who is in the pictures, signed in without the sign-in page."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from accounts.members import Member
from accounts.models import PersonAddress, Tenant, User
from accounts.queries import member_for_person
from screens.roles import ROLES


@dataclass(frozen=True)
class Actor:
    """Somebody of a tenant, inside its scope."""

    tenant: Tenant

    def member(self, role: str) -> Member:
        """The member behind a role."""
        person = PersonAddress.objects.select_related("person__user").get(value=ROLES[role][1]).person
        return member_for_person(self.tenant, person)


def session_of(role: str) -> str:
    """The key of a fresh session of this role's login."""
    return session_for(ROLES[role][1], is_operator=role == "operator")


def session_for(address: str, *, is_operator: bool = False) -> str:
    """The key of a fresh session of this login."""
    user = User.objects.get(email=address)
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), (
        "accounts.login.OperatorBackend" if is_operator else "accounts.login.TenantBackend")
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)
