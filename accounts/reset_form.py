"""Asking for a new password at a tenant's host: only for who may sign in there."""

from __future__ import annotations

from allauth.account.forms import ResetPasswordForm

from accounts.queries import current_tenant, member_for_user


class TenantResetForm(ResetPasswordForm):
    """allauth finds logins of the whole installation; those that are nobody here get the mail of unknown addresses."""

    def clean_email(self) -> str:
        email: str = super().clean_email()
        self.users = [user for user in self.users if member_for_user(current_tenant(), user) is not None]
        return email
