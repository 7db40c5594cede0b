"""Mails with a link that lets somebody in, from the desk."""

from __future__ import annotations

from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from accounts.enums import MembershipRole
from accounts.languages import language_for
from accounts.members import Member
from accounts.models import Agent, Organization, Person, Tenant
from accounts.queries import email_of
from accounts.services import invitations
from notifications.links import base_url
from notifications.services import put_account_mail


def welcome_staff(agent: Agent, *, tenant: Tenant, by: Person | None, at: datetime) -> None:
    """Mail somebody of the staff the link with which they choose a password."""
    to = email_of(agent.person)
    secret = invitations.invite_staff(agent, email=to, by=by, at=at)
    with translation.override(language_for(agent.person, tenant)):
        put_account_mail(
            tenant, to=to, at=at, person=agent.person,
            subject=_("Your place at %(desk)s") % {"desk": tenant.desk_name},
            body=_("You belong to the team of %(desk)s from now on. Choose a password here, within 7 days:\n\n%(url)s\n\n"
                   "The link is for you alone and works once.") % {
                       "desk": tenant.desk_name, "url": f"{base_url(tenant)}/join/{secret}"})


def welcome_customer(organization: Organization, *, email: str, role: MembershipRole, by: Member, at: datetime) -> str:
    """Invite somebody to a customer's organization; returns the address. Raises DomainError with the field."""
    tenant = by.tenant
    row, secret = invitations.invite(organization, email=email, role=role, by=by, at=at)
    with translation.override(language_for(None, tenant)):
        put_account_mail(
            tenant, to=row.email, at=at, subject=_("Your login at %(desk)s") % {"desk": tenant.desk_name},
            body=_("%(desk)s invites you to see and write the support tickets of %(customer)s. Come in here, within 7 "
                   "days:\n\n%(url)s\n\nThe link is for you alone and works once.") % {
                       "desk": tenant.desk_name, "customer": organization.name, "url": f"{base_url(tenant)}/join/{secret}"})
    return row.email
