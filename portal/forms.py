"""What customers type."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person, Product, ProductVersion, Project
from accounts.queries import colleague_by_email
from tickets.enums import Environment
from tickets.models import PriorityLevel
from tickets.words import ENVIRONMENT_WORDS
from toolkit.fields import choice, model_choice

_MOST_CCS = 10


class TicketForm(forms.Form):
    """S18, S19: a project and a short subject are needed; the rest helps."""

    subject = forms.CharField(
        max_length=300,
        label=gettext_lazy("First, describe it in a few words"),
        widget=forms.TextInput(attrs={"class": "input"}),
        help_text=gettext_lazy("This becomes the subject of your ticket, and we look in the docs for it."),
        error_messages={"required": gettext_lazy("Say in a few words what it is about")},
    )
    project = forms.ChoiceField(
        label=gettext_lazy("Project and support plan"),
        widget=forms.Select(attrs={"class": "select"}),
        error_messages={
            "required": gettext_lazy("Choose the project"),
            "invalid_choice": gettext_lazy("Choose one of your active projects"),
        },
    )
    product = forms.ModelChoiceField(
        Product.objects.none(),
        required=False,
        label=gettext_lazy("Product"),
        empty_label=gettext_lazy("As in the project"),
        widget=forms.Select(attrs={"class": "select"}),
    )
    product_version = forms.CharField(max_length=60, required=False, label=gettext_lazy("Version"), help_text=
                                      gettext_lazy("Not sure? Leave it empty, or look at the release notes."),
                                      widget=forms.TextInput(attrs={"class": "input", "list": "versions"}))
    environment = forms.ChoiceField(choices=[(e.value, ENVIRONMENT_WORDS[e]) for e in Environment],
                                    initial=Environment.PRODUCTION, widget=forms.RadioSelect)
    url = forms.URLField(required=False, max_length=1000, assume_scheme="https", label=gettext_lazy("Address where we can "
                                                                                                    "see it"),
                         widget=forms.URLInput(attrs={"class": "input", "placeholder": "https://"}),
                         error_messages={"invalid": gettext_lazy("Write the whole address, such as "
                                                                 "https://shop.example.com/cart")})
    priority = forms.TypedChoiceField(coerce=int, required=False, empty_value=None)
    details = forms.CharField(label=gettext_lazy("Details"), max_length=200_000, widget=forms.Textarea(
        attrs={"class": "textarea", "rows": 8}), error_messages={"required": gettext_lazy("Tell us what happened, in at "
                                                                                          "least one sentence")})

    cc = forms.CharField(max_length=1000, required=False, label=gettext_lazy("Who reads along"), widget=forms.TextInput(
        attrs={"class": "input", "list": "colleagues", "autocomplete": "off"}), help_text=gettext_lazy(
            "Addresses of colleagues, with commas between. They are mailed our answers and can write too."))

    def __init__(self, *args: Any, projects: Sequence[Project], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ccs: list[Person] = []
        self.projects = {str(p.pk): p for p in projects}
        self.levels = list(PriorityLevel.objects.all())
        options = [(key, f"{p.name}: {p.contract.plan.name}, {p.organization.name}") for key, p in self.projects.items()]
        choice(self, "project").choices = options if len(options) == 1 else [("", _("Choose the project")), *options]
        model_choice(self, "product").queryset = Product.objects.filter(is_active=True).order_by("name")
        choice(self, "priority").choices = [("", ""), *[(level.rank, str(level)) for level in self.levels]]
        if self.is_bound:
            for name in self.errors:
                if name in self.fields:
                    self.fields[name].widget.attrs["aria-invalid"] = "true"

    def clean_cc(self) -> str:
        """Colleagues of the project's organization, each by an address that is known here."""
        typed, project = str(self.cleaned_data["cc"]), self.chosen_project()
        addresses = list(dict.fromkeys(typed.replace(";", " ").replace(",", " ").lower().split()))
        if len(addresses) > _MOST_CCS:
            raise forms.ValidationError(_("Name ten colleagues at most"))
        if project is None:  # it is asked for first
            return typed
        for address in addresses:
            found = colleague_by_email(project.organization_id, address)
            if found is None:
                raise forms.ValidationError(_("Nobody of your organization has the address {address} here").format(
                    address=address))
            self.ccs.append(found)
        return typed

    def typed(self, name: str) -> str:
        """What stands in a field now, valid or not."""
        return str(self.data.get(name) or self.initial.get(name) or "")

    def chosen_project(self) -> Project | None:
        """The project in the form now, valid or not; the only one when there is one."""
        if len(self.projects) == 1:
            return next(iter(self.projects.values()))
        return self.projects.get(self.typed("project"))

    def chosen_environment(self) -> Environment:
        """The environment in the form now."""
        value = self.typed("environment")
        return Environment(value) if value in {e.value for e in Environment} else Environment.PRODUCTION

    def versions(self) -> list[str]:
        """Names to offer for the version, newest first."""
        return list(ProductVersion.objects.order_by("product_id", "position").values_list("name", flat=True)[:60])
