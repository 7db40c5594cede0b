"""Forms about people: inviting, signing up, coming in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from accounts.enums import MembershipRole
from accounts.models import Organization, User
from toolkit.fields import choice

ROLES = [(MembershipRole.VIEWER.value, _("Reads tickets")), (MembershipRole.MEMBER.value, _("Reads and opens tickets")),
         (MembershipRole.MANAGER.value, _("Also manages people"))]


class InviteForm(forms.Form):
    """Whom, to which of the manager's organizations, and what they may do."""

    email = forms.EmailField(max_length=254, label=_("Email"), widget=forms.EmailInput(
        attrs={"class": "input", "autocomplete": "off"}), error_messages={
            "required": _("Write the address"), "invalid": _("Write a whole address, such as kim@example.com")})
    role = forms.ChoiceField(choices=ROLES, initial=MembershipRole.MEMBER, label=_("What they may do"),
                             widget=forms.Select(attrs={"class": "select"}))
    organization = forms.ChoiceField(label=_("Organization"), widget=forms.Select(attrs={"class": "select"}))

    def __init__(self, *args: Any, organizations: Sequence[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organizations = {str(o.pk): o for o in organizations}
        choice(self, "organization").choices = [(key, o.name) for key, o in self.organizations.items()]


class SignUpForm(forms.Form):
    """Only the address: the rest comes after the link (S38)."""

    email = forms.EmailField(max_length=254, label=_("Your work email"), widget=forms.EmailInput(
        attrs={"class": "input", "autocomplete": "email"}), error_messages={
            "required": _("Write your address"), "invalid": _("Write a whole address, such as kim@example.com")})


class JoinForm(forms.Form):
    """Full name and a strong password."""

    name = forms.CharField(max_length=160, label=_("Full name"), widget=forms.TextInput(
        attrs={"class": "input", "autocomplete": "name"}), error_messages={"required": _("Write your name")})
    password = forms.CharField(max_length=512, strip=False, label=_("Password"), widget=forms.PasswordInput(
        attrs={"class": "input", "autocomplete": "new-password"}), help_text=_("12 characters or more. A sentence is fine."),
        error_messages={"required": _("Choose a password")})

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean_password(self) -> str:
        """Strong: long, not common, and not the address again."""
        password: str = self.cleaned_data["password"]
        validate_password(password, User(email=self.email))
        return password
