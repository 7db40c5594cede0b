"""What staff type. The rules are the services'; these only read and say what is missing."""

from __future__ import annotations

from typing import Any

import phonenumbers
from django import forms

from accounts.enums import TokenScope, choices
from accounts.models import Agent, Organization, Product, Project, Team
from tickets.enums import Environment
from tickets.models import PriorityLevel


def styled(form: forms.Form) -> None:
    """Give every widget the look of its kind, and tie hints and errors to it."""
    for name, field in form.fields.items():
        widget = field.widget
        if isinstance(widget, forms.Textarea):
            widget.attrs.setdefault("class", "textarea")
        elif isinstance(widget, forms.Select):
            widget.attrs.setdefault("class", "select")
        elif isinstance(widget, forms.TextInput):
            widget.attrs.setdefault("class", "input")
        if form.is_bound and name in form.errors:
            widget.attrs["aria-invalid"] = "true"


class PhoneForm(forms.Form):
    """The receptionist's one form (S11)."""

    customer = forms.ModelChoiceField(Organization.objects.none(), label="Customer", empty_label="Choose the customer",
                                      error_messages={"required": "Choose the customer"})
    project = forms.ModelChoiceField(Project.objects.none(), required=False, label="Project",
                                     empty_label="The customer’s only one, or unknown")
    product = forms.ModelChoiceField(Product.objects.none(), label="Product", empty_label="Choose the product",
                                     error_messages={"required": "Choose the product that is affected"})
    environment = forms.ChoiceField(label="Where does it happen?",
                                    choices=[(e.value, e.value.capitalize()) for e in Environment])
    priority = forms.TypedChoiceField(label="How bad is it?", coerce=int, widget=forms.RadioSelect,
                                      error_messages={"required": "Choose how bad it is"})
    name = forms.CharField(label="Caller’s name", max_length=160, error_messages={"required": "Ask for the name"})
    email = forms.EmailField(label="Email", error_messages={"required": "Ask for an email address",
                                                            "invalid": "Spell the address once more: name@company.com"})
    callback_number = forms.CharField(label="Callback number", max_length=40,
                                      error_messages={"required": "Ask for a number to call back"},
                                      help_text="With country code, such as +49 30 555 010")
    summary = forms.CharField(label="What happened, in one line", max_length=300,
                              error_messages={"required": "Write down what it is about"})
    details = forms.CharField(label="What the caller said", widget=forms.Textarea(attrs={"rows": 5}), required=False)

    def __init__(self, *args: Any, region: str | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.region = region
        self.fields["customer"].queryset = Organization.objects.filter(is_active=True).order_by("name")
        self.fields["project"].queryset = Project.objects.filter(is_active=True).select_related("organization")
        self.fields["product"].queryset = Product.objects.filter(is_active=True).order_by("name")
        self.levels = list(PriorityLevel.objects.all())
        self.fields["priority"].choices = [(level.rank, str(level)) for level in self.levels]
        styled(self)

    def clean_callback_number(self) -> str:
        """E.164, so that it can be dialled and found."""
        try:
            number = phonenumbers.parse(self.cleaned_data["callback_number"], self.region)
        except phonenumbers.NumberParseException as error:
            raise forms.ValidationError("Write the number with its country code, such as +49 30 555 010") from error
        if not phonenumbers.is_possible_number(number):
            raise forms.ValidationError("That number has too few or too many digits")
        return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))

    def clean(self) -> dict[str, Any]:
        """A project of another customer is a slip of the hand."""
        data = super().clean() or {}
        project, customer = data.get("project"), data.get("customer")
        if project and customer and project.organization_id != customer.pk:
            self.add_error("project", f"That project belongs to {project.organization}. Choose one of {customer}")
        return data


class PriorityForm(forms.Form):
    """Triage's outcome."""

    priority = forms.IntegerField(min_value=1, max_value=4)
    reason = forms.CharField(max_length=500, required=False)
    version = forms.IntegerField(required=False)


class AssignForm(forms.Form):
    """Who takes it; empty is nobody."""

    assignee = forms.ModelChoiceField(Agent.objects.none(), required=False)
    team = forms.ModelChoiceField(Team.objects.none(), required=False)
    version = forms.IntegerField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["assignee"].queryset = Agent.objects.filter(is_active=True)
        self.fields["team"].queryset = Team.objects.all()


class ProjectForm(forms.Form):
    """Whose and about what it is."""

    project = forms.ModelChoiceField(Project.objects.none())
    version = forms.IntegerField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["project"].queryset = Project.objects.filter(is_active=True)


class TokenForm(forms.Form):
    """A program's key."""

    name = forms.CharField(label="What is it for?", max_length=80, error_messages={"required": "Name the program"})
    scopes = forms.MultipleChoiceField(
        label="What may it do?", widget=forms.CheckboxSelectMultiple, choices=choices(TokenScope),
        error_messages={"required": "Choose at least one"})
    days = forms.TypedChoiceField(label="Until when?", coerce=int, initial=365, choices=[
        (30, "30 days"), (90, "90 days"), (365, "One year"), (0, "Until it is ended by hand")])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        styled(self)


class ViewForm(forms.Form):
    """A name for the queue's present filters."""

    name = forms.CharField(max_length=80)
    shared = forms.BooleanField(required=False)


class EditViewForm(forms.Form):
    """A saved view's name and readers."""

    name = forms.CharField(label="Name", max_length=80, error_messages={"required": "Give the view a name"})
    shared = forms.BooleanField(label="For everybody", required=False)
    is_default = forms.BooleanField(label="The desk opens with it", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        styled(self)
