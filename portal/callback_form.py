from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from toolkit.phones import to_e164


class CallbackForm(forms.Form):
    """When and where to call back (S13)."""

    number = forms.CharField(
        max_length=40,
        label=gettext_lazy("Your number"),
        help_text=gettext_lazy("With country code, such as +49 30 555 010"),
        widget=forms.TextInput(attrs={"class": "input", "type": "tel", "autocomplete": "tel"}),
        error_messages={"required": gettext_lazy("Write the number to call")},
    )
    due = forms.DateTimeField(
        label=gettext_lazy("Call me by"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "class": "input"}, format="%Y-%m-%dT%H:%M"),
        error_messages={
            "required": gettext_lazy("Choose date and time"),
            "invalid": gettext_lazy("Write date and time, such as 2026-11-21 14:30"),
        },
    )
    reason = forms.CharField(max_length=300, required=False, label=gettext_lazy("What the call is about"),
                             widget=forms.TextInput(attrs={"class": "input"}))

    def __init__(self, *args: Any, region: str | None, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.region, self.zone = region, zone
        self.fields["due"].help_text = _("In your time zone, {key}").format(key=zone.key)

    def clean_number(self) -> str:
        """E.164, so that it can be dialled."""
        number = to_e164(self.cleaned_data["number"], self.region)
        if number is None:
            raise forms.ValidationError(_("Write the number with its country code, such as +49 30 555 010"))
        return number

    def clean_due(self) -> datetime:
        """As the customer's clock shows it."""
        due: datetime = self.cleaned_data["due"]
        return due.replace(tzinfo=self.zone)
