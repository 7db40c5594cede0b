"""The receptionist's one form (S11): what is typed, and what is still missing."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.callers import Caller
from accounts.models import Product, Project
from desk.forms import styled
from tickets.enums import Environment
from tickets.models import PriorityLevel
from tickets.words import ENVIRONMENT_WORDS
from toolkit.fields import choice, model_choice
from toolkit.phones import to_e164

DIRECTIONS = (
    gettext_lazy("By mail"),
    gettext_lazy("To the portal"),
    gettext_lazy("To the forum"),
    gettext_lazy("To the documentation"),
    gettext_lazy("To their contact here"),
)
_NOT_A_NUMBER = gettext_lazy("Write the number with its country code, such as +49 30 555 010")


def _asks(trigger: str, target: str) -> dict[str, str]:
    """htmx: as this field changes, fetch that part of the page again."""
    return {"hx-post": "/desk/phone", "hx-trigger": trigger, "hx-target": target, "hx-swap": "outerHTML"}


class CallForm(forms.Form):
    """What every call leaves behind, with phone support or without."""

    name = forms.CharField(
        label=gettext_lazy("Caller’s name"),
        max_length=160,
        error_messages={"required": gettext_lazy("Ask for the name")},
    )
    callback_number = forms.CharField(label=gettext_lazy("Callback number"), max_length=40, required=False,
                                      help_text=gettext_lazy("With country code, such as +49 30 555 010"))
    summary = forms.CharField(label=gettext_lazy("What happened, in one line"), max_length=300,
                              error_messages={"required": gettext_lazy("Write down what it is about")})
    details = forms.CharField(
        label=gettext_lazy("What the caller said"), widget=forms.Textarea(attrs={"rows": 5}), required=False
    )
    directed_to = forms.ChoiceField(label=gettext_lazy("Where did you send the caller?"), required=False,
                                    choices=[("", gettext_lazy("Choose")), *((d, d) for d in DIRECTIONS)])

    def __init__(self, *args: Any, caller: Caller | None, region: str | None, zone: ZoneInfo, now: datetime,
                 **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.caller, self.region, self.zone, self.now = caller, region, zone, now
        self.choose()
        styled(self)
        self.fields["summary"].widget.attrs |= _asks("input changed delay:400ms", "#duplicates")

    def choose(self) -> None:
        """Fill the choices that depend on the caller."""

    def clean_callback_number(self) -> str:
        """E.164, so that it can be dialled and found."""
        text = self.cleaned_data["callback_number"]
        number = to_e164(text, self.region) if text else ""
        if number is None:
            raise forms.ValidationError(_NOT_A_NUMBER)
        return number


class RefusedCallForm(CallForm):
    """A call that can't become a ticket: it is recorded, and where the caller was sent."""

    def choose(self) -> None:
        """Where the caller was sent must be said."""
        directed = self.fields["directed_to"]
        directed.required, directed.error_messages["required"] = True, _("Choose where you sent the caller")


class PhoneForm(CallForm):
    """A call that becomes a ticket."""

    email = forms.EmailField(
        label=gettext_lazy("Email"),
        widget=forms.EmailInput(attrs={"class": "input"}),
        error_messages={
            "required": gettext_lazy("Ask for an email address"),
            "invalid": gettext_lazy("Spell the address once more: name@company.com"),
        },
    )
    product = forms.ModelChoiceField(
        Product.objects.none(),
        label=gettext_lazy("Product"),
        empty_label=gettext_lazy("Choose the product"),
        error_messages={"required": gettext_lazy("Choose the product that is affected")},
    )
    project = forms.ModelChoiceField(Project.objects.none(), required=False, label=gettext_lazy("Project"),
                                     empty_label=gettext_lazy("The customer’s only one, or unknown"))
    environment = forms.ChoiceField(label=gettext_lazy("Where does it happen?"),
                                    choices=[(e.value, ENVIRONMENT_WORDS[e]) for e in Environment])
    priority = forms.TypedChoiceField(label=gettext_lazy("How bad is it?"), coerce=int, widget=forms.RadioSelect,
                                      error_messages={"required": gettext_lazy("Choose how bad it is")})
    callback_due = forms.DateTimeField(
        label=gettext_lazy("Call back by"), required=False, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "class": "input"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"invalid": gettext_lazy("Write date and time, such as 2026-11-21 14:30")})

    def choose(self) -> None:
        """The number is required here; projects are the customer's."""
        number = self.fields["callback_number"]
        number.required, number.error_messages["required"] = True, _("Ask for a number to call back")
        model_choice(self, "product").queryset = Product.objects.filter(is_active=True).order_by("name")
        if self.caller is not None:
            model_choice(self, "project").queryset = Project.objects.filter(
                is_active=True, organization=self.caller.organization).order_by("name")
        self.levels = list(PriorityLevel.objects.all())
        # Only the words move, never the radio buttons: one may have been chosen while the answer was under way.
        words = ",".join(f"#def{level.rank},#due{level.rank}" for level in self.levels)
        self.fields["environment"].widget.attrs |= _asks("change", "#priorities") | {
            "hx-swap": "none", "hx-select-oob": f"{words},#advisor"}
        choice(self, "priority").choices = [(level.rank, str(level)) for level in self.levels]

    def clean_callback_due(self) -> datetime | None:
        """As the receptionist's clock shows it."""
        due: datetime | None = self.cleaned_data["callback_due"]
        if due is None:
            return None
        due = due.replace(tzinfo=self.zone)
        if due <= self.now:
            raise forms.ValidationError(_("Choose a time that is still to come"))
        return due

    def clean(self) -> dict[str, Any]:
        """Without a customer there is nothing to file."""
        data = super().clean() or {}
        if self.caller is None:
            self.add_error(None, _("Find the customer first, or record the call without a ticket"))
        return data
