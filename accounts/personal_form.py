"""The form of `/me`, the same on both sides of the desk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.members import Member
from accounts.services.personal import Personal, personal_of
from toolkit.fields import choice, choices_of
from toolkit.lazy import Words

_REGIONS = ("Africa/", "America/", "Antarctica/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")
THEMES = [("", gettext_lazy("As my system")), ("light", gettext_lazy("Light")), ("dark", gettext_lazy("Dark"))]


class PersonalForm(forms.Form):
    """`mails` are the kinds that may be switched off, with their words; checked ones are sent."""

    language = forms.ChoiceField(required=False, label=gettext_lazy("Language"),
                                 widget=forms.Select(attrs={"class": "select"}),
                                 help_text=gettext_lazy("Of these pages, and of our mails to you."))
    time_zone = forms.CharField(required=False, max_length=60, label=gettext_lazy("Time zone"), widget=forms.TextInput(
        attrs={"class": "input", "list": "zones", "autocomplete": "off"}), help_text=
        gettext_lazy("Such as Europe/Berlin. Every date and time here is shown in it."))
    theme = forms.ChoiceField(required=False, choices=THEMES, label=gettext_lazy("Look"), widget=forms.RadioSelect(
        attrs={"class": "radio"}))
    shortcuts = forms.BooleanField(required=False, label=gettext_lazy("Single-key shortcuts"), widget=forms.CheckboxInput(
        attrs={"class": "check"}))
    mails = forms.MultipleChoiceField(required=False, label=gettext_lazy("Mails to you"),
                                      widget=forms.CheckboxSelectMultiple(attrs={"class": "check"}))

    def __init__(self, *args: Any, member: Member, mails: Sequence[tuple[str, Words]], **kwargs: Any) -> None:
        now = personal_of(member.person)
        kwargs["initial"] = {"language": now.language, "time_zone": now.time_zone, "theme": now.theme,
                             "shortcuts": now.shortcuts, "mails": [key for key, _w in mails if key not in now.mails_off]}
        super().__init__(*args, **kwargs)
        desk = dict(settings.LANGUAGES).get(member.tenant.language, "English")
        choice(self, "language").choices = [("", _("As the desk ({desk})").format(desk=desk)), *settings.LANGUAGES]
        self.fields["time_zone"].widget.attrs["placeholder"] = member.tenant.time_zone
        choice(self, "mails").choices = list(mails)
        self._kept = [kind for kind in now.mails_off if kind not in dict(mails)]

    @property
    def zones(self) -> list[str]:
        """Zones to offer."""
        return sorted(z for z in available_timezones() if z.startswith(_REGIONS))

    def clean_time_zone(self) -> str:
        """A zone that is known here, or none."""
        name: str = self.cleaned_data["time_zone"].strip()
        if name and name not in available_timezones():
            raise forms.ValidationError(_("Choose a zone of the list, such as Europe/Berlin"))
        return ZoneInfo(name).key if name else ""

    def wanted(self) -> Personal:
        """What the valid form asks for."""
        data = self.cleaned_data
        off = sorted({key for key in choices_of(choice(self, "mails")) if key not in data["mails"]} | set(self._kept))
        return Personal(data["language"], data["time_zone"], data["theme"], data["shortcuts"], tuple(off))
