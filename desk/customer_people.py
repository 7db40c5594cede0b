"""Whom the desk invites to a customer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as __

from accounts.enums import MembershipRole
from desk.forms import styled

ROLES = [(MembershipRole.VIEWER.value, __("Reads tickets")), (MembershipRole.MEMBER.value, __("Reads and opens tickets")),
         (MembershipRole.MANAGER.value, __("Also manages people"))]


class InviteForm(forms.Form):
    """An address, and what its owner may do."""

    email = forms.EmailField(label=__("Email"), max_length=254, error_messages={
        "required": __("Write the address"), "invalid": __("Write a whole address, such as kim@example.com")})
    role = forms.ChoiceField(label=__("What they may do"), choices=ROLES, initial=MembershipRole.MEMBER.value)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        styled(self)
