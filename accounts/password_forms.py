"""The forms about passwords, in the product's words: asking for a link, choosing a new one, changing it."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ChangePasswordForm, ResetPasswordForm, ResetPasswordKeyForm
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.queries import current_tenant, member_for_user
from toolkit.lazy import Words

STRONG = _("12 characters or more. A sentence is fine.")


def _dress(field: forms.Field, label: Words, missing: Words, help_text: Words = "") -> None:
    field.label, field.help_text = label, help_text
    field.error_messages = {**field.error_messages, "required": missing}
    field.widget.attrs["class"] = "input"
    field.widget.attrs.pop("placeholder", None)


class TenantResetForm(ResetPasswordForm):
    """allauth finds logins of the whole installation; those that are nobody here get the mail of unknown addresses."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _dress(self.fields["email"], _("Email"), _("Write your address"))

    def clean_email(self) -> str:
        email: str = super().clean_email()
        found: list[User] = self.users
        self.users: list[User] = [user for user in found if member_for_user(current_tenant(), user) is not None]
        return email


class NewPasswordForm(ResetPasswordKeyForm):
    """Behind a mailed link."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _dress(self.fields["password1"], _("New password"), _("Choose a password"), STRONG)
        _dress(self.fields["password2"], _("The new password again"), _("Write the new password a second time"))


class OwnPasswordForm(ChangePasswordForm):
    """While signed in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _dress(self.fields["oldpassword"], _("Your password now"), _("Write your password"))
        _dress(self.fields["password1"], _("New password"), _("Choose a password"), STRONG)
        _dress(self.fields["password2"], _("The new password again"), _("Write the new password a second time"))
