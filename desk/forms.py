"""What staff type. The rules are the services'; these only read and say what is missing."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.enums import TokenScope, choices
from accounts.models import Agent, Project, Team


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
