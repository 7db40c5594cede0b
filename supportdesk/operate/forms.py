"""What operators type."""

from __future__ import annotations

import re
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from accounts.addresses import RESERVED, is_reserved_host
from desk.forms import styled
from supportdesk.reference.founding import Founding, template_words, templates
from toolkit.fields import choice

_HOST = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*")


class SignInForm(forms.Form):
    """An operator's address and password."""

    email = forms.EmailField(label=__("Email"), error_messages={"required": __("Write your address")},
                             widget=forms.EmailInput(attrs={"class": "input", "autocomplete": "username"}))
    password = forms.CharField(label=__("Password"), strip=False, error_messages={"required": __("Write your password")},
                               widget=forms.PasswordInput(attrs={"class": "input", "autocomplete": "current-password"}))


class FoundingForm(forms.Form):
    """A new tenant. Host and sender follow from its name in addresses when they are empty."""

    template = forms.ChoiceField(label=__("After the pattern of"), help_text=__(
        "Priorities, calendars, policies, plans, ways in and views are taken over; people and customers aren’t."))
    name = forms.CharField(label=__("Name of the company"), max_length=120)
    desk_name = forms.CharField(label=__("Name of the desk"), max_length=120, required=False, help_text=__(
        "What customers read on pages and in mails. Empty: the company’s name and “Support”."))
    slug = forms.SlugField(label=__("Name in addresses"), max_length=40, help_text=__("Such as northwind."))
    host = forms.CharField(label=__("Host"), max_length=253, required=False)
    mail_from = forms.EmailField(label=__("Support address"), required=False)
    language = forms.ChoiceField(label=__("Language"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(label=__("Time zone"))
    admin_name = forms.CharField(label=__("Name"), max_length=160)
    admin_email = forms.EmailField(label=__("Email"), help_text=__(
        "A link to sign in is mailed there. It is good for 7 days."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice(self, "template").choices = [(name, template_words(name)) for name in templates()]
        choice(self, "time_zone").choices = [(zone, zone) for zone in sorted(available_timezones())]
        self.fields["time_zone"].initial = settings.TIME_ZONE
        self.fields["host"].help_text = _("Empty: the name in addresses before .%(domain)s.") % {
            "domain": settings.BASE_DOMAIN}
        self.fields["mail_from"].help_text = _("Empty: support@ the host.")
        styled(self)

    @property
    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields under headings, in the order of the page."""
        return [(_("Company"), [self[n] for n in ("name", "desk_name", "language", "time_zone")]),
                (_("Terms"), [self["template"]]),
                (_("Where it is reached"), [self[n] for n in ("slug", "host", "mail_from")]),
                (_("First admin"), [self[n] for n in ("admin_name", "admin_email")])]

    def clean_slug(self) -> str:
        slug = str(self.cleaned_data["slug"]).lower()
        if slug in RESERVED:
            raise forms.ValidationError(_("This name is kept for the installation itself. Choose another."))
        return slug

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not data.get("slug"):
            return data
        host = (data.get("host") or f"{data['slug']}.{settings.BASE_DOMAIN}").lower()
        data["host"], data["mail_from"] = host, (data.get("mail_from") or f"support@{host}").lower()
        if not _HOST.fullmatch(host):
            self.add_error("host", _("Write a host name without a port, such as support.example.com."))
        elif host == settings.OPERATOR_HOST:
            self.add_error("host", _("This host is the operators’ own."))
        elif is_reserved_host(host):
            self.add_error("host", _("This name is kept for the installation itself. Choose another."))
        data["desk_name"] = data.get("desk_name") or _("%(company)s Support") % {"company": data.get("name", "")}
        return data

    def founding(self) -> Founding:
        """What was typed. Only of a valid form."""
        return Founding(**{name: self.cleaned_data[name] for name in Founding.__dataclass_fields__})
