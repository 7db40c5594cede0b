"""Who wrote in a chat. What Slack says of people of another workspace is their own admins' word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.enums import AddressKind
from accounts.members import Member
from accounts.models import Agent, Membership, Person, PersonAddress, Tenant
from accounts.queries import member_for_person, organization_by_domain, person_by_email
from notifications.models import ChatChannel, ChatUser, ChatWorkspace


@dataclass(frozen=True)
class Profile:
    """What Slack knows of a user; empty when it couldn't be asked."""

    name: str = ""
    email: str = ""
    is_own: bool = False  # a full member of the tenant's own workspace: of its staff

    @classmethod
    def of(cls, user: dict[str, Any], workspace: ChatWorkspace) -> Profile:
        """From a `users.info` record. Guests of the workspace are customers."""
        inner = user.get("profile")
        inner = inner if isinstance(inner, dict) else {}
        is_guest = bool(user.get("is_restricted") or user.get("is_ultra_restricted") or user.get("is_stranger"))
        return cls(name=str(inner.get("real_name") or user.get("real_name") or user.get("name") or "")[:160],
                   email=str(inner.get("email") or "").lower()[:254],
                   is_own=user.get("team_id") == workspace.team_id and not is_guest)


def known_user(workspace: ChatWorkspace, user_id: str) -> ChatUser | None:
    """The user, if seen before."""
    found: ChatUser | None = ChatUser.objects.select_related("person").filter(
        workspace=workspace, user_id=user_id, person__is_active=True).first()
    return found


def member_for_user_id(tenant: Tenant, channel: ChatChannel, user_id: str, profile: Profile, *,
                       at: datetime) -> Member:
    """The member behind a user of a channel; somebody new becomes a person of the channel's organization.

    An address makes somebody staff only if it is of the tenant's own workspace, and an old acquaintance only within the
    channel's organization: otherwise another company's admin could put words into anybody's mouth.
    """
    known = known_user(channel.workspace, user_id)
    if known is not None:
        return member_for_person(tenant, known.person)
    person = _acquaintance(channel, profile)
    if person is None:
        person = Person.objects.create(name=profile.name or f"Slack user {user_id}", created_at=at)
        if profile.email and _may_be_named(channel, profile):
            PersonAddress.objects.get_or_create(kind=AddressKind.EMAIL, value=profile.email,
                                                defaults={"person": person, "is_primary": True})
        if not profile.is_own:
            Membership.objects.create(person=person, organization=channel.organization)
    ChatUser.objects.get_or_create(workspace=channel.workspace, user_id=user_id, defaults={"person": person})
    return member_for_person(tenant, person)


def _may_be_named(channel: ChatChannel, profile: Profile) -> bool:
    """Is the address free, and not within another customer's domain: whoever writes from there is theirs."""
    domain = organization_by_domain(profile.email.rpartition("@")[2])
    return person_by_email(profile.email) is None and (domain is None or domain.pk == channel.organization_id)


def _acquaintance(channel: ChatChannel, profile: Profile) -> Person | None:
    person = person_by_email(profile.email) if profile.email else None
    if person is None:
        return None
    if profile.is_own:
        return person if Agent.objects.filter(person=person, is_active=True).exists() else None
    is_of_customer = Membership.objects.filter(person=person, organization=channel.organization).exists()
    return person if is_of_customer and not Agent.objects.filter(person=person, is_active=True).exists() else None
