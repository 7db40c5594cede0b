"""What staff type. The rules are the services'; these only read and say what is missing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import TokenScope
from accounts.models import Agent, Project, Team
from tickets.enums import Status
from tickets.models import Macro, PriorityLevel
from tickets.words import STATUS_WORDS
from toolkit.fields import choice, model_choice

_ONE_LINE = (forms.TextInput, forms.EmailInput, forms.NumberInput, forms.URLInput, forms.PasswordInput)


def styled(form: forms.BaseForm) -> None:
    """Give every widget the look of its kind and every field words of ours for what is missing; mark what is wrong."""
    for name, field in form.fields.items():  # before anything asks for the errors
        _say_what_to_do(field, str(form[name].label))
    for name, field in form.fields.items():
        widget = field.widget
        if isinstance(widget, forms.Textarea):
            widget.attrs.setdefault("class", "textarea")
        elif isinstance(widget, forms.Select):
            widget.attrs.setdefault("class", "select")
        elif isinstance(widget, _ONE_LINE):
            widget.attrs.setdefault("class", "input")
        elif isinstance(widget, forms.CheckboxInput | forms.CheckboxSelectMultiple):
            widget.attrs.setdefault("class", "check")
        if form.is_bound and name in form.errors:
            widget.attrs["aria-invalid"] = "true"


def _say_what_to_do(field: forms.Field, label: str) -> None:
    said = field.error_messages
    if field.required and str(said.get("required")) == str(forms.Field.default_error_messages["required"]):
        said["required"] = _("Fill this in: %(label)s") % {"label": label}
    if isinstance(field, forms.EmailField):
        said.setdefault("invalid", _("Write a whole address, such as kim@example.com"))


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
        model_choice(self, "assignee").queryset = Agent.objects.filter(is_active=True)
        model_choice(self, "team").queryset = Team.objects.all()


class ProjectForm(forms.Form):
    """Whose and about what it is."""

    project = forms.ModelChoiceField(Project.objects.none())
    version = forms.IntegerField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        model_choice(self, "project").queryset = Project.objects.filter(is_active=True)


SCOPE_WORDS = {TokenScope.TICKETS_READ: gettext_lazy("Read tickets"), TokenScope.TICKETS_WRITE: gettext_lazy("Write tickets"),
               TokenScope.NOTES: gettext_lazy("Read and write internal notes")}


class TokenForm(forms.Form):
    """A program's key."""

    name = forms.CharField(
        label=gettext_lazy("What is it for?"),
        max_length=80,
        error_messages={"required": gettext_lazy("Name the program")},
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("What may it do?"), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one")})
    days = forms.TypedChoiceField(label=gettext_lazy("Until when?"), coerce=int, initial=365, choices=[
        (30, gettext_lazy("30 days")), (90, gettext_lazy("90 days")), (365, gettext_lazy("One year")),
        (0, gettext_lazy("Until it is ended by hand"))])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice(self, "scopes").choices = [(scope.value, words) for scope, words in SCOPE_WORDS.items()]
        styled(self)


class ViewForm(forms.Form):
    """A name for the queue's present filters."""

    name = forms.CharField(max_length=80)
    shared = forms.BooleanField(required=False)


class MacroForm(forms.Form):
    """A macro's words and changes."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=80, error_messages={"required": gettext_lazy("Name the macro")}
    )
    is_note = forms.BooleanField(label=gettext_lazy("It writes an internal note, not a reply"), required=False)
    body = forms.CharField(label=gettext_lazy("Words"), required=False, widget=forms.Textarea(attrs={"rows": 6}),
                           help_text=gettext_lazy("Names in double braces are filled in, such as {{requester_first}}."))
    status = forms.ChoiceField(label=gettext_lazy("Status after it"), required=False, choices=[
        ("", gettext_lazy("As it is")), *((s.value, STATUS_WORDS[s]) for s in Status if s is not Status.NEW)])
    priority = forms.TypedChoiceField(label=gettext_lazy("Priority"), required=False, coerce=int, empty_value=None)
    add_tags = forms.CharField(
        label=gettext_lazy("Add tags"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Separated by spaces or commas."),
    )
    remove_tags = forms.CharField(label=gettext_lazy("Remove tags"), required=False, max_length=300)
    assignee = forms.ChoiceField(label=gettext_lazy("Assign to"), required=False)
    team = forms.ModelChoiceField(
        Team.objects.none(), label=gettext_lazy("Team"), required=False, empty_label=gettext_lazy("As it is")
    )
    shared = forms.BooleanField(label=gettext_lazy("For everybody"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        agents = Agent.objects.filter(is_active=True).select_related("person").order_by("person__name")
        choice(self, "assignee").choices = [("", _("As it is")), ("me", _("Whoever uses it")),
                                           *((str(a.pk), a.person.name) for a in agents)]
        choice(self, "priority").choices = [("", _("As it is")), *((p.rank, str(p)) for p in PriorityLevel.objects.all())]
        model_choice(self, "team").queryset = Team.objects.order_by("name")
        styled(self)

    @staticmethod
    def values_of(macro: Macro) -> dict[str, Any]:
        """A stored macro as the form shows it."""
        return {"name": macro.name, "is_note": macro.is_note, "body": macro.body, "status": macro.status,
                "priority": macro.priority, "add_tags": ", ".join(macro.add_tags),
                "remove_tags": ", ".join(macro.remove_tags), "team": macro.team_id,
                "assignee": "me" if macro.assign_to_me else macro.assignee_id or "", "shared": macro.owner_id is None}

    def values(self) -> dict[str, Any]:
        """The cleaned form as the macro's fields."""
        data, chosen = self.cleaned_data, self.cleaned_data["assignee"]
        return {"name": data["name"], "is_note": data["is_note"], "body": data["body"], "status": data["status"],
                "priority": data["priority"], "add_tags": split_tags(data["add_tags"]),
                "remove_tags": split_tags(data["remove_tags"]), "assign_to_me": chosen == "me", "team": data["team"],
                "assignee": Agent.objects.get(pk=int(chosen)) if chosen.isdigit() else None}


def split_tags(text: str) -> list[str]:
    """Tags as typed, separated by spaces or commas."""
    return sorted({tag.lower()[:60] for tag in text.replace(",", " ").split()})
class EditViewForm(forms.Form):
    """A saved view's name and readers."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=80, error_messages={"required": gettext_lazy("Give the view a name")}
    )
    shared = forms.BooleanField(label=gettext_lazy("For everybody"), required=False)
    is_default = forms.BooleanField(label=gettext_lazy("The desk opens with it"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        styled(self)
